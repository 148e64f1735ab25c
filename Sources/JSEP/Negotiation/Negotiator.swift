import Primitives
import SDP

/// Offers and answers of one connection (RFC 9429; webrtc-pc §4.4), without transport, media or time.
///
/// A value with one owner. Each verb either does all it says or throws and changes nothing. After a verb, `mediaPlan` tells what
/// the
/// transports and the media have to do, and the properties what the page's snapshot has to show.
///
/// It is composed of what each name says: `DescriptionValidator` refuses, `SectionWriter` and `OfferNumbers` write,
/// `TransportTable` keeps
/// the bundle, `MediaPlanner` reads the plan.
package struct Negotiator: Sendable {
    /// What has been set since the session was last stable.
    enum Stage: Sendable {
        case stable
        case localOffer(AppliedDescription)
        case remoteOffer(AppliedDescription)
        /// We have answered provisionally.
        case localPranswer(offer: AppliedDescription, answer: AppliedDescription)
        case remotePranswer(offer: AppliedDescription, answer: AppliedDescription)
    }
    /// The descriptions both sides agreed on last.
    struct Agreement: Sendable {
        var local: AppliedDescription
        var remote: AppliedDescription
    }
    /// An offer made by `createOffer` and not yet set.
    struct CreatedOffer: Sendable {
        var session: SessionDescription
        /// Whose section each is; `nil` for those that are refused for good.
        var owners: [SectionOwner?]
    }

    let configuration: NegotiatorConfiguration
    var random: RandomSource
    /// RFC 3550 §6.5.1: one for all our sources.
    let cname: String
    let sessionID: String
    /// Rises with each description made (RFC 9429 §5.2.2). Chromium's first is 2.
    var sessionVersion: UInt64 = 1

    var stage: Stage = .stable
    var agreement: Agreement?
    package internal(set) var isClosed = false
    /// In the order in which they were made.
    package internal(set) var transceivers: [Transceiver] = []
    var data = DataSection()
    var transports = TransportTable()
    /// How to return to the stable state a pending offer left; `nil` while stable.
    var savepoint: Savepoint?
    var lastOffer: CreatedOffer?
    var lastAnswer: SessionDescription?
    /// Whether our side made the first offer that was set; `nil` before.
    var weOfferedFirst: Bool?
    /// Credentials that the next offer replaces (webrtc-pc [[LocalIceCredentialsToReplace]]).
    var credentialsToReplace: Set<ICEParameters> = []
    var nextMid = 0
    var nextHandle = -1

    /// What transports and media have to do now.
    package internal(set) var mediaPlan = MediaPlan()

    package init(configuration: NegotiatorConfiguration, random: RandomSource) {
        self.configuration = configuration
        self.random = random
        // RFC 9429 §5.2.1: 64 bits, the highest one clear.
        sessionID = String(self.random.next() >> 1)
        cname = self.random.iceCharacters(16)
    }

    // MARK: - What the snapshot shows

    package var signalingState: SignalingState {
        if isClosed { return .closed }
        switch stage {
        case .stable: return .stable
        case .localOffer: return .haveLocalOffer
        case .remoteOffer: return .haveRemoteOffer
        case .localPranswer: return .haveLocalPranswer
        case .remotePranswer: return .haveRemotePranswer
        }
    }

    package var currentLocalDescription: DescriptionText? { agreement?.local.text }
    package var currentRemoteDescription: DescriptionText? { agreement?.remote.text }
    package var pendingLocalDescription: DescriptionText? { pendingLocal?.text }
    package var pendingRemoteDescription: DescriptionText? { pendingRemote?.text }

    /// `nil` before a remote description is set (webrtc-pc §4.4.2).
    package var canTrickleIceCandidates: Bool? { (pendingRemote ?? agreement?.remote)?.session.allowsTrickle }

    package func transceiver(_ handle: TransceiverHandle) -> Transceiver? { transceivers.first { $0.handle == handle } }

    /// Whether `dtmf.canInsertDTMF` (webrtc-pc §7.2): sending is agreed and so are telephone events.
    package func canInsertDTMF(_ handle: TransceiverHandle) -> Bool {
        guard let transceiver = transceiver(handle), !transceiver.isStopped, transceiver.currentDirection?.sends == true else {
            return false
        }
        return mediaPlan.section(of: handle)?.sendTelephoneEvents.isEmpty == false
    }

    /// The section of the data channels, while a description that is set has it.
    package var dataMid: String? { data.mid }

    /// Whether a section for data channels was offered and refused.
    package var isDataRefused: Bool {
        guard data.mid == nil, let agreement else { return false }
        return zip(agreement.local.session.media, agreement.remote.session.media).contains {
            $0.carriesDataChannels && ($0.isRejected || $1.isRejected)
        }
    }

    // MARK: - Closing

    /// webrtc-pc §4.4.2 `close`. The descriptions stay readable; the plan is empty.
    package mutating func close() {
        isClosed = true
        for index in transceivers.indices {
            transceivers[index].phase = .stopped
            transceivers[index].currentDirection = nil
        }
        mediaPlan = MediaPlan()
    }

    // MARK: - Parts shared by the verbs

    var pendingLocal: AppliedDescription? {
        switch stage {
        case .localOffer(let offer), .remotePranswer(let offer, _): offer
        case .localPranswer(_, let answer): answer
        case .stable, .remoteOffer: nil
        }
    }

    var pendingRemote: AppliedDescription? {
        switch stage {
        case .remoteOffer(let offer), .localPranswer(let offer, _): offer
        case .remotePranswer(_, let answer): answer
        case .stable, .localOffer: nil
        }
    }

    /// Runs a verb on a copy, so that one that throws has changed nothing; then plans anew.
    mutating func atomically<Result>(
        _ verb: (inout Negotiator) throws(JSEPError) -> Result
    ) throws(JSEPError) -> Result {
        guard !isClosed else { throw JSEPError(.invalidStateError, "The RTCPeerConnection's signalingState is 'closed'.") }
        var copy = self
        let result = try verb(&copy)
        copy.plan()
        self = copy
        return result
    }

    mutating func plan() {
        let planner = MediaPlanner(
            transports: transports, transceivers: transceivers, dataMid: data.mid, cname: cname, weOfferedFirst: weOfferedFirst ?? true)
        let agreed = agreement.map { MediaPlanner.Pair(local: $0.local.session, remote: $0.remote.session) }
        switch stage {
        case .stable, .remoteOffer:
            guard let agreed else {
                mediaPlan = MediaPlan()
                return
            }
            mediaPlan = planner.plan(agreed: agreed, local: agreed.local)
        case .localOffer(let offer):
            mediaPlan = planner.plan(agreed: agreed, local: offer.session)
        case .localPranswer(let offer, let answer):
            mediaPlan = planner.plan(agreed: .init(local: answer.session, remote: offer.session), local: answer.session)
        case .remotePranswer(let offer, let answer):
            mediaPlan = planner.plan(agreed: .init(local: offer.session, remote: answer.session), local: offer.session)
        }
    }

    func index(of handle: TransceiverHandle) throws(JSEPError) -> Int {
        guard let index = transceivers.firstIndex(where: { $0.handle == handle }) else {
            throw JSEPError(.invalidStateError, "The transceiver is no longer part of the connection.")
        }
        return index
    }
}
