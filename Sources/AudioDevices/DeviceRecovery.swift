import Primitives

/// What is tried when an opened device fails, and for how long. Decides only; time is an argument.
///
/// A device that merely stopped is started where it is. One that is lost is opened anew: `default` again and again for some seconds,
/// since a sound server that restarts or a headset that is plugged over takes a moment; any other once, as a device that was chosen by
/// name is not replaced by one that was not.
struct DeviceRecovery: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        /// Start it where it is, now.
        case restart
        /// Open it anew, now.
        case reopen
        /// Open it anew when this time has come.
        case wait(until: Instant)
        case giveUp
    }

    /// A lost default device is tried for so long…
    static let patience: Duration = .seconds(5)
    /// …so often. A device that fails again so soon after it was opened has the same trouble still.
    static let interval: Duration = .milliseconds(500)

    private enum Condition: Sendable, Hashable {
        case healthy
        /// In trouble since then.
        case troubled(since: Instant)
        /// In trouble since then, and said to work again since `at`.
        case recovered(since: Instant, at: Instant)
    }

    private let isDefault: Bool
    private var condition = Condition.healthy

    init(isDefault: Bool) { self.isDefault = isDefault }

    /// The device has failed.
    mutating func fail(_ fault: DeviceFault, at now: Instant) -> Step {
        switch fault {
        case .stopped:
            // A machine that is too busy for its sound stops a device many times; that is no reason to give it up.
            return .restart
        case .lost:
            let since = troubleBegan(at: now)
            condition = .troubled(since: since)
            return now - since > Self.patience ? .giveUp : .reopen
        }
    }

    /// Starting it where it is did not help.
    mutating func failToRestart(at now: Instant) -> Step {
        condition = .troubled(since: troubleBegan(at: now))
        return .reopen
    }

    /// Opening it anew did not help.
    mutating func failToReopen(at now: Instant) -> Step {
        let since = troubleBegan(at: now)
        condition = .troubled(since: since)
        return isDefault && now - since < Self.patience ? .wait(until: now + Self.interval) : .giveUp
    }

    /// It works again.
    mutating func succeed(at now: Instant) {
        switch condition {
        case .healthy: break
        case .troubled(let since), .recovered(let since, _): condition = .recovered(since: since, at: now)
        }
    }

    private func troubleBegan(at now: Instant) -> Instant {
        switch condition {
        case .healthy: now
        case .troubled(let since): since
        case .recovered(let since, let recoveredAt): now - recoveredAt < Self.interval ? since : now
        }
    }
}
