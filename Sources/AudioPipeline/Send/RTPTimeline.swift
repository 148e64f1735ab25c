/// The RTP timestamps of one sender: they advance with the ticks, whether something is sent or not.
///
/// The start is random (RFC 3550 §5.1). When the codec's clock changes, the same line goes on at the new rate, so that time elapsed
/// is still what the difference says (RFC 7160 §4.1).
struct RTPTimeline {
    /// Of the first sample of the tick that comes next.
    private(set) var timestamp: UInt32
    /// Units a second.
    var clockRate: Int

    init(start: UInt32, clockRate: Int) {
        timestamp = start
        self.clockRate = clockRate
    }

    /// Units in a tick.
    var step: UInt32 { UInt32(clockRate / 100) }

    mutating func advance() { timestamp &+= step }
}
