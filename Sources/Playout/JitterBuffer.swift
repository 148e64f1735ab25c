import AudioCodecs
import AudioCore
import Primitives

/// Turns packets that come as the network pleases into 10 ms of sound each time it is asked.
///
/// Every frame goes through these steps:
/// 1. While fewer than 10 ms are decoded, the next packet is decoded; where it is missing, what the packet after it tells about it (Opus
///    in-band FEC), else what the codec or the pitch of the voice lets us make up.
/// 2. The level (what is decoded and what waits) is compared with the target of the `DelayEstimator`: where it is much higher, a pitch period
///    is left out; where it is much lower, one is repeated; where that would be heard, neither.
/// 3. 480 samples are handed over.
///
/// A packet that comes after its turn is dropped and counted. When nothing is left to decode, sound is made up until packets come again, which
/// then are played: the delay has grown by as much, and step 2 takes it back.
///
/// `insert` and `frame` belong to the same thread; after `init` neither allocates, locks, nor frees. What comes off the wire cannot make it
/// grow: memory is fixed, jumps in numbers or timestamps begin the stream anew.
package final class JitterBuffer {
    /// A jump of more than this between two packets begins the stream anew: two seconds.
    private static let largestJump: Int64 = 96_000
    private static let largestSequenceJump: Int64 = 200
    /// Between two changes of length: 50 ms.
    private static let stretchInterval = 2_400
    /// After so much that was made up, nobody is taken to be there: 1 s.
    private static let longestConcealment = 48_000
    private static let samplesPerMillisecond = 48.0
    /// The first packet waits for others no longer than this many frames.
    private static let longestStart = 6

    package private(set) var statistics = JitterBufferStatistics()

    private let store = PacketStore()
    private let queue = SampleQueue(capacity: 4 * OpusDecoder.mostSamples)
    private let concealer = PitchConcealer()
    private let opus = OpusDecoder()
    private let muLaw = G711Decoder(.muLaw)
    private let aLaw = G711Decoder(.aLaw)
    private var estimator = DelayEstimator()

    private enum Phase {
        /// No packet yet.
        case empty
        /// The first packets have come, and wait for more.
        case starting(frames: Int)
        case playing
    }
    private var phase = Phase.empty
    private var ssrc: UInt32 = 0
    private var codec = AudioCodec.opus
    private var newestSequence: Int64 = 0
    private var newestStart: Int64 = 0
    private var newestTimestamp: UInt32 = 0
    /// The packet that is due.
    private var next: Int64 = 0
    /// Where its first sample would be.
    private var nextStart: Int64 = 0
    /// Samples made up since the last real one.
    private var concealedRun = 0
    private var sinceStretch = 0
    /// In samples, smoothed over some ten frames.
    private var smoothedLevel = 0.0

    package init() {}

    /// How long packets are made to wait, in milliseconds.
    package var targetDelay: Double { estimator.target }

    // MARK: Packets

    /// Takes a packet; one that cannot be used is dropped and counted.
    package func insert(_ packet: PlayoutPacket, payload: UnsafeRawBufferPointer) {
        guard let sampleCount = decoder(of: packet.codec).sampleCount(of: payload) else {
            statistics.packetsDiscarded += 1
            return
        }
        let scale = Int64(48_000 / packet.codec.clockRate)
        var sequence = newestSequence + Int64(Int16(bitPattern: packet.sequenceNumber &- UInt16(truncatingIfNeeded: newestSequence)))
        var start = newestStart + Int64(Int32(bitPattern: packet.timestamp &- newestTimestamp)) * scale
        let isNew: Bool =
            switch phase {
            case .empty: true
            case .starting, .playing:
                packet.ssrc != ssrc || packet.codec != codec || abs(sequence - newestSequence) > Self.largestSequenceJump
                    || abs(start - newestStart) > max(Self.largestJump, abs(sequence - newestSequence) * 5_760)
            }
        if isNew {
            begin(with: packet)
            sequence = newestSequence
            start = newestStart
        }
        if case .playing = phase, sequence < next {
            statistics.packetsDiscarded += 1
            return
        }
        if case .starting = phase, sequence < next {
            next = sequence
            nextStart = start
        }
        guard store.insert(sequence: sequence, start: start, sampleCount: sampleCount, codec: packet.codec, arrival: packet.arrival, payload: payload)
        else {
            statistics.packetsDiscarded += 1
            return
        }
        if sequence > newestSequence {
            newestSequence = sequence
            newestStart = start
            newestTimestamp = packet.timestamp
        }
        estimator.insert(
            arrival: packet.arrival, position: Double(start) / Self.samplesPerMillisecond,
            length: Double(sampleCount) / Self.samplesPerMillisecond)
    }

    /// Another source, another codec, or numbers that have nothing to do with the former: what is decoded is still played.
    private func begin(with packet: PlayoutPacket) {
        store.removeAll()
        estimator.reset()
        if packet.codec != codec || packet.ssrc != ssrc { decoder(of: packet.codec).reset() }
        ssrc = packet.ssrc
        codec = packet.codec
        newestSequence = Int64(packet.sequenceNumber) + 1 << 32
        newestStart = 1 << 40
        newestTimestamp = packet.timestamp
        next = newestSequence
        nextStart = newestStart
        if case .empty = phase { phase = .starting(frames: 0) }
    }

    private func decoder(of codec: AudioCodec) -> any SpeechDecoder {
        switch codec {
        case .opus: opus
        case .pcmu: muLaw
        case .pcma: aLaw
        }
    }

    // MARK: Frames

    /// The next 10 ms; `now` is the tick's time, on the clock that stamped the packets.
    package func frame(into frame: borrowing AudioFrame, at now: Instant) -> PlayoutKind {
        switch phase {
        case .empty:
            frame.clear()
            return .silence
        case .starting(let frames):
            guard level >= estimator.target * Self.samplesPerMillisecond || frames >= Self.longestStart else {
                phase = .starting(frames: frames + 1)
                frame.clear()
                return .silence
            }
            phase = .playing
        case .playing: break
        }
        let concealedBefore = statistics.concealedSamples
        smoothedLevel += 0.1 * (level - smoothedLevel)
        while queue.count < AudioFrame.sampleCount { produce(at: now) }
        stretchIfNeeded(at: now)
        emit(into: frame)
        if concealedRun > Self.longestConcealment { return .silence }
        return statistics.concealedSamples > concealedBefore ? .concealment : .speech
    }

    /// What is decoded and what waits, in samples.
    private var level: Double {
        guard let last = store.last() else { return Double(queue.count) }
        return Double(queue.count) + Double(max(0, last.start + Int64(last.sampleCount) - nextStart))
    }

    private func emit(into frame: borrowing AudioFrame) {
        let samples = queue.samples
        for index in 0..<AudioFrame.sampleCount { frame.samples[index] = samples[index] }
        queue.removeFirst(AudioFrame.sampleCount)
        sinceStretch += AudioFrame.sampleCount
        statistics.totalSamplesReceived += AudioFrame.sampleCount
    }

    // MARK: Producing

    private func produce(at now: Instant) {
        if let entry = store.entry(next) {
            decode(entry, at: now)
        } else if let later = store.first(from: next) {
            bridge(to: later)
        } else {
            // Nothing is there: what is missing may be late rather than lost.
            conceal(AudioFrame.sampleCount)
        }
    }

    private func decode(_ entry: PacketStore.Entry, at now: Instant) {
        let room = queue.room(for: OpusDecoder.mostSamples)
        let decoder = decoder(of: entry.codec)
        if let count = decoder.decode(store.payload(of: entry), into: room) {
            let samples = UnsafeMutableBufferPointer(rebasing: room[..<count])
            concealer.merge(into: samples)
            concealer.remember(UnsafeBufferPointer(samples))
            note(delayOf: entry, count: count, at: now)
            queue.didAppend(count)
            concealedRun = 0
        } else {
            statistics.packetsDiscarded += 1
            conceal(min(entry.sampleCount, OpusDecoder.mostSamples))
        }
        store.remove(entry.sequence)
        next = entry.sequence + 1
        nextStart = entry.start + Int64(entry.sampleCount)
    }

    /// Packets are missing before `later`: made up one piece after the other, the last one from what `later` tells about it.
    private func bridge(to later: PacketStore.Entry) {
        let gap = later.start - nextStart
        guard gap > 0, gap <= Self.largestJump / 4 else {
            // A pause of the sender's (DTX), or a step of its clock: goes on with what is there.
            next = later.sequence
            nextStart = later.start
            return
        }
        let isLast = gap <= Int64(later.sampleCount)
        if isLast {
            let room = queue.room(for: Int(gap))
            if let count = decoder(of: later.codec).decodeRedundancy(in: store.payload(of: later), into: room) {
                let samples = UnsafeMutableBufferPointer(rebasing: room[..<count])
                concealer.merge(into: samples)
                concealer.remember(UnsafeBufferPointer(samples))
                queue.didAppend(count)
                statistics.fecPacketsReceived += 1
                concealedRun = 0
                next = later.sequence
                nextStart = later.start
                return
            }
        }
        let count = Int(min(gap, 960))
        conceal(count)
        nextStart += Int64(count)
        if nextStart >= later.start { next = later.sequence }
    }

    private func conceal(_ count: Int) {
        let room = queue.room(for: count)
        guard room.count == count else { return }
        if concealedRun > Self.longestConcealment {
            room.update(repeating: 0)
        } else if !decoder(of: codec).conceal(into: room) {
            concealer.conceal(into: room)
        }
        queue.didAppend(count)
        if concealedRun == 0 { statistics.concealmentEvents += 1 }
        concealedRun += count
        guard concealedRun <= Self.longestConcealment else { return }
        statistics.concealedSamples += count
        var energy: Float = 0
        for sample in room { energy += sample * sample }
        if energy / Float(count) < 1e-7 { statistics.silentConcealedSamples += count }
    }

    private func note(delayOf entry: PacketStore.Entry, count: Int, at now: Instant) {
        let waited = (now - entry.arrival).seconds + Double(queue.count) / 48_000
        statistics.jitterBufferDelay += waited * Double(count)
        statistics.jitterBufferTargetDelay += estimator.target / 1000 * Double(count)
        statistics.jitterBufferMinimumDelay += estimator.target / 1000 * Double(count)
        statistics.jitterBufferEmittedCount += count
    }

    // MARK: Length

    private func stretchIfNeeded(at now: Instant) {
        guard sinceStretch >= Self.stretchInterval, concealedRun == 0 else { return }
        let target = estimator.target * Self.samplesPerMillisecond
        let high = max(target * 1.25, target + 960)
        if smoothedLevel > high {
            decodeForStretch(PitchSearch.span + PitchSearch.longest, at: now)
            let removed = TimeStretch.shorten(queue, isUrgent: smoothedLevel > high + 9_600)
            statistics.removedSamplesForAcceleration += removed
            noteStretch(-removed)
        } else if smoothedLevel < target * 0.75 - 240, level > 0 {
            decodeForStretch(PitchSearch.span, at: now)
            let added = TimeStretch.lengthen(queue)
            statistics.insertedSamplesForDeceleration += added
            noteStretch(added)
        }
    }

    /// Decodes ahead what is there, so that there is something to work on.
    private func decodeForStretch(_ wanted: Int, at now: Instant) {
        while queue.count < wanted, let entry = store.entry(next) { decode(entry, at: now) }
    }

    private func noteStretch(_ samples: Int) {
        guard samples != 0 else { return }
        smoothedLevel += Double(samples)
        sinceStretch = 0
    }
}
