import Primitives

/// Gives equal foundations to candidates of one kind, base address, server and protocol to it (RFC 8445 §5.1.1.3), for as long as the agent lives.
struct Foundations: Sendable {
    private struct Origin: Sendable, Hashable {
        let kind: CandidateKind
        let base: IPAddress
        let server: IPAddress?
        let relay: RelayProtocol?
    }
    private var numbers: [Origin: Int] = [:]

    mutating func foundation(_ kind: CandidateKind, base: IPAddress, server: IPAddress? = nil, relay: RelayProtocol? = nil) -> String {
        let origin = Origin(kind: kind, base: base, server: server, relay: relay)
        let number = numbers[origin] ?? numbers.count + 1
        numbers[origin] = number
        return String(number)
    }
}
