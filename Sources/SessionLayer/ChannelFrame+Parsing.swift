import Primitives

extension ChannelFrame {
    /// A frame without its length. Throws a violation for what is none, a version mismatch for an `open` of another version.
    package static func parse(_ bytes: [UInt8]) throws(SessionFailure) -> ChannelFrame {
        var reader = ByteReader(bytes)
        guard let number = reader.readUInt8(), let kind = Kind(rawValue: number), let slot = reader.readUInt16() else {
            throw SessionFailure(.violation, "a frame of an unknown kind")
        }
        let frame: ChannelFrame?
        switch kind {
        case .open:
            try checkVersion(&reader)
            frame = open(slot, &reader)
        case .opened:
            try checkVersion(&reader)
            frame = opened(slot, &reader)
        case .refused: frame = failure(&reader).map { .refused(slot: slot, $0) }
        case .data:
            guard let offset = reader.readUInt64(), let received = reader.readUInt64(), let limit = reader.readUInt64() else {
                throw short(kind)
            }
            let content = reader.readRest()
            guard content.count <= longestData else { throw SessionFailure(.violation, "a data frame of \(content.count) bytes") }
            return .data(slot: slot, offset: offset, received: received, limit: limit, bytes: content)
        case .acknowledgement:
            guard let received = reader.readUInt64(), let limit = reader.readUInt64() else { throw short(kind) }
            frame = .acknowledgement(slot: slot, received: received, limit: limit)
        case .ping: frame = reader.readUInt64().map { .ping($0) }
        case .pong: frame = reader.readUInt64().map { .pong($0) }
        case .close: return .close(slot: slot, failure(&reader))
        }
        guard let frame else { throw short(kind) }
        return frame
    }

    private static func checkVersion(_ reader: inout ByteReader) throws(SessionFailure) {
        guard let version = reader.readUInt8() else { throw SessionFailure(.violation, "a greeting without a version") }
        guard version == Self.version else {
            throw SessionFailure(
                .versionMismatch,
                "The other end speaks version \(version) of the session layer, this one version \(Self.version). Update the older of the two.")
        }
    }

    private static func open(_ slot: UInt16, _ reader: inout ByteReader) -> ChannelFrame? {
        guard let id = reader.readBytes(SessionID.length), let token = reader.readBytes(SessionToken.length),
            let received = reader.readUInt64(), let limit = reader.readUInt64()
        else { return nil }
        return .open(
            slot: slot, id: SessionID(bytes: id), token: SessionToken(bytes: token), received: received, limit: limit,
            desktop: text(&reader))
    }

    private static func opened(_ slot: UInt16, _ reader: inout ByteReader) -> ChannelFrame? {
        guard let id = reader.readBytes(SessionID.length), let token = reader.readBytes(SessionToken.length),
            let isResumed = reader.readUInt8(), let received = reader.readUInt64(), let limit = reader.readUInt64(),
            let lease = reader.readUInt32()
        else { return nil }
        return .opened(
            slot: slot, id: SessionID(bytes: id), token: SessionToken(bytes: token), isResumed: isResumed != 0, received: received,
            limit: limit, lease: lease)
    }

    /// A number that only a newer version knows is still a refusal, with its words.
    private static func failure(_ reader: inout ByteReader) -> SessionFailure? {
        guard let number = reader.readUInt16() else { return nil }
        return SessionFailure(SessionFailure.Code(rawValue: number) ?? .engineUnavailable, text(&reader))
    }

    private static func text(_ reader: inout ByteReader) -> String {
        String(decoding: reader.readRest().prefix(longestText), as: UTF8.self)
    }

    private static func short(_ kind: Kind) -> SessionFailure { SessionFailure(.violation, "a frame of kind \(kind) that ends too early") }
}
