/// Two candidates between which datagrams pass.
package struct CandidatePair: Sendable, Hashable {
    /// As the peer sees it: host, server-reflexive or peer-reflexive.
    package var local: ICECandidate
    package var remote: ICECandidate

    package init(local: ICECandidate, remote: ICECandidate) {
        self.local = local
        self.remote = remote
    }
}
