import AudioCodecs
import AudioCore
import Primitives
import RTP

/// What one RTP sender sends: a track's sound, encoded, as a ring of frames for the network loop.
///
/// Time goes on whether something is sent or not, so that the RTP timestamps of what is sent say when it was heard. A track that is
/// disabled or ended is sent as silence; no track, no codec or `setSending(false)` send nothing.
/// `@unchecked Sendable`: made by one thread, handed to the audio thread through `GraphControl`; from then on the mutable members are
/// touched by the audio thread only (they are internal or private, and `AudioGraph` is their only caller). `frames` has the audio
/// thread as writer and the network loop as reader.
package final class SendStream: @unchecked Sendable {
    /// −50 dBov: what is louder counts as a voice (RFC 6464's V bit). Processing has taken most noise out by then.
    private static let quietestVoice: UInt8 = 50
    /// More than a second of 20 ms frames, should the loop be held up.
    private static let ringCapacity = 64

    /// What is to be sent, in order. Read by the network loop.
    package let frames = RecordRing<EncodedFrameHeader>(capacity: ringCapacity, slotSize: SendEncoder.largestPayload)
    package let statistics = LatestValue(SendStreamStatistics())

    private var track: LocalTrack?
    private var encoder: SendEncoder?
    private var isSending = true
    private var timeline: RTPTimeline
    private var tones = DTMFSender()
    private var tonesPayloadType: UInt8 = 0
    /// The telephone events' clock; goes with `timeline` where it is the codec's, as it should be.
    private var toneTimeline: RTPTimeline
    private var current = SendStreamStatistics()
    /// Samples of the frame that is being gathered.
    private let gathered = UnsafeMutableBufferPointer<Float>.allocate(capacity: SendEncoder.mostSamples)
    private var gatheredCount = 0
    private var gatheredEnergy: Float = 0
    private var gatheredTimestamp: UInt32 = 0
    /// Nothing was sent just before: the next frame begins a talk spurt.
    private var startsSpurt = true
    private let payload = UnsafeMutableRawBufferPointer.allocate(byteCount: SendEncoder.largestPayload, alignment: 16)

    /// - Parameter initialTimestamp: random (RFC 3550 §5.1).
    package init(initialTimestamp: UInt32) {
        timeline = RTPTimeline(start: initialTimestamp, clockRate: AudioFrame.sampleRate)
        toneTimeline = timeline
    }

    deinit {
        gathered.deallocate()
        payload.deallocate()
    }

    /// The next 10 ms; whether something was put into the ring.
    func tick(at now: Instant) -> Bool {
        defer {
            timeline.advance()
            toneTimeline.advance()
            statistics.publish(current)
        }
        guard let encoder, isSending else {
            pause()
            return false
        }
        var hasSent = false
        if !tones.isIdle {
            let isPlaying = sendTones(at: now, hasSent: &hasSent)
            if isPlaying {
                // A key takes the place of the voice: a gateway that hears both plays both.
                pause()
                return hasSent
            }
        }
        guard let track else {
            pause()
            return hasSent
        }
        gather(track.frame)
        if gatheredCount == encoder.sampleCount, send(with: encoder, at: now) { hasSent = true }
        return hasSent
    }

    /// Whether a key is being played, in which case the voice is not sent.
    private func sendTones(at now: Instant, hasSent: inout Bool) -> Bool {
        let line = toneTimeline.clockRate == timeline.clockRate ? timeline : toneTimeline
        let step = tones.tick(timestamp: line.timestamp, clockRate: line.clockRate)
        var header = EncodedFrameHeader(
            content: .telephoneEvent, payloadType: tonesPayloadType, rtpTimestamp: line.timestamp, marker: false,
            audioLevel: AudioLevel.silence, hasVoice: false, duration: 0, tick: now.nanoseconds, tickTimestamp: line.timestamp &+ line.step)
        if let change = step.toneChange {
            header.content = .toneChange(change)
            hasSent = put(header, UnsafeRawBufferPointer(start: nil, count: 0)) || hasSent
        }
        if let packet = step.packet {
            header.content = .telephoneEvent
            header.rtpTimestamp = packet.timestamp
            header.marker = packet.marker
            let count = packet.event.write(into: payload)
            hasSent = put(header, UnsafeRawBufferPointer(rebasing: payload[0..<count])) || hasSent
        }
        return step.isPlaying
    }

    private func put(_ header: EncodedFrameHeader, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard frames.write(header, bytes: bytes) else {
            current.framesDropped += 1
            return false
        }
        return true
    }

    private func gather(_ frame: borrowing AudioFrame) {
        if gatheredCount == 0 {
            gatheredTimestamp = timeline.timestamp
            gatheredEnergy = 0
        }
        for index in 0..<AudioFrame.sampleCount { gathered[gatheredCount + index] = frame.samples[index] }
        gatheredCount += AudioFrame.sampleCount
        gatheredEnergy += frame.meanSquare()
    }

    private func send(with encoder: SendEncoder, at now: Instant) -> Bool {
        let ticks = gatheredCount / AudioFrame.sampleCount
        let made = encoder.encode(UnsafeBufferPointer(rebasing: gathered[0..<gatheredCount]), timestamp: gatheredTimestamp, into: payload)
        gatheredCount = 0
        guard let made else {
            // DTX: the encoder has nothing to say, and what comes next is a new spurt.
            startsSpurt = true
            current.framesUnsent += 1
            return false
        }
        let level = AudioLevel.level(meanSquare: Double(gatheredEnergy) / Double(ticks))
        let header = EncodedFrameHeader(
            content: .audio, payloadType: made.payloadType, rtpTimestamp: gatheredTimestamp, marker: startsSpurt && !made.isComfortNoise,
            audioLevel: level, hasVoice: level <= Self.quietestVoice && !made.isComfortNoise, duration: UInt32(ticks) * timeline.step,
            tick: now.nanoseconds, tickTimestamp: timeline.timestamp &+ timeline.step)
        startsSpurt = made.isComfortNoise
        guard put(header, UnsafeRawBufferPointer(rebasing: payload[0..<made.count])) else { return false }
        if made.isComfortNoise {
            // RFC 3389 §4: a packet like any other, of a payload type of its own.
            current.framesUnsent += 1
        } else {
            current.framesEncoded += 1
            current.bytesEncoded += made.ownCount
        }
        return true
    }

    private func pause() {
        gatheredCount = 0
        startsSpurt = true
        encoder?.pause()
    }

    // MARK: Changes

    func replaceTrack(with other: LocalTrack?) -> AnyObject? {
        defer { track = other }
        return track
    }

    func replaceEncoder(with other: SendEncoder?) -> AnyObject? {
        defer { encoder = other }
        gatheredCount = 0
        startsSpurt = true
        if let other { timeline.clockRate = other.codec.clockRate }
        return encoder
    }

    func tune(_ tuning: EncoderTuning) { encoder?.tune(tuning) }

    /// Where sending stops, keys that are still to be sent are forgotten (webrtc-pc §7.2, the playout steps).
    func setSending(_ isSending: Bool) {
        self.isSending = isSending
        if !isSending { tones = DTMFSender() }
    }

    func sendTones(_ request: ToneRequest) {
        tones.insert(request.tones, duration: request.duration, gap: request.gap)
        tonesPayloadType = request.payloadType
        toneTimeline.clockRate = request.clockRate
    }
}
