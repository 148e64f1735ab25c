import Primitives

/// What `RTCIceCandidatePairStats` tells about a pair (webrtc-stats §8.19). Times are durations, counts are since the pair was made.
package struct CandidatePairStatistics: Sendable, Hashable {
    /// Unique in the agent, and stable.
    package var id: Int
    package var local: ICECandidate
    package var remote: ICECandidate
    /// The bound socket of the local candidate.
    package var base: SocketAddress
    package var priority: UInt64
    package var state: PairState
    package var isNominated: Bool
    package var isSelected: Bool
    /// Connectivity checks begun, without retransmissions and consent checks.
    package var requestsSent: Int
    /// Checks of the peer, retransmissions included.
    package var requestsReceived: Int
    package var responsesSent: Int
    package var responsesReceived: Int
    package var consentRequestsSent: Int
    /// Of the last answer to a request that was sent once.
    package var currentRoundTripTime: Duration?
    /// The sum over `roundTripTimeMeasurements`.
    package var totalRoundTripTime: Duration
    package var roundTripTimeMeasurements: Int
}
