import AudioPipeline

/// What is known of an opened device, as a report wants it. Counted since the device was first opened, whatever happened to it since.
package struct DeviceStatistics: BitwiseCopyable, Sendable, Hashable {
    /// As negotiated with the device.
    package var sampleRate = 0
    package var channels = 0
    /// Bits of a sample as the device has it.
    package var sampleBits = 0
    /// Frames the device moves at once, and frames that its buffer holds.
    package var periodSize = 0
    package var bufferSize = 0
    /// How the device's clock and the tick get along.
    package var clock = ClockStatistics()
    /// From the microphone to the graph, or from the graph to the loudspeaker, in seconds, as far as the system tells.
    package var delay = 0.0
    /// How often the device overran or ran dry and had to be started again.
    package var overruns = 0
    /// How often it was lost and opened again.
    package var reopenings = 0
    /// Samples of the engine (48 kHz) that could not be kept: a disk that does not keep up, say.
    package var lost = 0

    package init() {}
}
