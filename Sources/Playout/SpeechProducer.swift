import AudioCodecs

/// Does what `PlayoutDecision` decides: puts decoded, recovered, made-up or background samples into the queue, so that the joints are not heard.
///
/// One owner; after `init` nothing is allocated.
final class SpeechProducer {
    /// After so much without anything real nobody is taken to be there: 1 s, of which the last tenth fades.
    static let longestRun = 48_000
    private static let runFade = 4_800
    /// Samples over which what was made up fades under what comes next.
    private static let jointCount = 240
    /// No decoder holds more back: 5 ms.
    private static let mostHeld = 240
    /// A joint is shifted only where the voice then goes on so much more alike.
    private static let leastGain: Float = 0.1
    /// What is so much quieter than the loudest of late, or than full scale, is quiet: −30 dB, −60 dBov.
    private static let quietRatio: Float = 1e-3
    private static let quietFloor: Float = 1e-6
    /// Samples by which the end of what is real is judged: 10 ms.
    private static let endCount = 480

    let queue = SampleQueue(capacity: 4 * OpusDecoder.mostSamples)
    /// Samples made up since the last real one.
    private(set) var run = 0
    /// Mean square of the loudest of late, by which quiet is told from loud.
    private var loudness: Float = 0
    /// Whether what was real when the present run began ended in a quiet moment.
    private var endedQuietly = false

    private let opus = OpusDecoder()
    private let muLaw = G711Decoder(.muLaw)
    private let aLaw = G711Decoder(.aLaw)
    private let concealer = PitchConcealer()
    private var noise = ComfortNoise()
    private let silence = SilenceDecoder()
    /// The sender has fallen silent and said what its background is like; until it speaks again.
    private(set) var isInSilence = false
    private var hasBegunSilence = false
    private let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: OpusDecoder.mostSamples)
    /// What comes next does not follow from what went before.
    private var needsJoint = false

    init() { scratch.initialize(repeating: 0) }

    deinit { scratch.deallocate() }

    func decoder(of codec: AudioCodec) -> any SpeechDecoder {
        switch codec {
        case .opus: opus
        case .pcmu: muLaw
        case .pcma: aLaw
        }
    }

    /// The mean square below which whatever is done is not heard.
    var quietLevel: Float { max(Self.quietFloor, loudness * Self.quietRatio) }

    /// Whether what is real ends, or ended where something has been made up since, in a quiet moment.
    var endsQuietly: Bool {
        guard run == 0 else { return endedQuietly }
        let end = queue.end
        var energy: Float = 0
        for index in 1...Self.endCount { energy += end[-index] * end[-index] }
        return energy / Float(Self.endCount) <= quietLevel
    }

    /// What comes next is from elsewhere: another source, or samples have been left out.
    func interrupt() { needsJoint = true }

    /// The sender is silent, and says what its background is like (RFC 3389); without a word it says nothing about it.
    func describeSilence(_ payload: UnsafeRawBufferPointer) {
        guard let descriptor = SilenceDescriptor(parsing: payload) else {
            isInSilence = false
            return
        }
        if !isInSilence { silence.begin() }
        isInSilence = true
        silence.describe(descriptor)
    }

    /// Puts a packet's samples in; returns how many, `nil` where it cannot be decoded.
    ///
    /// - Parameter isPunctual: what was made up before it is as long as what is missing, so that the voice is in step as it is.
    func decode(_ payload: UnsafeRawBufferPointer, with codec: AudioCodec, isPunctual: Bool = false) -> Int? {
        let decoder = decoder(of: codec)
        // The joint may put up to half a period before them.
        let room = queue.room(for: OpusDecoder.mostSamples + PitchSearch.longest)
        guard room.count > OpusDecoder.mostSamples,
            let count = decoder.decode(payload, into: UnsafeMutableBufferPointer(rebasing: room[..<OpusDecoder.mostSamples])), count > 0
        else { return nil }
        let samples = UnsafeMutableBufferPointer(rebasing: room[..<count])
        takeNote(of: samples)
        let appended = needsJoint || concealer.isActive ? join(samples, in: room, mayShift: !isPunctual) : count
        queue.didAppend(appended)
        becomeReal()
        return appended
    }

    /// Puts the last `wanted` samples of what a packet tells about the ones before it in; `false` where it tells nothing.
    func recover(from payload: UnsafeRawBufferPointer, redundantCount: Int, wanted: Int, with codec: AudioCodec) -> Bool {
        guard wanted > 0, wanted <= redundantCount, redundantCount <= scratch.count,
            let count = decoder(of: codec).decodeRedundancy(
                in: payload, into: UnsafeMutableBufferPointer(rebasing: scratch[..<redundantCount])), count == redundantCount
        else { return false }
        let room = queue.room(for: wanted + PitchSearch.longest)
        guard room.count >= wanted + PitchSearch.longest else { return false }
        let samples = UnsafeMutableBufferPointer(rebasing: room[..<wanted])
        for index in 0..<wanted { samples[index] = scratch[redundantCount - wanted + index] }
        // Where its beginning has been made up already, the decoder's own transition is lost with it.
        if wanted < redundantCount { needsJoint = true }
        takeNote(of: samples)
        queue.didAppend(needsJoint || concealer.isActive ? join(samples, in: room, mayShift: false) : wanted)
        becomeReal()
        return true
    }

    /// Makes samples up; returns whether they are silent.
    ///
    /// For what is lost the voice's own periods go on, for Opus too: they stand for up to an eighth of a second better than what its decoder
    /// makes up (docs/measurements.md). The decoder is told all the same, so that it finds its way back sooner. In a pause the decoder's
    /// background is what is heard.
    func fill(_ count: Int, with codec: AudioCodec, isLoss: Bool) -> Bool {
        if !isLoss, isInSilence {
            fillSilently(count, with: codec)
            return false
        }
        if run == 0 { endedQuietly = endsQuietly }
        if !concealer.isActive { queue.didAppend(decoder(of: codec).drain(into: queue.room(for: Self.mostHeld))) }
        let room = queue.room(for: count)
        if run >= Self.longestRun {
            room.update(repeating: 0)
            concealer.finish()
        } else if isLoss || concealer.isActive || !decoder(of: codec).conceal(into: room) {
            if isLoss, count <= scratch.count { _ = decoder(of: codec).conceal(into: UnsafeMutableBufferPointer(rebasing: scratch[..<count])) }
            if !concealer.isActive { concealer.begin(after: queue.end) }
            concealer.conceal(into: room, over: &noise)
        }
        if run > Self.longestRun - Self.runFade {
            for index in 0..<room.count { room[index] *= max(0, Float(Self.longestRun - run - index) / Float(Self.runFade)) }
        }
        queue.didAppend(room.count)
        run += room.count
        var energy: Float = 0
        for sample in room { energy += sample * sample }
        return energy < 1e-7 * Float(max(1, room.count))
    }

    /// The background that was described; what went before fades into it.
    private func fillSilently(_ count: Int, with codec: AudioCodec) {
        let isFirst = !hasBegunSilence
        hasBegunSilence = true
        if isFirst, !concealer.isActive {
            queue.didAppend(decoder(of: codec).drain(into: queue.room(for: Self.mostHeld)))
            concealer.begin(after: queue.end)
        }
        let room = queue.room(for: count)
        silence.generate(into: room)
        if isFirst, let samples = room.baseAddress, let made = scratch.baseAddress {
            let overlap = min(Self.jointCount, room.count)
            concealer.conceal(into: UnsafeMutableBufferPointer(rebasing: scratch[..<overlap]), over: &noise)
            fade(from: made, into: samples, count: overlap)
        }
        concealer.finish()
        queue.didAppend(room.count)
        run = 0
        // What is said next does not follow from the background.
        needsJoint = true
    }

    private func becomeReal() {
        run = 0
        isInSilence = false
        hasBegunSilence = false
        needsJoint = false
        concealer.finish()
    }

    private func takeNote(of samples: UnsafeMutableBufferPointer<Float>) {
        noise.listen(to: UnsafeBufferPointer(samples))
        var energy: Float = 0
        for sample in samples { energy += sample * sample }
        // Half a second of memory.
        let forgetting = max(0, 1 - Float(samples.count) / 24_000)
        loudness = max(loudness * forgetting, energy / Float(max(1, samples.count)))
    }

    /// Lets what went before go on under the first of the samples, which lie at the beginning of `room`; where their time is free to choose they
    /// are shifted by up to half a period, so that the voice goes on in step. Returns how many samples there are now.
    private func join(
        _ samples: UnsafeMutableBufferPointer<Float>, in room: UnsafeMutableBufferPointer<Float>, mayShift: Bool
    ) -> Int {
        guard let base = room.baseAddress, let made = scratch.baseAddress else { return samples.count }
        if !concealer.isActive { concealer.begin(after: queue.end) }
        let half = mayShift ? concealer.period.map { $0 / 2 } ?? 0 : 0
        let overlap = min(Self.jointCount, samples.count)
        concealer.conceal(into: UnsafeMutableBufferPointer(rebasing: scratch[..<(half + overlap)]), over: &noise)
        var count = samples.count
        switch shift(of: made, against: base, count: count, overlap: overlap, most: half) {
        case let later where later > 0:
            (base + later).update(from: base, count: count)
            for index in 0..<later { base[index] = made[index] }
            fade(from: made + later, into: base + later, count: overlap)
            count += later
        case let earlier:
            base.update(from: base - earlier, count: count + earlier)
            count += earlier
            fade(from: made, into: base, count: min(overlap, count))
        }
        return count
    }

    /// By how much the samples should come later (or, negative, be cut) to be in step with what was made up.
    private func shift(of made: UnsafePointer<Float>, against samples: UnsafePointer<Float>, count: Int, overlap: Int, most: Int) -> Int {
        var best = PitchSearch.correlation(made, samples, count: overlap, step: 2) + Self.leastGain
        var shift = 0
        for distance in stride(from: 4, through: most, by: 4) {
            let later = PitchSearch.correlation(made + distance, samples, count: overlap, step: 2)
            if later > best { (best, shift) = (later, distance) }
            guard distance + overlap <= count else { continue }
            let earlier = PitchSearch.correlation(made, samples + distance, count: overlap, step: 2)
            if earlier > best { (best, shift) = (earlier, -distance) }
        }
        return shift
    }

    private func fade(from made: UnsafePointer<Float>, into samples: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            let weight = (Float(index) + 0.5) / Float(count)
            samples[index] = made[index] * (1 - weight) + samples[index] * weight
        }
    }
}
