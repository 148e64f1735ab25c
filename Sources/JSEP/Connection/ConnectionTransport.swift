import Cryptography
import DTLS
import ICE
import Primitives
import RTP
import SDP
import Transport

/// A transport of a connection: the secure transport, brought in line with what the descriptions ask of it.
package final class ConnectionTransport {
    package let id: TransportID
    package let secure: SecureTransport
    /// What the descriptions asked for last.
    package private(set) var plan: TransportPlan
    package private(set) var gathering = ConnectionStates.Gathering.gathering
    /// The numbers of what goes, and what became of it as far as the other side tells.
    package internal(set) var departures = TransportDepartures()
    /// When the other side told that last.
    var lastFeedback: Instant?
    /// What came with a number.
    var arrivals = TransportArrivals()
    /// The remote credentials that the agent has got, of its present generation.
    private var remoteICE: ICEParameters?
    /// How many of the plan's remote candidates the agent (or the resolver) has got.
    private var remoteCandidatesTaken = 0
    private var resolving = 0
    private var hasEndedRemoteCandidates = false

    init(plan: TransportPlan, configuration: PeerConnectionConfiguration, random: RandomSource) {
        id = plan.id
        self.plan = plan
        secure = SecureTransport(
            isControlling: plan.isControlling, certificate: configuration.certificate, random: random,
            localCredentials: plan.localICE.credentials)
    }

    /// What this transport contributes to the states of the connection.
    var part: ConnectionStates.Part {
        ConnectionStates.Part(gathering: gathering, ice: secure.agent.state, security: secure.securityState)
    }

    func gatheringCompleted() { gathering = .complete }

    /// Does what a new plan asks for beyond the last; returns the candidates whose names must be resolved first.
    ///
    /// - Parameter carriesMedia: whether a section of audio goes over it.
    func apply(_ new: TransportPlan, carriesMedia: Bool, at now: Instant) -> [PeerConnection.NamedCandidate] {
        let old = plan
        plan = new
        if new.iceGeneration != old.iceGeneration, let credentials = new.localICE.credentials {
            gathering = .gathering
            // What the other side says counts anew, even where it reads the same.
            remoteICE = nil
            secure.handle(.ice(.restart(credentials)), at: now)
        }
        guard let remote = new.remoteICE, let credentials = remote.credentials else {
            remoteICE = nil
            return []
        }
        if remote != remoteICE {
            remoteICE = remote
            remoteCandidatesTaken = 0
            hasEndedRemoteCandidates = false
            // The role is settled before the checks that depend on it; a later plan does not bring back a role that a conflict has moved.
            secure.handle(.ice(.setControlling(new.isControlling)), at: now)
            secure.handle(.ice(.remoteCredentials(credentials, isLite: new.isRemoteLite)), at: now)
        }
        let named = takeCandidates(of: new, at: now)
        endCandidatesIfComplete(at: now)
        if let role = new.dtlsRole {
            secure.handle(
                .startSecurity(
                    association: new.dtlsGeneration, role: role == .client ? .client : .server,
                    fingerprints: new.remoteFingerprints.compactMap { CertificateFingerprint(parsing: $0.text) },
                    carriesMedia: carriesMedia),
                at: now)
        }
        return named
    }

    /// A name has been looked up: the candidate counts once for each address.
    func resolved(_ named: PeerConnection.NamedCandidate, to addresses: [IPAddress], at now: Instant) {
        resolving -= 1
        for address in addresses {
            var candidate = named.candidate
            candidate.address = .ip(SocketAddress(ip: address, port: candidate.address.port))
            secure.handle(.ice(.remoteCandidate(candidate)), at: now)
        }
        endCandidatesIfComplete(at: now)
    }

    private func takeCandidates(of plan: TransportPlan, at now: Instant) -> [PeerConnection.NamedCandidate] {
        var named: [PeerConnection.NamedCandidate] = []
        for text in plan.remoteCandidates.dropFirst(remoteCandidatesTaken) {
            // A candidate of a kind that nobody here understands is no reason to refuse the description it came in.
            guard let candidate = try? ICECandidate(parsing: "candidate:\(text)") else { continue }
            switch candidate.address {
            case .ip:
                secure.handle(.ice(.remoteCandidate(candidate)), at: now)
            case .name(let name, _):
                resolving += 1
                named.append(PeerConnection.NamedCandidate(transport: id, name: name, candidate: candidate))
            }
        }
        remoteCandidatesTaken = plan.remoteCandidates.count
        return named
    }

    private func endCandidatesIfComplete(at now: Instant) {
        guard plan.hasRemoteEndOfCandidates, resolving == 0, !hasEndedRemoteCandidates else { return }
        hasEndedRemoteCandidates = true
        secure.handle(.ice(.noMoreRemoteCandidates), at: now)
    }
}

extension ICEParameters {
    /// `nil` where a description says something that cannot be credentials; the negotiator refuses such descriptions.
    var credentials: ICECredentials? { try? ICECredentials(usernameFragment: usernameFragment, password: password) }
}
