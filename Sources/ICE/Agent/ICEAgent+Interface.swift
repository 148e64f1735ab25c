import Primitives

extension ICEAgent {
    /// What happens to an agent.
    package enum Input: Sendable {
        /// A socket has been bound. Addresses given earlier are preferred, unless a preference is given: higher is better, and
        /// decides between IPv4 and IPv6, wire and air. After completion this is a new interface.
        case localAddress(SocketAddress, preference: UInt16? = nil)
        /// All addresses of the moment have been given; gathering may complete.
        case noMoreLocalAddresses
        /// A socket or its interface is gone.
        case localAddressGone(SocketAddress)
        /// A STUN message, from one of the local addresses.
        case datagram(Datagram)
        /// The time of `.wait(until:)` has come.
        case timeout
        /// From a description. Other than the last ones, they are the peer's restart.
        case remoteCredentials(ICECredentials, isLite: Bool)
        /// From a description or trickled. TCP and names are ignored: the caller resolves names. With a fragment it may come before
        /// its credentials; without one it is taken to belong to the present session.
        case remoteCandidate(ICECandidate)
        /// The peer's candidates are complete: those of the credentials handed in last.
        case noMoreRemoteCandidates
        /// Of a stream to a relay. Data in it is the owner's: `ICEAgent.open` tells it.
        case stream(RelayStream.Report)
        /// Begin again with these credentials; the pair in use carries on until another is selected (RFC 8445 §9).
        case restart(ICECredentials)
        /// Take a role, as offer and answer determine it (RFC 8445 §6.1.1).
        case setControlling(Bool)
        /// End for good.
        case close
    }

    /// What an agent wants of its owner. Fetch until `.wait`.
    package enum Output: Sendable, Hashable {
        case transmit(Datagram)
        case stream(RelayStream.Request)
        case event(Event)
        /// Nothing more now. Hand in `.timeout` at this time, or another input before.
        case wait(until: Instant?)
    }

    /// What has happened.
    package enum Event: Sendable, Hashable {
        /// To be told to the peer.
        case localCandidate(ICECandidate)
        /// A server gives none.
        case candidateError(CandidateError)
        /// No more candidates until a restart or a new address, after which this comes again.
        case gatheringComplete
        case stateChanged(ICEState)
        /// Data goes over this pair from now on. Comes before the state that it causes. A pair is lost without a word of its own:
        /// `selectedPair` is `nil` then, and the state `disconnected` or `failed`.
        case selectedPairChanged(CandidatePair)
        /// The selected pair is the one that the controlling end has settled on.
        case nominated
    }
}
