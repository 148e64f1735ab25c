import Primitives
import RTP

/// A datagram that claims to be RTCP, after its protection is off, and what the reports make of it.
package enum RTCPEntry: FuzzEntry {
    package static let name = "rtcp"

    package static func run(_ bytes: [UInt8]) {
        let packets = RTCPCompound.parse(bytes)
        guard !packets.isEmpty else { return }
        // Not the packets themselves: a reason that is no text is repaired when it is read, and may be cut when it is written.
        let written = RTCPCompound.bytes(of: packets)
        let again = RTCPCompound.parse(written)
        precondition(again.count == packets.count, "a compound that was written has as many packets")
        precondition(RTCPCompound.bytes(of: again) == written, "a compound that was written reads as what it was")
        var reporter = RTCPReporter(
            ssrc: SSRC(1), canonicalName: "c", clockRate: 48_000, clock: NTPClock(timeAtZero: .seconds(3_900_000_000)),
            random: RandomSource(seed: 1))
        _ = reporter.handle(packets, at: .zero + .seconds(1))
        _ = reporter.handle(packets, at: .zero + .seconds(2))
        _ = reporter.poll(at: .zero + .seconds(10))
    }
}
