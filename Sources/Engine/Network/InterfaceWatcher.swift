import NIOCore
import Primitives

/// Notices when an address comes to this machine or leaves it: a dock, a Wi-Fi, a VPN.
///
/// Looks every two seconds while somebody listens; reading the list costs a few microseconds.
@NetworkLoop
package final class InterfaceWatcher {
    private static let period = Duration.seconds(2)

    /// The addresses as last seen.
    package private(set) var addresses: [IPAddress]
    private let policy: NetworkPolicy
    private var listeners: [Int: @NetworkLoop ([IPAddress]) -> Void] = [:]
    private var nextListener = 0
    private var timer: Scheduled<Void>?

    package init(policy: NetworkPolicy = NetworkPolicy()) {
        self.policy = policy
        addresses = NetworkInterfaces.addresses(policy: policy)
    }

    /// Calls `changed` with the new list after each change. Ends with `removeListener`.
    package func addListener(_ changed: @escaping @NetworkLoop ([IPAddress]) -> Void) -> Int {
        nextListener += 1
        listeners[nextListener] = changed
        if timer == nil {
            addresses = NetworkInterfaces.addresses(policy: policy)
            scheduleLook()
        }
        return nextListener
    }

    package func removeListener(_ number: Int) {
        listeners[number] = nil
        guard listeners.isEmpty else { return }
        timer?.cancel()
        timer = nil
    }

    private func scheduleLook() {
        timer = NetworkLoop.schedule(at: NetworkLoop.now + Self.period) { [weak self] in self?.look() }
    }

    private func look() {
        let seen = NetworkInterfaces.addresses(policy: policy)
        if seen != addresses {
            addresses = seen
            for listener in listeners.values { listener(seen) }
        }
        if timer != nil { scheduleLook() }
    }
}
