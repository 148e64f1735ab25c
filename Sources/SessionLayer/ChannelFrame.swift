import Primitives

/// One frame on a channel between the relay in the remote session and the engine on the device.
///
/// A length (32 bits, big endian: bytes that follow), a kind (8 bits), the session's slot on this channel (16 bits, chosen by the relay), and
/// what the kind has. A channel keeps no boundaries, hence the length; several browsers' sessions share one, hence the slot.
package enum ChannelFrame: Sendable {
    /// The relay asks for a session, or for one to go on (`id` other than none) of whose stream it has `received` bytes. `desktop` names the
    /// remote session for the device's policy; it is a claim, not a proof.
    case open(slot: UInt16, id: SessionID, token: SessionToken, received: UInt64, limit: UInt64, desktop: String)
    /// The engine's answer. `lease` in milliseconds.
    case opened(slot: UInt16, id: SessionID, token: SessionToken, isResumed: Bool, received: UInt64, limit: UInt64, lease: UInt32)
    /// The engine will not, for a reason that docs/protocol.md numbers.
    case refused(slot: UInt16, SessionFailure)
    /// Bytes of the session's stream from `offset` on, with an acknowledgement.
    case data(slot: UInt16, offset: UInt64, received: UInt64, limit: UInt64, bytes: [UInt8])
    /// What has been received in order, and how far the other side may send.
    case acknowledgement(slot: UInt16, received: UInt64, limit: UInt64)
    /// Are you there? With a number that the answer repeats.
    case ping(UInt64)
    case pong(UInt64)
    /// The session ends, for both sides and for good.
    case close(slot: UInt16, SessionFailure?)

    /// The version of frames and their meaning, in `open`.
    package static let version: UInt8 = 2
    /// Bytes of the stream that one frame carries at most; small enough that a sign of life is not stuck behind it.
    package static let longestData = 16 * 1024
    /// Bytes that a frame may have after its length.
    package static let longest = longestData + 64
    /// Bytes of a text in a frame.
    package static let longestText = 1024

    enum Kind: UInt8 {
        case open = 1, opened, refused, data, acknowledgement, ping, pong, close
    }

    package func write(into writer: inout ByteWriter) {
        var body = ByteWriter(reservingCapacity: 64)
        switch self {
        case .open(let slot, let id, let token, let received, let limit, let desktop):
            Self.begin(.open, slot, &body)
            body.write(Self.version)
            body.write(id.bytes)
            body.write(token.bytes)
            body.write(received)
            body.write(limit)
            body.write(Self.shortened(desktop))
        case .opened(let slot, let id, let token, let isResumed, let received, let limit, let lease):
            Self.begin(.opened, slot, &body)
            body.write(Self.version)
            body.write(id.bytes)
            body.write(token.bytes)
            body.write(UInt8(isResumed ? 1 : 0))
            body.write(received)
            body.write(limit)
            body.write(lease)
        case .refused(let slot, let failure):
            Self.begin(.refused, slot, &body)
            Self.write(failure, &body)
        case .data(let slot, let offset, let received, let limit, let bytes):
            precondition(bytes.count <= Self.longestData, "a frame carries at most \(Self.longestData) bytes")
            Self.begin(.data, slot, &body)
            body.write(offset)
            body.write(received)
            body.write(limit)
            body.write(bytes)
        case .acknowledgement(let slot, let received, let limit):
            Self.begin(.acknowledgement, slot, &body)
            body.write(received)
            body.write(limit)
        case .ping(let number):
            Self.begin(.ping, 0, &body)
            body.write(number)
        case .pong(let number):
            Self.begin(.pong, 0, &body)
            body.write(number)
        case .close(let slot, let failure):
            Self.begin(.close, slot, &body)
            if let failure { Self.write(failure, &body) }
        }
        writer.write(UInt32(body.bytes.count))
        writer.write(body.bytes)
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.bytes
    }

    private static func begin(_ kind: Kind, _ slot: UInt16, _ body: inout ByteWriter) {
        body.write(kind.rawValue)
        body.write(slot)
    }

    private static func write(_ failure: SessionFailure, _ body: inout ByteWriter) {
        body.write(failure.code.rawValue)
        body.write(shortened(failure.reason))
    }

    private static func shortened(_ text: String) -> [UInt8] { Array(text.utf8.prefix(longestText)) }
}
