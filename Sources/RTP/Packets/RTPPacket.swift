import Primitives

/// One packet of media (RFC 3550 §5.1).
package struct RTPPacket: Sendable, Hashable {
    /// Bytes of the header without contributing sources and extension.
    private static let fixedHeaderByteCount = 12
    /// RFC 3550 §5.1: four bits count them.
    private static let contributingSourceLimit = 15

    /// What the profile says: for audio, the first packet after a silence (RFC 3551 §4.1).
    package var marker: Bool
    package var payloadType: PayloadType
    package var sequenceNumber: SequenceNumber
    /// Of the first sample of the payload, in the format's clock.
    package var timestamp: UInt32
    package var ssrc: SSRC
    /// Whose voices a mixer put together; at most fifteen.
    package var contributingSources: [SSRC]
    package var extensions: [HeaderExtension]
    /// Without padding.
    package var payload: [UInt8]
    /// Bytes of the padding that came with the packet; written packets have none.
    package private(set) var paddingByteCount = 0

    package init(
        marker: Bool = false, payloadType: PayloadType, sequenceNumber: SequenceNumber, timestamp: UInt32, ssrc: SSRC,
        contributingSources: [SSRC] = [], extensions: [HeaderExtension] = [], payload: [UInt8]
    ) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.contributingSources = contributingSources
        self.extensions = extensions
        self.payload = payload
    }

    /// Parses a packet in the clear; `nil` where the bytes are none (RFC 3550 A.1 lists the checks).
    package init?(parsing bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let first = reader.readUInt8(), first >> 6 == 2, let second = reader.readUInt8(),
            let sequenceNumber = reader.readUInt16(), let timestamp = reader.readUInt32(), let ssrc = reader.readUInt32()
        else { return nil }
        var sources: [SSRC] = []
        for _ in 0..<first & 0x0F {
            guard let source = reader.readUInt32() else { return nil }
            sources.append(SSRC(source))
        }
        var extensions: [HeaderExtension] = []
        if first & 0x10 != 0 {
            guard let profile = reader.readUInt16(), let words = reader.readUInt16(), let body = reader.readSlice(Int(words) * 4)
            else { return nil }
            extensions = HeaderExtensionBlock.parse(profile: profile, body: body)
        }
        var payload = reader.readRest()
        if first & 0x20 != 0 {
            // The last byte counts the padding, itself included.
            guard let padding = payload.last, padding > 0, Int(padding) <= payload.count else { return nil }
            payload.removeLast(Int(padding))
            paddingByteCount = Int(padding)
        }
        marker = second & 0x80 != 0
        payloadType = PayloadType(truncating: second)
        self.sequenceNumber = SequenceNumber(sequenceNumber)
        self.timestamp = timestamp
        self.ssrc = SSRC(ssrc)
        contributingSources = sources
        self.extensions = extensions
        self.payload = payload
    }

    /// The first extension with this identifier.
    package func headerExtension(_ id: UInt8) -> HeaderExtension? { extensions.first { $0.id == id } }

    /// Bytes of the header as it is written; with padding, what RFC 3550 §6.4.1 does not count as payload.
    package var headerByteCount: Int {
        var writer = ByteWriter()
        writeHeader(into: &writer)
        return writer.count + paddingByteCount
    }

    /// The packet as it goes to SRTP, without padding.
    package var bytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.fixedHeaderByteCount + 40 + payload.count)
        write(into: &writer)
        return writer.bytes
    }

    /// Writes the packet without padding. At most fifteen contributing sources.
    package func write(into writer: inout ByteWriter) {
        writeHeader(into: &writer)
        writer.write(payload)
    }

    private func writeHeader(into writer: inout ByteWriter) {
        precondition(contributingSources.count <= Self.contributingSourceLimit, "a packet names at most fifteen contributing sources")
        writer.write(0x80 | (extensions.isEmpty ? 0 : 0x10) | UInt8(contributingSources.count))
        writer.write((marker ? 0x80 : 0) | payloadType.rawValue)
        writer.write(sequenceNumber.rawValue)
        writer.write(timestamp)
        writer.write(ssrc.rawValue)
        for source in contributingSources { writer.write(source.rawValue) }
        if !extensions.isEmpty { HeaderExtensionBlock.write(extensions, into: &writer) }
    }
}
