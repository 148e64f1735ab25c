/// What webrtc-stats tells of an inbound audio stream's playout (§8.3). Samples are of 48 kHz, times are seconds summed over emitted samples.
package struct JitterBufferStatistics: BitwiseCopyable, Sendable, Hashable {
    /// From each sample's packet's arrival until the packet is decoded: as libwebrtc counts, which pages and dashboards know.
    package var jitterBufferDelay = 0.0
    /// From each sample's packet's arrival until the sample is handed over: with what waits behind the decoder, and half a packet.
    package var playoutDelay = 0.0
    package var jitterBufferTargetDelay = 0.0
    package var jitterBufferMinimumDelay = 0.0
    package var jitterBufferEmittedCount = 0
    /// All that was handed over since the first packet, whatever it was made of.
    package var totalSamplesReceived = 0
    package var concealedSamples = 0
    package var silentConcealedSamples = 0
    package var concealmentEvents = 0
    package var insertedSamplesForDeceleration = 0
    package var removedSamplesForAcceleration = 0
    /// Too late, twice, or of no use.
    package var packetsDiscarded = 0
    /// Packets that carried redundancy, and those of which nobody needed it.
    package var fecPacketsReceived = 0
    package var fecPacketsDiscarded = 0

    package init() {}
}
