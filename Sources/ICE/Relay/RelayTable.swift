import Primitives

/// The allocations of an agent. They outlive a restart, as sockets do: the new session presents the same relayed addresses anew.
struct RelayTable: Sendable {
    enum Output: Sendable {
        case transmit(Datagram)
        case stream(RelayStream.Request)
        /// The allocation behind this relayed address may be used.
        case allocated(SocketAddress)
        /// A relayed address is gone, or none will come.
        case ended(relayed: SocketAddress?, CandidateError?)
    }

    private var allocations: [RelayAllocation] = []
    private var outputs: [Output] = []
    private var streamCount = 0
    private var random: RandomSource

    init(random: RandomSource) { self.random = random }

    /// Whether no allocation is on its way.
    var isIdle: Bool { !allocations.contains(where: \.isPending) }

    /// The addresses in use, with what candidates of them are made from; oldest first.
    var allocated: [(address: SocketAddress, mapped: SocketAddress?, server: RelayServer, preference: UInt16)] {
        allocations.compactMap { allocation in
            guard allocation.state == .allocated, let relayed = allocation.relayed else { return nil }
            return (relayed, allocation.mapped, allocation.server, allocation.preference)
        }
    }

    func isRelayed(_ address: SocketAddress) -> Bool { index(of: address) != nil }

    var hasOutputs: Bool { !outputs.isEmpty }

    mutating func takeOutputs() -> [Output] {
        guard !outputs.isEmpty else { return [] }
        defer { outputs.removeAll(keepingCapacity: true) }
        return outputs
    }

    // MARK: allocating

    /// Asks the servers that a base reaches by UDP.
    mutating func begin(_ base: LocalBase, servers: [RelayServer], at now: Instant) {
        for server in servers where server.transport == .udp && server.address.canBeAsked(from: base.address) {
            begin(server, path: .datagrams(base.address), preference: base.preference, at: now)
        }
    }

    /// Opens streams to the servers that are reached by them.
    mutating func beginStreams(servers: [RelayServer], at now: Instant) {
        for (index, server) in servers.enumerated() where server.transport.isStream {
            // Other credentials for the same server serve the next allocation; the one that lives keeps its own (RFC 8656 §5).
            guard !allocations.contains(where: { $0.server.isSameService(as: server) }) else { continue }
            streamCount += 1
            // A server may send us on; the numbers between are for the streams that this takes.
            let id = RelayStream.ID(number: streamCount * (RelayAllocation.redirectionLimit + 1))
            begin(server, path: .stream(id), preference: .max - UInt16(clamping: index) * 4, at: now)
        }
    }

    private mutating func begin(_ server: RelayServer, path: RelayAllocation.Path, preference: UInt16, at now: Instant) {
        // RFC 8656 §3.2: one allocation for each path and server.
        let isKnown = allocations.contains { $0.path == path && $0.serverAddress == server.address }
        guard allocations.count < ICELimits.relays, !isKnown else { return }
        allocations.append(
            RelayAllocation(
                server: server, path: path, preference: server.transport.rank << 14 | preference >> 2, at: now, random: &random))
        collect()
    }

    /// A socket is gone, and what was allocated over it.
    mutating func end(_ base: SocketAddress) {
        for index in allocations.indices where allocations[index].path == .datagrams(base) { allocations[index].end(nil) }
        collect()
    }

    /// Gives back what is over servers that are asked no more and whose address nobody uses.
    mutating func release(unless isNeeded: (RelayServer, SocketAddress?) -> Bool, at now: Instant) {
        for index in allocations.indices where !isNeeded(allocations[index].server, allocations[index].relayed) {
            allocations[index].release(at: now, random: &random)
        }
        collect()
    }

    // MARK: what happens

    /// What a datagram from a socket is to its receiver.
    enum Opened: Sendable {
        /// Not from a relay.
        case foreign
        /// The relay's own affair.
        case consumed
        /// What a peer sent to a relayed address.
        case data(Datagram)
    }

    mutating func open(_ datagram: Datagram, at now: Instant) -> Opened {
        for index in allocations.indices
        where allocations[index].path == .datagrams(datagram.local) && allocations[index].serverAddress == datagram.remote {
            let reception = allocations[index].receive(datagram.bytes, at: now, random: &random)
            collect()
            switch reception {
            case .foreign: continue
            case .consumed: return .consumed
            case .data(let peer, let data):
                guard let relayed = allocations.indices.contains(index) ? allocations[index].relayed : nil else { return .consumed }
                return .data(Datagram(local: relayed, remote: peer, bytes: data))
            }
        }
        return .foreign
    }

    /// Peers' datagrams from a stream.
    mutating func handle(_ report: RelayStream.Report, at now: Instant) -> [Datagram] {
        defer { collect() }
        switch report {
        case .opened(let id):
            if let index = index(of: id) { allocations[index].streamOpened(at: now, random: &random) }
        case .closed(let id, let reason):
            if let index = index(of: id) { allocations[index].streamClosed(reason: reason) }
        case .received(let id, let bytes):
            guard let index = index(of: id) else { return [] }
            allocations[index].reader.append(bytes)
            var datagrams: [Datagram] = []
            while let message = allocations[index].reader.next() {
                if case .data(let peer, let data) = allocations[index].receive(message, at: now, random: &random),
                    let relayed = allocations[index].relayed
                {
                    datagrams.append(Datagram(local: relayed, remote: peer, bytes: data))
                }
                // A server may have sent us on: what is left is of a stream that is not ours any more.
                guard allocations[index].path == .stream(id) else { break }
            }
            if allocations[index].reader.isBroken { allocations[index].streamClosed(reason: "The TURN server does not speak TURN.") }
            return datagrams
        }
        return []
    }

    mutating func advance(to now: Instant) {
        for index in allocations.indices { allocations[index].advance(to: now, random: &random) }
        collect()
    }

    var deadline: Instant? { allocations.compactMap(\.deadline).min() }

    // MARK: data

    /// Sends from a relayed address; `false` where it is none.
    mutating func send(_ datagram: Datagram, at now: Instant) -> Bool {
        guard let index = index(of: datagram.local) else { return false }
        allocations[index].send(datagram.bytes, to: datagram.remote, at: now, random: &random)
        collect()
        return true
    }

    mutating func permit(_ ip: IPAddress, at relayed: SocketAddress, now: Instant) {
        guard let index = index(of: relayed) else { return }
        allocations[index].permit(ip, at: now, random: &random)
        collect()
    }

    mutating func bindChannel(to peer: SocketAddress, at relayed: SocketAddress, now: Instant) {
        guard let index = index(of: relayed) else { return }
        allocations[index].bindChannel(to: peer, at: now, random: &random)
        collect()
    }

    // MARK: parts

    private func index(of relayed: SocketAddress) -> Int? {
        allocations.firstIndex { $0.relayed == relayed && $0.state == .allocated }
    }

    private func index(of id: RelayStream.ID) -> Int? { allocations.firstIndex { $0.path == .stream(id) } }

    /// Takes what the allocations have to say, and forgets those that have ended.
    private mutating func collect() {
        for index in allocations.indices {
            for output in allocations[index].outputs {
                switch output {
                case .transmit(let datagram): outputs.append(.transmit(datagram))
                case .stream(let request): outputs.append(.stream(request))
                case .allocated: if let relayed = allocations[index].relayed { outputs.append(.allocated(relayed)) }
                case .ended(let error): outputs.append(.ended(relayed: allocations[index].relayed, error))
                }
            }
            allocations[index].outputs.removeAll(keepingCapacity: true)
        }
        allocations.removeAll { $0.state == .ended }
    }
}
