import RTP

/// A datagram that claims to be RTP, after its protection is off.
package enum RTPEntry: FuzzEntry {
    package static let name = "rtp"

    package static func run(_ bytes: [UInt8]) {
        guard let packet = RTPPacket(parsing: bytes) else { return }
        for headerExtension in packet.extensions { _ = AudioLevel(parsing: headerExtension) }
        precondition(packet.payload.count + 12 <= bytes.count, "a payload is part of its packet")
        let written = packet.bytes
        guard let again = RTPPacket(parsing: written) else { preconditionFailure("what was read can be read again") }
        precondition(again.bytes == written, "a packet that was written reads as what it was")
        precondition(again.payload == packet.payload && again.extensions == packet.extensions, "payload and extensions survive")
    }
}
