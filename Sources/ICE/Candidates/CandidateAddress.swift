import Primitives

/// Where a candidate is: an address, or a name still to be resolved.
package enum CandidateAddress: Sendable, Hashable, CustomStringConvertible {
    case ip(SocketAddress)
    /// A domain name, such as the `.local` names behind which browsers hide their addresses.
    case name(String, port: UInt16)

    package var port: UInt16 {
        switch self {
        case .ip(let address): address.port
        case .name(_, let port): port
        }
    }

    package var description: String {
        switch self {
        case .ip(let address): address.description
        case .name(let host, let port): "\(host):\(port)"
        }
    }
}
