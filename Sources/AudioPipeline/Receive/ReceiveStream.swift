import AudioCodecs
import AudioCore
import Playout
import Primitives

/// What one RTP receiver gives: packets go in from the network loop, 10 ms of sound come out every tick, whether anybody plays them or not
/// (`getStats` counts on, and whoever begins to listen hears at once).
///
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are internal or private, and `AudioGraph` is their only caller). `packets` has the network loop
/// as writer and the audio thread as reader.
package final class ReceiveStream: @unchecked Sendable {
    /// A second of 10 ms packets, should the audio thread be held up.
    private static let ringCapacity = 128
    /// What a datagram can hold.
    private static let largestPayload = 1500

    /// What has been played and how loud it was.
    package let statistics = LatestValue(ReceiveStreamStatistics())

    /// The receiver's sound of this tick.
    let frame = AudioFrame()
    var isEnabled = true
    private let packets = RecordRing<PlayoutPacket>(capacity: ringCapacity, slotSize: largestPayload)
    private let buffer: JitterBuffer
    private var meter = LevelMeter()
    private var gain: Float = 1
    private var current = ReceiveStreamStatistics()

    package init() { buffer = JitterBuffer() }

    /// Hands a packet down; `false` where the audio thread has not kept up and the packet is lost. Network loop only.
    package func insert(_ packet: PlayoutPacket, payload: [UInt8]) -> Bool {
        payload.withUnsafeBytes { packets.write(packet, bytes: $0) }
    }

    /// The next 10 ms.
    func tick(at now: Instant) {
        while packets.read({ packet, payload in buffer.insert(packet, payload: payload) }) != nil {}
        let kind = buffer.frame(into: frame, at: now)
        // The level is that of what came, however the page has muted it (webrtc-stats §8.3 `audioLevel`).
        meter.measure(frame)
        let target: Float = isEnabled ? 1 : 0
        frame.scale(from: gain, to: target)
        gain = target
        current.playout = buffer.statistics
        current.level = meter.statistics
        current.targetDelay = buffer.targetDelay
        if kind == .concealment { current.concealedTicks += 1 }
        statistics.publish(current)
    }

    /// The receiver has left the graph: silence for those that still hold it.
    func fallSilent() {
        frame.clear()
        meter.rest()
        current.level = meter.statistics
        statistics.publish(current)
    }
}
