import AudioCore

/// Takes the echo and the noise out of what a microphone hears, 10 ms of 48 kHz at a time.
///
/// 1. Both sides are pre-emphasised, so that the lows of speech do not hide the rest.
/// 2. `ReferenceLine` reads what was played behind a delay (`DelayFinder`) on the microphone's clock (`DriftTracker`).
/// 3. `EchoPathFilter` predicts the echo and learns from its error.
/// 4. `PathWatch` sees when the prediction has nothing to do with the echo any more. Then nothing is learnt and nothing let through until
///    `JumpFinder` says by how much the delay has jumped, or that the room has become another one.
/// 5. `ResidualEchoSuppressor` takes the prediction out, and out of the rest what the prediction could not know.
/// 6. `NoiseSuppressor` turns down what is there all the time, in the same spectrum.
///
/// What comes out is 10 ms later than what goes in. Nothing is allocated after `init`; one thread uses it at a time.
final class SpeechEnhancer {
    /// Whether steps 2 to 5 are done, and step 6.
    var cancelsEcho = true
    var suppressesNoise = true
    /// The energy ratio of sound heard to sound left, and of sound played to echo predicted, while there is an echo; zero before.
    private(set) var enhancement: Float = 0
    private(set) var returnLoss: Float = 0

    private let line = ReferenceLine()
    private let finder: DelayFinder
    private let filter: EchoPathFilter
    private let jumps: JumpFinder
    private let heardFrames: SpectralFrames
    private let echoFrames: SpectralFrames
    private let suppressor = ResidualEchoSuppressor()
    private let noise = NoiseSuppressor()
    private var drift = DriftTracker()
    private var watch = PathWatch()
    private var presence = EchoPresence()
    private var playedEmphasis = Emphasis()
    private var heardEmphasis = Emphasis()
    private let frame = LaneBuffer(AudioFrame.sampleCount)
    /// Whether this tick's playback has come.
    private var hasPlayback = false
    /// Frames since something was played that is not silence.
    private var silentCount = Int.max / 2
    private var isAligned = false
    /// Frames for which the delay is left alone: its estimate is of before the jump.
    private var settlingCount = 0
    /// Whether the filter learns although the path is lost: it is taken for another path, not for another delay.
    private var learnsAnew = false
    private var lastJump = 0
    private var sameJumpCount = 0

    /// The energy of a frame that is as good as silent: −74 dBFS, of which no echo is heard.
    private static let silence: Float = 2e-5
    /// Where in the response the direct sound is put, samples: what comes earlier by a drift or a nearer speaker has room.
    private static let lead = 360
    /// How late in the response the direct sound may be, samples: at first, and once the filter has learnt.
    private static let firstLatest = 900
    private static let latest = 4800
    /// A jump by less is a path that has changed, samples.
    private static let leastJump = 12
    /// Frames of search after which a path that is lost is learnt anew.
    private static let longestSearch = 12

    init() {
        let large = FourierTransform(size: EchoPathFilter.blockSize)
        let small = FourierTransform(size: SpectralFrames.blockSize)
        finder = DelayFinder(transform: small)
        filter = EchoPathFilter(transform: large)
        jumps = JumpFinder(transform: large)
        heardFrames = SpectralFrames(transform: small)
        echoFrames = SpectralFrames(transform: small)
    }

    /// Takes note of the 480 samples that are played in this tick.
    func analyzePlayback(_ samples: UnsafePointer<Float>) {
        playedEmphasis.apply(samples, into: frame.floats)
        notePlayback()
        hasPlayback = true
    }

    private func notePlayback() {
        silentCount = energy(frame.floats) > Self.silence ? 0 : silentCount + 1
        line.insert(frame.floats)
        finder.insert(played: frame.floats)
    }

    /// Works on the 480 samples that are heard in this tick.
    func process(_ samples: UnsafeMutablePointer<Float>) {
        if cancelsEcho && !hasPlayback {
            // Without a loudspeaker time goes on all the same.
            frame.clear()
            notePlayback()
        }
        hasPlayback = false
        heardEmphasis.apply(samples, into: frame.floats)
        heardFrames.analyse(frame.floats)
        if cancelsEcho { cancelEcho() } else { suppressor.rest(heardFrames.spectrum) }
        noise.follow(suppressor.errorPower, echo: suppressor.residual)
        if suppressesNoise { noise.apply(to: heardFrames.spectrum) }
        heardFrames.synthesise()
        heardEmphasis.remove(heardFrames.output.floats, into: samples)
    }

    private func cancelEcho() {
        // Silence leaves nothing to predict once it fills the delay and the response.
        let isIdle = silentCount > (Int(line.delay) + EchoPathFilter.blockSize) / AudioFrame.sampleCount + 1
        if case .absent = presence.state {
            waitForEcho(isIdle: isIdle)
            suppressor.rest(heardFrames.spectrum)
            return
        }
        if isIdle {
            line.advance()
            filter.rest(frame.floats)
        } else {
            finder.insert(heard: frame.floats)
            align()
            line.advance()
            filter.cancel(frame.floats, played: line.block)
            jumps.insert(heard: frame.floats, echo: filter.echo.floats)
            supervise()
        }
        let mutes: Bool
        switch watch.verdict {
        case .sound:
            mutes = false
            if !isIdle { filter.adapt() }
        case .doubtful:
            mutes = true
            filter.adapt()
        case .lost:
            mutes = true
            if learnsAnew { filter.adapt() }
        }
        if case .tried = presence.state { return suppressor.rest(heardFrames.spectrum) }
        echoFrames.analyse(filter.echo.floats)
        if !mutes && !isIdle { line.nudge(by: drift.measure(heard: heardFrames.spectrum, echo: echoFrames.spectrum)) }
        line.rate = -drift.rate
        suppressor.process(heard: heardFrames.spectrum, echo: echoFrames.spectrum, uncertainty: filter.uncertainty.floats, mutes: mutes)
    }

    /// Step 2 alone, as long as nothing speaks for an echo.
    private func waitForEcho(isIdle: Bool) {
        guard !isIdle else { return }
        finder.insert(heard: frame.floats)
        let heard = energy(frame.floats)
        presence.insert(heard: heard, error: heard)
        if finder.lag != nil { presence.confirm() }
        if case .absent = presence.state { return }
        filter.forget()
        filter.rest(frame.floats)
        // The block has not been read meanwhile.
        _ = line.jump(by: 0)
    }

    /// Puts the direct sound near the response's beginning.
    private func align() {
        if settlingCount > 0 { settlingCount -= 1 }
        guard settlingCount == 0, let lag = finder.lag else { return }
        if case .lost = watch.verdict { return }
        let wanted = lag * AudioFrame.sampleCount
        let offset = Double(wanted) - line.delay
        if offset < -Double(AudioFrame.sampleCount) || offset > Double(isAligned ? Self.latest : Self.firstLatest) {
            let moved = line.jump(by: (Double(wanted - Self.lead) - line.delay).rounded())
            if offset < 0 || offset > Double(EchoPathFilter.length / 2) {
                filter.forget()
            } else {
                filter.shift(by: -Int(moved.rounded()))
            }
        }
        isAligned = true
    }

    /// Notices that the path is lost, and looks for it.
    private func supervise() {
        let heard = energy(frame.floats), error = energy(filter.error.floats), echo = energy(filter.echo.floats)
        watch.insert(heard: heard, error: error, echo: echo)
        presence.insert(heard: heard, error: error)
        if finder.lag != nil { presence.confirm() }
        measure(heard: heard, echo: echo)
        guard case .lost(let age) = watch.verdict else {
            learnsAnew = false
            return
        }
        if age == 1 {
            lastJump = 0
            sameJumpCount = 0
        }
        guard !learnsAnew, age % 2 == 0 else { return }
        let (jump, likeness) = jumps.search(length: (age + 3) * AudioFrame.sampleCount)
        sameJumpCount = abs(jump - lastJump) <= 2 ? sameJumpCount + 1 : 0
        lastJump = jump
        let isBelieved = likeness > 0.8 || likeness > 0.35 && sameJumpCount >= 3
        if isBelieved, abs(jump) >= Self.leastJump {
            _ = line.jump(by: Double(jump))
            filter.doubt(0.3)
            finder.forget()
            settlingCount = 150
            watch.recover()
        } else if isBelieved || age > Self.longestSearch {
            filter.doubt(0.5)
            learnsAnew = true
        }
    }

    /// Keeps the statistics, which are of frames with an echo only.
    private func measure(heard: Float, echo: Float) {
        guard watch.isProven, echo > 0.25 * heard, echo > 1e-3 else { return }
        let played = energy(line.block + (EchoPathFilter.blockSize - AudioFrame.sampleCount))
        let left = energy(heardFrames.output.floats)
        returnLoss += 0.02 * (min(played / echo, 1e6) - returnLoss)
        enhancement += 0.02 * (min(heard / (left + 1e-9), 1e6) - enhancement)
    }

    private func energy(_ samples: UnsafePointer<Float>) -> Float {
        let raw = UnsafeRawPointer(samples)
        var sum = Lanes(repeating: 0)
        for lane in 0..<AudioFrame.sampleCount / 8 {
            let value = raw.loadUnaligned(fromByteOffset: lane * 32, as: Lanes.self)
            sum += value * value
        }
        return sum.sum()
    }
}
