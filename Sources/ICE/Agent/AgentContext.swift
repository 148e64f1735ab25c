import Primitives

/// What the sessions of an agent share.
struct AgentContext: Sendable {
    var role: ICERole
    var random: RandomSource
    var counters = ICECounters()
    var foundations = Foundations()
    /// Addresses at relays, from which sessions send as from any other base.
    var relays: RelayTable
    /// The last time that was handed in.
    var now = Instant.zero
    /// What the owner has not fetched yet, oldest first.
    private(set) var outputs: [ICEAgent.Output] = []
    private var fetched = 0
    private var pairCount = 0

    init(isControlling: Bool, random: RandomSource) {
        self.random = random
        role = ICERole(isControlling: isControlling, random: &self.random)
        // From a copy, so that relays take nothing from the numbers of a seed.
        var copy = self.random
        relays = RelayTable(random: copy.fork())
    }

    mutating func transmit(_ datagram: Datagram) {
        if !relays.send(datagram, at: now) { outputs.append(.transmit(datagram)) }
    }
    mutating func request(_ request: RelayStream.Request) { outputs.append(.stream(request)) }
    /// What is on the wire already.
    mutating func transmitDirectly(_ datagram: Datagram) { outputs.append(.transmit(datagram)) }
    mutating func report(_ event: ICEAgent.Event) { outputs.append(.event(event)) }

    mutating func nextOutput() -> ICEAgent.Output? {
        guard fetched < outputs.count else {
            outputs.removeAll(keepingCapacity: true)
            fetched = 0
            return nil
        }
        defer { fetched += 1 }
        return outputs[fetched]
    }

    mutating func discardOutputs() {
        outputs.removeAll()
        fetched = 0
    }

    mutating func nextPairID() -> Int {
        pairCount += 1
        return pairCount
    }

    /// A factor from 0.8 to 1.2 (RFC 7675 §5.1), so that many agents do not fall into step.
    mutating func jittered(_ duration: Duration) -> Duration { duration * Double.random(in: 0.8...1.2, using: &random) }
}
