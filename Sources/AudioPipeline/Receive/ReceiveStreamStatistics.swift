import Playout

/// What a receiver has played.
package struct ReceiveStreamStatistics: BitwiseCopyable, Sendable, Hashable {
    package var playout = JitterBufferStatistics()
    package var level = LevelStatistics()
    /// How long packets are made to wait at the moment, in milliseconds.
    package var targetDelay = 0.0
    /// Ticks that had something made up in them.
    package var concealedTicks = 0

    package init() {}
}
