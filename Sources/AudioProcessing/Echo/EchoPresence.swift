/// Whether there is an echo at all: with a headset there is none, and nothing to predict.
///
/// As long as the filter has explained nothing for five seconds of playback, it rests for ten and tries again for two, unheard. What finds the
/// delay does not rest, and ends the rest at once. Where there has been an echo once, there may be one again: a headset that is taken off.
struct EchoPresence {
    enum State {
        /// There may be one.
        case possible
        /// Nothing speaks for one, and the filter rests.
        case absent
        /// The filter tries again, and is not believed yet.
        case tried
        /// There has been one.
        case present
    }

    private(set) var state = State.possible
    /// Frames with playback in this state.
    private var count = 0
    private var evidence = 0

    private static let patience = 500
    private static let trial = 200
    private static let rest = 1000
    /// Frames half of whose energy is explained, which prove an echo.
    private static let framesToProof = 5
    /// The energy of a frame that tells something: above −74 dBFS.
    private static let leastEnergy: Float = 2e-5

    /// Takes note of a frame with playback: what was heard, and what the prediction left of it (the same, while the filter rests).
    mutating func insert(heard: Float, error: Float) {
        if heard > Self.leastEnergy, error < 0.5 * heard { evidence += 1 }
        if evidence >= Self.framesToProof { return confirm() }
        count += 1
        switch state {
        case .possible where count >= Self.patience, .tried where count >= Self.trial: enter(.absent)
        case .absent where count >= Self.rest: enter(.tried)
        default: break
        }
    }

    /// Something else speaks for an echo.
    mutating func confirm() { state = .present }

    private mutating func enter(_ next: State) {
        state = next
        count = 0
        evidence = 0
    }
}
