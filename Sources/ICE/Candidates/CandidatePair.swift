/// Two candidates between which datagrams pass.
package struct CandidatePair: Sendable, Hashable {
    /// As the peer sees it: host, server-reflexive, peer-reflexive or relayed.
    package var local: ICECandidate
    package var remote: ICECandidate

    package init(local: ICECandidate, remote: ICECandidate) {
        self.local = local
        self.remote = remote
    }
}
