/// Plays keys of a telephone as packets of RFC 4733, at the pace of the audio tick (webrtc-pc §7.2, the playout steps).
///
/// A value that neither allocates nor frees, ticked on the audio thread: each tick is told the RTP timestamp it begins with and answers
/// with what to send. An event is reported every packet time while it lasts, and its end three times, a tick apart: RFC 4733 §2.5.1.4
/// would have them a packet time apart, but then the third came after the shortest pause of 30 ms had passed.
package struct DTMFSender: Sendable {
    /// How long a tone may last, and how long it lasts unless somebody says (webrtc-pc §7.2), in milliseconds.
    package static let durationRange = 40...6000
    package static let usualDuration = 100
    /// How long the pause between tones may last, and how long it does.
    package static let gapRange = 30...6000
    package static let usualGap = 70
    /// A comma's pause (webrtc-pc §7.2).
    private static let commaMilliseconds = 2000
    /// RFC 4733 §2.5.1.4.
    private static let endReports = 3
    /// The longest duration that a report can tell; longer events go on as a new segment (RFC 4733 §2.5.1.3).
    private static let longestSegment = UInt32(UInt16.max)

    private enum Phase: Sendable {
        /// Nothing to play.
        case idle
        /// A tone has lasted for so many ticks.
        case tone(code: UInt8, ticks: Int)
        /// After a tone, for so many ticks more; so many reports of its end are still to be sent.
        case gap(ticksLeft: Int, endReportsLeft: Int)
    }

    private let tickMilliseconds: Int
    private let ticksPerReport: Int
    private var tones = DTMFToneList()
    private var durationTicks: Int
    private var gapTicks: Int
    private var phase = Phase.idle
    /// Where the current segment began.
    private var segmentTimestamp: UInt32 = 0
    /// How much of the event lies before the tick that comes, in this segment.
    private var elapsed: UInt32 = 0
    private var isFirstReport = false
    /// The report of the end, for its repetition.
    private var endPacket: DTMFStep.Packet?

    /// - Parameters:
    ///   - tickMilliseconds: how often `tick` is called: 10 or 20.
    ///   - packetMilliseconds: how often an event is reported while it lasts; a multiple of the tick.
    package init(tickMilliseconds: Int = 10, packetMilliseconds: Int = 20) {
        precondition(
            tickMilliseconds > 0 && packetMilliseconds > 0 && packetMilliseconds.isMultiple(of: tickMilliseconds),
            "reports come every so many ticks")
        self.tickMilliseconds = tickMilliseconds
        ticksPerReport = packetMilliseconds / tickMilliseconds
        durationTicks = Self.usualDuration / tickMilliseconds
        gapTicks = Self.usualGap / tickMilliseconds
    }

    /// Replaces what is still to be played; a tone that is being played is played to its end (webrtc-pc §7.2). No tones: that was the last.
    ///
    /// Times are milliseconds; outside their ranges they are taken for the nearest within.
    package mutating func insert(
        _ tones: DTMFToneList, duration: Int = DTMFSender.usualDuration, gap: Int = DTMFSender.usualGap
    ) {
        self.tones = tones
        durationTicks = ticks(min(max(duration, Self.durationRange.lowerBound), Self.durationRange.upperBound))
        gapTicks = ticks(min(max(gap, Self.gapRange.lowerBound), Self.gapRange.upperBound))
    }

    /// How many tones are still to be begun.
    package var remainingCount: Int { tones.count }

    /// Whether there is nothing to play and nothing to send.
    package var isIdle: Bool {
        if case .idle = phase { return tones.isEmpty }
        return false
    }

    /// The next tick.
    ///
    /// - Parameters:
    ///   - timestamp: of its first sample, in the clock of the telephone-event format.
    ///   - clockRate: of that clock.
    package mutating func tick(timestamp: UInt32, clockRate: Int) -> DTMFStep {
        var step = DTMFStep()
        beginNextIfDue(timestamp: timestamp, step: &step)
        switch phase {
        case .idle:
            break
        case .tone(let code, let ticks):
            step.isPlaying = true
            continueTone(code: code, ticks: ticks + 1, unitsPerTick: UInt32(clockRate * tickMilliseconds / 1000), step: &step)
        case .gap(let ticksLeft, let reportsLeft):
            if reportsLeft > 0 { step.packet = endPacket }
            phase = .gap(ticksLeft: ticksLeft - 1, endReportsLeft: max(0, reportsLeft - 1))
        }
        return step
    }

    // MARK: Private parts

    /// Rounded up to whole ticks.
    private func ticks(_ milliseconds: Int) -> Int { (milliseconds + tickMilliseconds - 1) / tickMilliseconds }

    /// The playout steps of webrtc-pc §7.2, when the last tone and its pause are over.
    private mutating func beginNextIfDue(timestamp: UInt32, step: inout DTMFStep) {
        var wasPlaying = false
        switch phase {
        case .idle: break
        case .tone: return
        case .gap(let ticksLeft, let reportsLeft):
            guard ticksLeft <= 0, reportsLeft <= 0 else { return }
            wasPlaying = true
        }
        guard let tone = tones.removeFirst() else {
            phase = .idle
            if wasPlaying { step.toneChange = .finished }
            return
        }
        step.toneChange = .began(tone)
        if let code = tone.code {
            phase = .tone(code: code, ticks: 0)
            segmentTimestamp = timestamp
            elapsed = 0
            isFirstReport = true
        } else {
            phase = .gap(ticksLeft: ticks(Self.commaMilliseconds), endReportsLeft: 0)
        }
    }

    private mutating func continueTone(code: UInt8, ticks: Int, unitsPerTick: UInt32, step: inout DTMFStep) {
        elapsed += unitsPerTick
        let isEnd = ticks >= durationTicks
        if elapsed > Self.longestSegment {
            // RFC 4733 §2.5.1.3: the segment is reported full and not ended, and the event goes on where it stops. A tone that ends with
            // this very tick has its end reported from the next tick on.
            step.packet = makePacket(code: code, isEnd: false, duration: Self.longestSegment)
            segmentTimestamp &+= Self.longestSegment
            elapsed -= Self.longestSegment
            phase = .tone(code: code, ticks: ticks)
            if isEnd { end(code: code, reportsLeft: Self.endReports) }
        } else if isEnd {
            end(code: code, reportsLeft: Self.endReports - 1)
            step.packet = endPacket
        } else {
            if ticks.isMultiple(of: ticksPerReport) { step.packet = makePacket(code: code, isEnd: false, duration: elapsed) }
            phase = .tone(code: code, ticks: ticks)
        }
    }

    private mutating func end(code: UInt8, reportsLeft: Int) {
        endPacket = makePacket(code: code, isEnd: true, duration: elapsed)
        phase = .gap(ticksLeft: gapTicks, endReportsLeft: reportsLeft)
    }

    private mutating func makePacket(code: UInt8, isEnd: Bool, duration: UInt32) -> DTMFStep.Packet {
        defer { isFirstReport = false }
        return DTMFStep.Packet(
            event: TelephoneEvent(code: code, isEnd: isEnd, duration: UInt16(clamping: duration)), timestamp: segmentTimestamp,
            marker: isFirstReport)
    }
}
