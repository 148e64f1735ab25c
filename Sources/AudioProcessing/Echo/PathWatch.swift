/// Whether the prediction still has to do with the echo: after a delay that jumps, or a laptop that is opened, it has not.
///
/// What gives it away: a prediction that is wrong adds its own energy to the error instead of taking the echo's away.
struct PathWatch {
    /// What to think of a frame.
    enum Verdict {
        /// The prediction holds, or nothing is heard that could tell.
        case sound
        /// One frame looks wrong: what comes of it should not be heard.
        case doubtful
        /// The echo has left its prediction, this many frames ago.
        case lost(Int)
    }

    private(set) var verdict = Verdict.sound
    /// Whether the filter has ever known its path; before that it cannot lose it.
    private(set) var isProven = false
    private var heard: Float = 0
    private var error: Float = 0
    private var echo: Float = 0
    private var goodCount = 0
    private var badCount = 0
    private var doubtCount = 0

    private static let memory: Float = 0.6
    /// Energies of frames below which nothing is concluded: −60 dBFS and its like.
    private static let leastEcho: Float = 1e-4
    /// Frames with 6 dB taken out that prove a filter.
    private static let framesToProof = 10
    /// Frames in a row that tell of a loss, or of having found again.
    private static let framesToLoss = 3
    private static let framesToRecovery = 4
    /// When to stop thinking about a loss, frames.
    private static let longestLoss = 200

    /// Takes note of a frame's energies: what was heard, what is left of it, what was predicted.
    mutating func insert(heard newHeard: Float, error newError: Float, echo newEcho: Float) {
        heard = Self.memory * heard + newHeard
        error = Self.memory * error + newError
        echo = Self.memory * echo + newEcho
        let canTell = echo > 10 * Self.leastEcho
        if !isProven {
            if canTell, error < 0.25 * heard { goodCount += 1 }
            if goodCount < Self.framesToProof { return }
            isProven = true
            goodCount = 0
        }
        if case .lost(let age) = verdict {
            goodCount = error < 0.5 * heard ? goodCount + 1 : 0
            if goodCount >= Self.framesToRecovery || age > Self.longestLoss { recover() } else { verdict = .lost(age + 1) }
            return
        }
        // Where prediction and sound have nothing in common, their energies add up in the error.
        if newError > 0.75 * (newHeard + newEcho), newEcho > 0.4 * newHeard, newEcho > Self.leastEcho {
            doubtCount = 3
        } else if doubtCount > 0 {
            doubtCount -= 1
        }
        if canTell, error > 0.7 * (heard + echo), echo > 0.4 * heard { badCount += 1 } else { badCount = 0 }
        if badCount >= Self.framesToLoss {
            verdict = .lost(1)
            goodCount = 0
            badCount = 0
        } else {
            verdict = doubtCount > 0 ? .doubtful : .sound
        }
    }

    /// Takes the loss for mended; a few frames of doubt remain.
    mutating func recover() {
        verdict = .doubtful
        doubtCount = 4
        badCount = 0
        goodCount = 0
    }
}
