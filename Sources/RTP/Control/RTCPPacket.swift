import Primitives

/// One packet of a compound of control packets (RFC 3550 §6).
package enum RTCPPacket: Sendable, Hashable {
    /// 200.
    case senderReport(SenderReport)
    /// 201.
    case receiverReport(ReceiverReport)
    /// 202.
    case sourceDescription(SourceDescription)
    /// 203.
    case goodbye(Goodbye)
    /// 204.
    case application(ApplicationPacket)
    /// 205 (RFC 4585 §6.2).
    case transportFeedback(FeedbackPacket)
    /// 206 (RFC 4585 §6.3).
    case payloadFeedback(FeedbackPacket)
    /// Any other type, such as extended reports (207, RFC 3611): its type, the five bits of its count, and what follows its header.
    case unknown(type: UInt8, count: UInt8, body: [UInt8])

    /// The packet type and the five bits beside it.
    private var header: (type: UInt8, count: Int) {
        switch self {
        case .senderReport(let report): (200, report.blocks.count)
        case .receiverReport(let report): (201, report.blocks.count)
        case .sourceDescription(let description): (202, description.chunks.count)
        case .goodbye(let goodbye): (203, goodbye.sources.count)
        case .application(let packet): (204, Int(packet.subtype))
        case .transportFeedback(let packet): (205, Int(packet.format))
        case .payloadFeedback(let packet): (206, Int(packet.format))
        case .unknown(let type, let count, _): (type, Int(count))
        }
    }

    /// Reads the packet whose header has been read; `nil` where its body is too short for what it claims to hold.
    init?(type: UInt8, count: Int, body: ByteReader) {
        var body = body
        switch type {
        case 200:
            guard let report = SenderReport(parsing: &body, count: count) else { return nil }
            self = .senderReport(report)
        case 201:
            guard let report = ReceiverReport(parsing: &body, count: count) else { return nil }
            self = .receiverReport(report)
        case 202:
            guard let description = SourceDescription(parsing: &body, count: count) else { return nil }
            self = .sourceDescription(description)
        case 203:
            guard let goodbye = Goodbye(parsing: &body, count: count) else { return nil }
            self = .goodbye(goodbye)
        case 204:
            guard let packet = ApplicationPacket(parsing: &body, count: count) else { return nil }
            self = .application(packet)
        case 205:
            guard let packet = FeedbackPacket(parsing: &body, count: count) else { return nil }
            self = .transportFeedback(packet)
        case 206:
            guard let packet = FeedbackPacket(parsing: &body, count: count) else { return nil }
            self = .payloadFeedback(packet)
        default:
            self = .unknown(type: type, count: UInt8(count), body: body.readRest())
        }
    }

    /// Writes header and body. The body must come out as a multiple of four bytes, and its list have at most 31 members.
    func write(into writer: inout ByteWriter) {
        let (type, count) = header
        precondition(count <= 31, "a control packet counts at most 31")
        writer.write(0x80 | UInt8(count))
        writer.write(type)
        let lengthIndex = writer.count
        writer.write(UInt16(0))
        writeBody(into: &writer)
        let byteCount = writer.count - lengthIndex - 2
        precondition(
            byteCount % 4 == 0 && byteCount / 4 <= Int(UInt16.max), "a control packet is a number of words that sixteen bits can count")
        writer.overwrite(UInt16(byteCount / 4), at: lengthIndex)
    }

    private func writeBody(into writer: inout ByteWriter) {
        switch self {
        case .senderReport(let report): report.write(into: &writer)
        case .receiverReport(let report): report.write(into: &writer)
        case .sourceDescription(let description): description.write(into: &writer)
        case .goodbye(let goodbye): goodbye.write(into: &writer)
        case .application(let packet): packet.write(into: &writer)
        case .transportFeedback(let packet), .payloadFeedback(let packet): packet.write(into: &writer)
        case .unknown(_, _, let body): writer.write(body)
        }
    }
}
