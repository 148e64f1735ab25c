import Primitives

/// The pairs of a session, and which is checked next (RFC 8445 §6.1.2, §6.1.4).
struct CheckList: Sendable {
    /// In no order; `priority` orders them.
    var pairs: [CheckPair] = []
    /// Pairs that the peer's requests or a nomination put ahead of the others, oldest first (RFC 8445 §6.1.4.1).
    private var triggered: [Int] = []

    func index(of id: Int) -> Int? { pairs.firstIndex { $0.id == id } }

    func index(base: SocketAddress, remoteAddress: SocketAddress) -> Int? {
        pairs.firstIndex { $0.base.address == base && $0.remoteAddress == remoteAddress }
    }

    /// Adds a pair, frozen where one that resembles it is being checked (RFC 8445 §6.1.2.6, RFC 8838 §12).
    ///
    /// Where the list is full (RFC 8445 §6.1.2.5) the worst goes, or the new one if it is the worst; answers the one that went.
    /// `insisting` keeps the new one in any case: the peer itself has just been heard there.
    mutating func insert(_ new: CheckPair, insisting: Bool = false) -> CheckPair? {
        var dropped: CheckPair?
        if pairs.count >= ICELimits.pairs {
            let expendable = pairs.indices.filter { pairs[$0].path == nil && pairs[$0].state != .inProgress }
            // A failed pair goes first, then the lowest priority.
            let worst = expendable.min { left, right in
                let (left, right) = (pairs[left], pairs[right])
                return (left.state == .failed ? 0 : 1, left.priority) < (right.state == .failed ? 0 : 1, right.priority)
            }
            guard let worst, insisting || pairs[worst].state == .failed || pairs[worst].priority < new.priority else {
                return new
            }
            dropped = pairs.remove(at: worst)
            triggered.removeAll { $0 == dropped?.id }
        }
        var pair = new
        let isHeldBack = pairs.contains { $0.resembles(pair) && ($0.state == .waiting || $0.state == .inProgress) }
        pair.state = isHeldBack ? .frozen : .waiting
        pairs.append(pair)
        return dropped
    }

    mutating func removeAll(where predicate: (CheckPair) -> Bool) {
        pairs.removeAll(where: predicate)
        let left = Set(pairs.map(\.id))
        triggered.removeAll { !left.contains($0) }
    }

    /// Puts a pair ahead of those that nobody asked for (RFC 8445 §6.1.4.1).
    mutating func trigger(_ id: Int) {
        guard let index = index(of: id), !triggered.contains(id) else { return }
        pairs[index].state = .waiting
        triggered.append(id)
    }

    /// The pair whose turn it is, or `nil` where none may be checked now (RFC 8445 §6.1.4.2).
    func next(at now: Instant) -> Int? {
        if let id = triggered.first(where: { index(of: $0) != nil }) { return id }
        let waiting = pairs.filter { $0.state == .waiting }
        if let best = waiting.max(by: { $0.priority < $1.priority }) { return best.id }
        let thawed = pairs.filter { pair in pair.state == .frozen && (thawing(of: pair).map { $0 <= now } ?? true) }
        return thawed.max { $0.priority < $1.priority }?.id
    }

    /// When a frozen pair may be checked though nothing else happens.
    var nextThawing: Instant? { pairs.filter { $0.state == .frozen }.compactMap(thawing).min() }

    /// The pair's turn has been used.
    mutating func begin(_ id: Int) { triggered.removeAll { $0 == id } }

    /// RFC 8445 §7.2.5.3.3: what works once is tried on pairs that resemble it.
    mutating func unfreeze(resembling model: CheckPair) {
        for index in pairs.indices where pairs[index].state == .frozen && pairs[index].resembles(model) {
            pairs[index].state = .waiting
        }
    }

    mutating func updatePriorities(isControlling: Bool) {
        for index in pairs.indices { pairs[index].updatePriority(isControlling: isControlling) }
    }

    var hasUnsettled: Bool { pairs.contains(where: \.isUnsettled) }

    /// The check of a pair that `pair` resembles has had its chance by then; `nil` where there is no such check.
    private func thawing(of pair: CheckPair) -> Instant? {
        pairs.lazy.filter { $0.state == .inProgress && $0.resembles(pair) }.compactMap(\.checkedAt).max()
            .map { $0 + ICETiming.freeze }
    }
}
