import Primitives

@testable import ICE

/// The other end under the test's hand: it answers checks, and checks when told.
struct ScriptedPeer {
    let sockets: [SocketAddress]
    let credentials: ICECredentials
    /// Sockets that no longer answer.
    var deaf: Set<SocketAddress> = []
    /// What the agent asked, oldest first.
    private(set) var requests: [STUNMessage] = []
    /// What the agent answered.
    private(set) var responses: [STUNMessage] = []
    private var random = RandomSource(seed: 77)
    private var seen = 0

    init(sockets: [SocketAddress]) {
        self.sockets = sockets
        credentials = ICECredentials(random: &random)
    }

    /// Gives agent 0 the credentials, and a candidate of each socket that has a priority.
    func connect(to simulation: Simulation, priorities: [UInt32]) {
        simulation.handle(0, .remoteCredentials(credentials, isLite: false))
        for (index, priority) in priorities.enumerated() {
            simulation.handle(
                0, .remoteCandidate(.remote(sockets[index], priority: priority, foundation: "\(index)")))
        }
    }

    /// Answers agent 0 without delay, for a while.
    mutating func serve(_ simulation: Simulation, for duration: Duration) {
        let end = simulation.now + duration
        while true {
            answer(simulation)
            guard simulation.now < end else { return }
            simulation.run(for: .milliseconds(5))
        }
    }

    private mutating func answer(_ simulation: Simulation) {
        let key = Array(credentials.password.utf8)
        while seen < simulation.peers[0].sent.count {
            let datagram = simulation.peers[0].sent[seen].datagram
            seen += 1
            guard sockets.contains(datagram.remote), let message = STUNMessage(parsing: datagram.bytes) else { continue }
            guard message.messageClass == .request else {
                responses.append(message)
                continue
            }
            guard message.isAuthentic(key: key), !deaf.contains(datagram.remote) else { continue }
            requests.append(message)
            let response = STUNMessage(
                .successResponse, transactionID: message.transactionID,
                attributes: [.xorMappedAddress(datagram.local, message.transactionID)])
            simulation.handle(
                0, .datagram(Datagram(local: datagram.local, remote: datagram.remote, bytes: response.encoded(key: key))))
        }
    }

    /// Sends agent 0 a check.
    mutating func check(_ simulation: Simulation, from socket: Int, attributes: [STUNAttribute]) {
        let ours = simulation.peers[0].agent.localCredentials
        simulation.handle(
            0,
            .datagram(
                .check(
                    to: ours, from: sockets[socket], at: simulation.peers[0].sockets[0],
                    fragment: credentials.usernameFragment, attributes: attributes, seed: random.next())))
    }
}

extension Datagram {
    /// A well-formed check to the owner of `credentials`.
    static func check(
        to credentials: ICECredentials, from source: SocketAddress = .at("192.0.2.2"),
        at destination: SocketAddress = .at("192.0.2.1"),
        fragment: String = "peer", key: String? = nil, attributes: [STUNAttribute] = [], seed: UInt64 = 5
    ) -> Datagram {
        var random = RandomSource(seed: seed)
        let request = STUNMessage(
            .request, transactionID: STUNTransactionID(random: &random),
            attributes: [.username("\(credentials.usernameFragment):\(fragment)"), .priority(1000)] + attributes)
        return Datagram(
            local: destination, remote: source, bytes: request.encoded(key: Array((key ?? credentials.password).utf8)))
    }
}
