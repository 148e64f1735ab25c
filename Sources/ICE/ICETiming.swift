import Primitives

/// The times of ICE, each with its source.
package enum ICETiming {
    /// Ta: between two checks that begin, and between two questions to servers (RFC 8445 §14.2).
    package static let pace = Duration.milliseconds(50)
    /// RTO: before the first retransmission (RFC 8445 §14.3, RFC 8489 §6.2.1).
    package static let retransmission = Duration.milliseconds(500)
    /// Doubling stops here. RFC 8489 §6.2.1 doubles on to 16 s and gives up after 39.5 s; on a path that loses every second
    /// packet the later retransmissions are the ones that connect, and nobody waits 16 s for a call.
    package static let longestRetransmission = Duration.seconds(2)
    /// A check fails when it has gone unanswered so long: eight requests in all.
    package static let checkTimeout = Duration.seconds(15)
    /// How long a check that gave way to a newer one on its pair may still be answered.
    package static let lateResponse = Duration.seconds(3)
    /// A pair is checked again no sooner than this because of the peer's checks on it, the first time excepted.
    package static let triggeredSpacing = Duration.milliseconds(200)
    /// A frozen pair waits no longer than this for the pair that it resembles (RFC 8445 §6.1.4.2 lets it wait for the end of
    /// that check; peers that give all their candidates one foundation would then connect after 15 s).
    package static let freeze = Duration.milliseconds(500)

    /// A question to a server is repeated no later than this after the last time: six in all.
    package static let longestQuestion = Duration.seconds(1)
    /// Gathering ends for a base after this, answered or not.
    package static let gathering = Duration.seconds(5)
    /// Once one server has answered a base, the others have this long.
    package static let otherServers = Duration.seconds(1)
    /// The end of gathering is told no later than this after the last candidate, whether a check has been answered or not.
    package static let gatheringGrace = Duration.milliseconds(100)
    /// Mappings are refreshed so often until a pair works (RFC 8445 §5.1.1.4, §11).
    package static let mappingRefresh = Duration.seconds(15)

    /// How long the first working pair waits for a better one before it is nominated.
    package static let nominationGrace = Duration.milliseconds(100)
    /// How long after the first nomination a better pair is still nominated.
    package static let renominationWindow = Duration.seconds(2)
    /// How long after the first nomination the best of several nominated pairs counts; later, the last named.
    package static let nominationRace = Duration.seconds(5)

    /// A peer that still names the pair in use has not left it; another pair is taken when it has not done so for this long.
    package static let nominationHold = Duration.seconds(4)
    /// Before a pair is nominated again whose nomination was refused.
    package static let nominationRetry = Duration.seconds(2)

    /// Between consent checks, times 0.8…1.2 (RFC 7675 §5.1).
    package static let consentInterval = Duration.seconds(5)
    /// Consent ends so long after the last response (RFC 7675 §5.1).
    package static let consentExpiry = Duration.seconds(30)
    /// Between checks of working pairs that are not in use, times 0.8…1.2.
    package static let backupInterval = Duration.seconds(12)
    /// When the pair in use has not answered for so long, the others are asked at once.
    package static let doubt = Duration.seconds(1)
    /// When the pair in use has not answered for so long, the agent is disconnected.
    package static let disconnection = Duration.seconds(5)

    /// With every pair failed and the other end's candidates complete, a check from it may still reveal a path; RFC 8863 §5
    /// asks for 39.5 s, browsers wait 15.
    package static let patienceAfterEnd = Duration.seconds(15)
    /// The same where the other end has not said that its candidates are complete.
    package static let patience = Duration.seconds(30)
}
