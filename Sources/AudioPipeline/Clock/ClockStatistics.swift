/// How a device's clock and the tick get along.
package struct ClockStatistics: BitwiseCopyable, Sendable, Hashable {
    /// Samples between the two clocks after the last tick, at 48 kHz.
    package var fill = 0
    /// The least that is aimed at, at 48 kHz.
    package var margin = 0
    /// How much faster than nominal the device's samples are used up, in parts per million: the device's clock error, once settled.
    package var correction: Float = 0
    /// Ticks at which the buffer was empty.
    package var gaps = 0
    /// Samples dropped because they only made everything later, at 48 kHz.
    package var skipped = 0

    package init() {}
}
