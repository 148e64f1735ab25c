import AudioCodecs
import AudioCore
import Primitives

/// Turns packets that come as the network pleases into 10 ms of sound each time it is asked.
///
/// A packet goes through these steps:
/// 1. `StreamTimeline` gives it a place on a line that never wraps.
/// 2. `DelayEstimator` learns from its arrival how long packets should be made to wait.
/// 3. `PacketStore` keeps it, unless its turn has passed or it is here already.
///
/// A frame goes through these:
/// 1. While fewer than 10 ms are decoded, `PlayoutDecision` says what comes next (the packet, what the packet after it tells of it, something
///    made up, background) and `SpeechProducer` does it.
/// 2. Where the delay is not what the estimator wants, a pitch period is left out or repeated (`TimeStretch`).
/// 3. 480 samples are handed over.
///
/// A packet that is late but not lost is played when it comes: the delay has grown by as much, and step 2 takes back what is too much. What was
/// made up while a packet that then proves lost was awaited counts for it, and the delay stays.
///
/// `insert` and `frame` belong to the same thread; after `init` neither allocates, locks, nor frees. What comes off the wire cannot make it
/// grow: memory is fixed, jumps in numbers or timestamps begin the stream anew.
package final class JitterBuffer {
    /// Between two attempts to change the length, and after one that succeeded: 20 ms, 30 ms.
    private static let attemptInterval = 960
    private static let stretchInterval = 1_440
    /// A delay that is too long by so much is not worked off but cut: 1 s.
    private static let largestExcess = 1_000.0

    package private(set) var statistics = JitterBufferStatistics()

    private let store = PacketStore()
    private let estimator = DelayEstimator()
    private let producer = SpeechProducer()
    private var timeline = StreamTimeline()
    private let played = PlayedSequences()

    private var hasBegun = false
    /// The present stream's first packet still waits for its moment.
    private var isBeginning = true
    private var newestEpoch = 0
    private var epoch = 0
    private var ssrc: UInt32 = 0
    private var codec = AudioCodec.opus
    /// The number that is due.
    private var next = Int64.min
    /// Where its first sample would be.
    private var nextStart: Int64 = 0
    /// Samples made up since that point.
    private var madeUp = 0
    private var isPausing = false
    /// The redundancy of the packet that is due has been played.
    private var hasUsedRedundancy = false
    private var sinceAttempt = attemptInterval
    /// Samples played since the delay was last as it should be.
    private var sinceContent = 0
    /// Samples played since a packet came after its turn.
    private var sinceLate = 0

    package init() {}

    /// How long packets are made to wait, in milliseconds.
    package var targetDelay: Double { estimator.target }

    // MARK: Packets

    /// Takes a packet; one that cannot be used is dropped and counted.
    @discardableResult
    package func insert(_ packet: PlayoutPacket, payload: UnsafeRawBufferPointer) -> PlayoutAcceptance {
        switch packet.content {
        case .telephoneEvent:
            _ = insertSilent(packet, payload: UnsafeRawBufferPointer(start: nil, count: 0))
            return .telephoneEvent
        case .comfortNoise:
            return insertSilent(packet, payload: payload)
        case .speech(let codec):
            // Padding alone: Chromium probes a path with it, up to fifty a second. Nothing is missing because of it, and nothing thrown away.
            guard !payload.isEmpty else { return .useless }
            if packet.isRepeat { return insertRepeat(packet, codec: codec, payload: payload) }
            let acceptance = insert(packet, codec: codec, payload: payload)
            if acceptance != .queued { statistics.packetsDiscarded += 1 }
            return acceptance
        }
    }

    private func insert(_ packet: PlayoutPacket, codec: AudioCodec, payload: UnsafeRawBufferPointer) -> PlayoutAcceptance {
        let decoder = producer.decoder(of: codec)
        guard payload.count <= PacketStore.slotSize, let sampleCount = decoder.sampleCount(of: payload),
            let place = timeline.place(packet, codec: codec, sampleCount: sampleCount)
        else { return .useless }
        if place.epoch > newestEpoch {
            newestEpoch = place.epoch
            estimator.rebase()
        }
        // A repeat may be here under another number.
        if played.contains(place.sequence) || store.contains(start: place.start, epoch: place.epoch) { return .duplicate }
        let redundantCount = decoder.redundantSampleCount(of: payload)
        let entry = PacketStore.Entry(
            sequence: place.sequence, start: place.start, sampleCount: sampleCount, epoch: place.epoch, ssrc: packet.ssrc, codec: codec,
            arrival: packet.arrival, redundantCount: redundantCount)
        if place.sequence >= next {
            switch store.insert(entry, payload: payload) {
            case .done: break
            case .duplicate: return .duplicate
            case .tooLong: return .useless
            case .full:
                // Nobody has asked for frames for seconds: what is here is past.
                statistics.packetsDiscarded += store.count
                store.removeAll()
                startAnew()
                _ = store.insert(entry, payload: payload)
            }
        }
        hasBegun = true
        estimator.insert(arrival: packet.arrival, start: place.start)
        if redundantCount > 0 {
            statistics.fecPacketsReceived += 1
            let previous = place.sequence - 1
            if next != .min, previous >= next, !store.contains(previous) {
                estimator.insert(arrival: packet.arrival, start: place.start - Int64(redundantCount), isRecovery: true)
            }
        }
        return place.sequence >= next ? .queued : .late
    }

    /// Takes what a later packet repeats, where the packet itself has not come.
    private func insertRepeat(_ packet: PlayoutPacket, codec: AudioCodec, payload: UnsafeRawBufferPointer) -> PlayoutAcceptance {
        statistics.fecPacketsReceived += 1
        let decoder = producer.decoder(of: codec)
        guard hasBegun, payload.count <= PacketStore.slotSize, let sampleCount = decoder.sampleCount(of: payload),
            let place = timeline.place(packet, codec: codec, sampleCount: sampleCount), place.epoch == newestEpoch
        else {
            statistics.fecPacketsDiscarded += 1
            return .useless
        }
        let entry = PacketStore.Entry(
            sequence: place.sequence, start: place.start, sampleCount: sampleCount, epoch: place.epoch, ssrc: packet.ssrc, codec: codec,
            arrival: packet.arrival, redundantCount: decoder.redundantSampleCount(of: payload))
        // Which number it had is a guess, as padding counts too; its time is told.
        let isPast = place.sequence < next || (!isBeginning && place.epoch == epoch && place.start < nextStart)
        guard !isPast, !played.contains(place.sequence), !store.contains(start: place.start, epoch: place.epoch),
            case .done = store.insert(entry, payload: payload)
        else {
            statistics.fecPacketsDiscarded += 1
            return isPast ? .late : .duplicate
        }
        estimator.insert(arrival: packet.arrival, start: place.start, isRecovery: true)
        return .queued
    }

    /// A packet without sound keeps its number, so that it is not taken for lost. The payload is what it says of the background.
    private func insertSilent(_ packet: PlayoutPacket, payload: UnsafeRawBufferPointer) -> PlayoutAcceptance {
        guard let sequence = timeline.sequence(ofSilent: packet) else { return .useless }
        guard sequence >= next else { return .late }
        let entry = PacketStore.Entry(
            sequence: sequence, start: 0, sampleCount: 0, epoch: newestEpoch, ssrc: packet.ssrc, codec: nil, arrival: packet.arrival,
            redundantCount: 0)
        return switch store.insert(entry, payload: payload) {
        case .done: .queued
        case .duplicate: .duplicate
        case .full, .tooLong: .useless
        }
    }

    private func startAnew() {
        isBeginning = true
        isPausing = false
        madeUp = 0
        producer.interrupt()
    }

    // MARK: Frames

    /// The next 10 ms; `now` is the tick's time, on the clock that stamped the packets.
    package func frame(into frame: borrowing AudioFrame, at now: Instant) -> PlayoutKind {
        guard hasBegun else {
            frame.clear()
            return .silence
        }
        let before = statistics
        cutExcess(at: now)
        while producer.queue.count < AudioFrame.sampleCount { produce(at: now) }
        let kind: PlayoutKind =
            if producer.run > SpeechProducer.longestRun || next == .min {
                .silence
            } else if statistics.concealedSamples > before.concealedSamples {
                .concealment
            } else if isPausing, producer.run > 0 || producer.isInSilence {
                .comfortNoise
            } else {
                .speech
            }
        adjustLength(at: now)
        emit(into: frame)
        return kind
    }

    private func emit(into frame: borrowing AudioFrame) {
        guard let target = frame.samples.baseAddress else { return }
        target.update(from: producer.queue.front, count: AudioFrame.sampleCount)
        producer.queue.removeFirst(AudioFrame.sampleCount)
        sinceAttempt += AudioFrame.sampleCount
        statistics.totalSamplesReceived += AudioFrame.sampleCount
    }

    // MARK: Producing

    private func produce(at now: Instant) {
        dropSilent()
        guard let entry = store.first, let codec = entry.codec else {
            if !isPausing, !isBeginning { madeUp += AudioFrame.sampleCount }
            fill(AudioFrame.sampleCount, isLoss: !isPausing && next != .min)
            return
        }
        if entry.epoch != epoch {
            epoch = entry.epoch
            startAnew()
        }
        switch PlayoutDecision.step(situation(of: entry, at: now)) {
        case .decode:
            decode(entry, codec, at: now)
        case .recover(let count):
            recover(from: entry, codec, count: count, at: now)
        case .conceal(let count):
            fill(count, isLoss: true)
            madeUp += count
        case .pause:
            // Between the words of one speaker there is background; before the first there is nothing.
            fill(AudioFrame.sampleCount, isLoss: false)
        case .skip:
            producer.interrupt()
            advance(to: entry)
        }
    }

    private func situation(of entry: PacketStore.Entry, at now: Instant) -> PlayoutDecision.Situation {
        PlayoutDecision.Situation(
            gap: isBeginning ? 0 : entry.start - nextStart, missing: isBeginning ? 0 : entry.sequence - next, madeUp: madeUp,
            redundantCount: entry.redundantCount, isQuiet: producer.endsQuietly, isPausing: isPausing, mayBeTold: entry.codec == .opus,
            isBeginning: isBeginning, delay: estimator.delay(of: entry.start, at: now) ?? .infinity, target: estimator.target, waiting: store.count)
    }

    /// Passes over packets without sound: the sender pauses.
    private func dropSilent() {
        while let first = store.first, first.codec == nil {
            if first.sequence >= next, next != .min {
                next = first.sequence + 1
                isPausing = true
                producer.describeSilence(store.payload(of: first))
            }
            store.removeFirst()
        }
    }

    private func decode(_ entry: PacketStore.Entry, _ codec: AudioCodec, at now: Instant) {
        let payload = store.payload(of: entry)
        if codec != self.codec || entry.ssrc != ssrc {
            producer.decoder(of: codec).reset()
            if next != .min { producer.interrupt() }
            self.codec = codec
            ssrc = entry.ssrc
        }
        let waited = (now - entry.arrival).seconds + Double(producer.queue.count) / 48_000
        let announcesPause = producer.decoder(of: codec).announcesPause(payload)
        // What was waited for in vain was late, not lost.
        if !isBeginning, madeUp > 0, entry.sequence == next { sinceLate = 0 }
        let isPunctual = !isBeginning && entry.sequence > next && Int64(madeUp) == entry.start - nextStart
        if let count = producer.decode(payload, with: codec, isPunctual: isPunctual) {
            statistics.jitterBufferDelay += max(0, (now - entry.arrival).seconds) * Double(count)
            statistics.playoutDelay += (max(0, waited) + Double(count) / 96_000) * Double(count)
            statistics.jitterBufferTargetDelay += estimator.target / 1000 * Double(count)
            statistics.jitterBufferMinimumDelay += estimator.target / 1000 * Double(count)
            statistics.jitterBufferEmittedCount += count
        } else {
            statistics.packetsDiscarded += 1
            fill(entry.sampleCount, isLoss: true)
        }
        if entry.redundantCount > 0, !hasUsedRedundancy { statistics.fecPacketsDiscarded += 1 }
        advance(to: entry)
        played.insert(entry.sequence)
        next += 1
        nextStart = entry.end
        hasUsedRedundancy = false
        isPausing = announcesPause
        store.removeFirst()
    }

    private func recover(from entry: PacketStore.Entry, _ codec: AudioCodec, count: Int, at now: Instant) {
        let isRecovered = producer.recover(
            from: store.payload(of: entry), redundantCount: entry.redundantCount, wanted: count, with: codec)
        if !isRecovered { fill(count, isLoss: true) }
        advance(to: entry)
        hasUsedRedundancy = isRecovered
    }

    /// All before that packet is done with.
    private func advance(to entry: PacketStore.Entry) {
        if entry.sequence != next { hasUsedRedundancy = false }
        next = entry.sequence
        nextStart = entry.start
        madeUp = 0
        isBeginning = false
    }

    private func fill(_ count: Int, isLoss: Bool) {
        if isLoss, producer.run == 0 { statistics.concealmentEvents += 1 }
        let isSilent = producer.fill(count, with: codec, isLoss: isLoss)
        guard isLoss else { return }
        statistics.concealedSamples += count
        if isSilent { statistics.silentConcealedSamples += count }
    }

    // MARK: Length

    /// What waits, in milliseconds.
    private var waiting: Double {
        var samples = Double(producer.queue.count)
        if let last = store.last, last.epoch == epoch, last.codec != nil { samples += Double(max(0, last.end - nextStart)) }
        return samples / 48
    }

    private func adjustLength(at now: Instant) {
        guard !isBeginning, !isPausing, madeUp == 0, producer.run == 0,
            // The packet that is due is decoded when fewer samples are left than a tick takes.
            let delay = estimator.delay(of: nextStart, at: now + AudioFrame.duration * (producer.queue.count / AudioFrame.sampleCount))
        else { return }
        let adjustment = PlayoutDecision.adjustment(
            delay: delay, target: estimator.target, decoded: producer.queue.count, waiting: waiting,
            patience: Double(sinceContent) / 48, sinceLate: Double(sinceLate) / 48)
        sinceLate += AudioFrame.sampleCount
        sinceContent += AudioFrame.sampleCount
        guard sinceAttempt >= Self.attemptInterval else { return }
        var tolerance = TimeStretch.Tolerance(likeness: 1, quiet: producer.quietLevel)
        switch adjustment {
        case .none:
            sinceContent = 0
        case .shorten(let likeness, let most):
            tolerance.likeness = likeness
            tolerance.most = most
            decodeAhead(TimeStretch.neededToShorten, at: now)
            statistics.removedSamplesForAcceleration += note(TimeStretch.shorten(producer.queue, tolerance))
        case .lengthen(let likeness):
            tolerance.likeness = likeness
            decodeAhead(TimeStretch.neededToLengthen, at: now)
            statistics.insertedSamplesForDeceleration += note(TimeStretch.lengthen(producer.queue, tolerance))
        }
    }

    /// Returns by how many samples the length has changed.
    private func note(_ outcome: TimeStretch.Outcome) -> Int {
        switch outcome {
        case .changed(let samples):
            // The next change leaves a moment of the voice as it is.
            sinceAttempt = Self.attemptInterval - Self.stretchInterval
            return samples
        case .wouldBeHeard:
            sinceAttempt = 0
            return 0
        case .tooShort:
            return 0
        }
    }

    /// Decodes what follows without a gap, so that there is something to work on.
    private func decodeAhead(_ wanted: Int, at now: Instant) {
        while producer.queue.count < wanted, let entry = store.first, let codec = entry.codec, entry.sequence == next, entry.start == nextStart,
            entry.epoch == epoch
        {
            decode(entry, codec, at: now)
        }
    }

    /// After the machine slept, or the network held everything back for long: the newest is what matters.
    private func cutExcess(at now: Instant) {
        let limit = estimator.target + Self.largestExcess
        guard !isBeginning, waiting > limit, let delay = estimator.delay(of: nextStart, at: now), delay > limit else { return }
        while store.count > 1, let first = store.first,
            first.codec == nil || estimator.delay(of: first.end, at: now) ?? 0 > estimator.target
        {
            store.removeFirst()
            statistics.packetsDiscarded += 1
        }
        guard let first = store.first else { return }
        producer.interrupt()
        advance(to: first)
    }
}
