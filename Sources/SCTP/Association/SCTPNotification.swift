import CUsrSCTP
import Primitives

/// What the library says of the association itself, between messages (RFC 6458 §6, RFC 6525 §6).
enum SCTPNotification: Hashable {
    /// The association is there, with so many streams each way.
    case up(incoming: Int, outgoing: Int)
    /// It is gone: aborted by the peer, or never came about. The reason is for a person.
    case lost(reason: String)
    /// The peer has ended it in an orderly way.
    case shutDown
    /// The peer has reset its side of these streams; none means all.
    case incomingReset([UInt16])
    /// Our side of these streams has been reset.
    case outgoingReset([UInt16])
    /// The peer would not, or not now.
    case outgoingResetFailed([UInt16])
    /// The rest of a message that was being received will not come.
    case partialDeliveryAborted
    case other

    /// Reads the library's structure, in the machine's byte order.
    init(_ bytes: [UInt8]) {
        func number(at offset: Int) -> UInt16 {
            bytes.withUnsafeBytes { offset + 2 <= $0.count ? $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self) : 0 }
        }
        let flags = Int32(number(at: 2))
        switch Int32(number(at: 0)) {
        case SCTP_ASSOC_CHANGE:
            switch Int32(number(at: 8)) {
            case SCTP_COMM_UP, SCTP_RESTART: self = .up(incoming: Int(number(at: 14)), outgoing: Int(number(at: 12)))
            case SCTP_COMM_LOST, SCTP_CANT_STR_ASSOC: self = .lost(reason: Self.reason(inAbort: Array(bytes.dropFirst(20))))
            case SCTP_SHUTDOWN_COMP: self = .shutDown
            default: self = .other
            }
        case SCTP_STREAM_RESET_EVENT:
            let streams = stride(from: 12, to: bytes.count - 1, by: 2).map { number(at: $0) }
            let hasFailed = flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED) != 0
            if flags & SCTP_STREAM_RESET_INCOMING_SSN != 0 {
                self = hasFailed ? .other : .incomingReset(streams)
            } else if flags & SCTP_STREAM_RESET_OUTGOING_SSN != 0 {
                self = hasFailed ? .outgoingResetFailed(streams) : .outgoingReset(streams)
            } else {
                self = .other
            }
        case SCTP_PARTIAL_DELIVERY_EVENT:
            self = .partialDeliveryAborted
        default:
            self = .other
        }
    }

    /// What an ABORT says (RFC 9260 §3.3.7 and §3.3.10): the first of its causes.
    private static func reason(inAbort chunk: [UInt8]) -> String {
        var reader = ByteReader(chunk)
        guard reader.readUInt8() == 6, reader.skip(3), let code = reader.readUInt16(), let length = reader.readUInt16() else {
            return "The association was lost."
        }
        let text = String(decoding: reader.readBytes(max(0, min(Int(length) - 4, reader.remaining))) ?? [], as: UTF8.self)
        // 12: User-Initiated Abort, the usual one; its text is for people, and foreign.
        let name = code == 12 ? "User-Initiated Abort" : "The other side has aborted the association (cause \(code))"
        let printable = text.unicodeScalars.prefix(200).filter { $0.properties.generalCategory != .control }
        return printable.isEmpty ? name : "\(name), reason=\(String(String.UnicodeScalarView(printable)))"
    }
}
