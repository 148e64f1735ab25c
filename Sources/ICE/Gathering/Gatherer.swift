import Primitives

/// Asks servers where they see each base, and keeps what they saw alive (RFC 8445 §5.1.1).
///
/// Gathering always ends: a question that nobody answers is dropped after `ICETiming.gathering`, and sooner where another
/// server has answered the same base. Two dead servers out of three cost a page that waits for all candidates one second.
struct Gatherer: Sendable {
    /// A mapping that a NAT would forget without traffic.
    private struct Mapping: Sendable {
        let base: SocketAddress
        let server: SocketAddress
        var nextRefresh: Instant
        /// The last refreshing request, so that its answer is not taken for a stray.
        var transactionID: STUNTransactionID?
    }

    private var questions: [MappingQuestion] = []
    private var mappings: [Mapping] = []
    /// What to tell of questions that nobody answered; the owner takes it.
    var failures: [CandidateError] = []
    /// No question begins before this (RFC 8445 §14.2).
    private var nextTurn: Instant?

    /// Whether nothing is left to ask.
    var isIdle: Bool { questions.isEmpty }

    /// Asks every server that `base` can reach.
    mutating func begin(_ base: SocketAddress, servers: [STUNServer], at now: Instant, random: inout RandomSource) {
        for server in servers where server.address.canBeAsked(from: base) {
            questions.append(
                MappingQuestion(
                    base: base, server: server.address, url: server.url, transactionID: STUNTransactionID(random: &random),
                    nextTransmission: now, deadline: now + ICETiming.gathering))
        }
    }

    /// Forgets a base that is gone.
    mutating func end(_ base: SocketAddress) {
        questions.removeAll { $0.base == base }
        mappings.removeAll { $0.base == base }
    }

    /// `nil` where the response is not to a question of ours. Servers do not authenticate; the transaction id and the address
    /// must do (RFC 8489 §6.3.3).
    mutating func handle(_ response: STUNMessage, in datagram: Datagram, at now: Instant) -> MappingAnswer? {
        if let index = mappings.firstIndex(where: { $0.transactionID == response.transactionID }),
            mappings[index].base == datagram.local, mappings[index].server == datagram.remote
        {
            mappings[index].transactionID = nil
            return .nothingNew
        }
        guard
            let index = questions.firstIndex(where: {
                $0.transactionID == response.transactionID && $0.base == datagram.local && $0.server == datagram.remote
            })
        else { return nil }
        let question = questions.remove(at: index)
        guard response.messageClass == .successResponse, response.uncomprehended.isEmpty, let address = response.mappedAddress
        else { return .nothingNew }
        for index in questions.indices where questions[index].base == question.base {
            questions[index].deadline = min(questions[index].deadline, now + ICETiming.otherServers)
        }
        mappings.append(
            Mapping(base: question.base, server: question.server, nextRefresh: now + ICETiming.mappingRefresh))
        return .mapped(base: question.base, server: question.server, url: question.url, address: address)
    }

    /// Sends what is due. Mappings are kept alive until ICE has a pair, whose own traffic does it then (RFC 8445 §5.1.1.4).
    mutating func advance(to now: Instant, keepingMappings: Bool, random: inout RandomSource) -> [Datagram] {
        for question in questions where question.deadline <= now {
            guard let url = question.url else { continue }
            failures.append(
                CandidateError(local: question.base, url: url, code: CandidateError.unreachable, text: "STUN binding request timed out."))
        }
        questions.removeAll { $0.deadline <= now }
        var datagrams: [Datagram] = []
        for index in questions.indices where questions[index].nextTransmission <= now {
            if questions[index].transmissions == 0 {
                if let nextTurn, now < nextTurn { continue }
                nextTurn = now + ICETiming.pace
            }
            datagrams.append(questions[index].transmit(at: now))
        }
        guard keepingMappings else { return datagrams }
        for index in mappings.indices where mappings[index].nextRefresh <= now {
            let id = STUNTransactionID(random: &random)
            mappings[index].transactionID = id
            mappings[index].nextRefresh = now + ICETiming.mappingRefresh
            datagrams.append(Self.request(id, from: mappings[index].base, to: mappings[index].server))
        }
        return datagrams
    }

    /// When `advance` has something to do.
    func deadline(keepingMappings: Bool) -> Instant? {
        let questions = questions.map { question in
            let turn = question.transmissions == 0 ? nextTurn ?? question.nextTransmission : question.nextTransmission
            return min(question.deadline, max(turn, question.nextTransmission))
        }
        return (questions + (keepingMappings ? mappings.map(\.nextRefresh) : [])).min()
    }

    fileprivate static func request(_ id: STUNTransactionID, from base: SocketAddress, to server: SocketAddress) -> Datagram {
        let message = STUNMessage(.request, transactionID: id)
        return Datagram(local: base, remote: server, bytes: message.encoded(addingFingerprint: false))
    }
}

extension SocketAddress {
    /// Loopback and link-local sockets reach only servers of their own kind.
    func canBeAsked(from base: SocketAddress) -> Bool {
        canBeReached(from: base) && base.ip.isLoopback == ip.isLoopback && (!base.ip.isLinkLocal || ip.isLinkLocal)
    }
}

extension MappingQuestion {
    fileprivate mutating func transmit(at now: Instant) -> Datagram {
        let interval = min(ICETiming.retransmission * (1 << transmissions), ICETiming.longestQuestion)
        transmissions += 1
        nextTransmission = now + interval
        return Gatherer.request(transactionID, from: base, to: server)
    }
}
