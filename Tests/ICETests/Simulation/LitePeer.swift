import Primitives

@testable import ICE

/// An end that only answers (RFC 8445 §2.5), such as a provider's media edge.
struct LitePeer {
    let address: SocketAddress
    let credentials: ICECredentials
    /// The fragment of the agent that it talks to.
    var remoteFragment: String
    /// Where USE-CANDIDATE last came from.
    private(set) var nominated: SocketAddress?
    private(set) var requests = 0
    /// Requests that claimed to be controlled.
    private(set) var misguided = 0

    init(address: SocketAddress, credentials: ICECredentials, remoteFragment: String) {
        self.address = address
        self.credentials = credentials
        self.remoteFragment = remoteFragment
    }

    mutating func handle(_ datagram: Datagram) -> [Datagram] {
        guard let request = STUNMessage(parsing: datagram.bytes), request.messageClass == .request,
            request.fingerprint == .valid, request.isAuthentic(key: Array(credentials.password.utf8)),
            request.username == "\(credentials.usernameFragment):\(remoteFragment)"
        else { return [] }
        requests += 1
        if request.iceControlled != nil { misguided += 1 }
        if request.usesCandidate { nominated = datagram.remote }
        let response = STUNMessage(
            .successResponse, transactionID: request.transactionID,
            attributes: [.xorMappedAddress(datagram.remote, request.transactionID)])
        return [Datagram(local: address, remote: datagram.remote, bytes: response.encoded(key: Array(credentials.password.utf8)))]
    }
}
