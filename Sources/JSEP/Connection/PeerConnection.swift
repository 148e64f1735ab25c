import Cryptography
import ICE
import Primitives
import RTP
import SCTP
import SDP
import Transport

/// A WebRTC connection without sockets, threads or clocks: descriptions are negotiated, transports set up, media packets sent and routed.
///
/// Composes the `Negotiator`, which knows what was offered and answered, with a `ConnectionTransport` for each bundle and an
/// `AudioSection` for the RTP state of each m-section. Its owner opens the sockets it asks for, brings datagrams and time, and drains
/// `pollOutput` after every call. A class because its transports are; it has one owner.
package final class PeerConnection {
    package enum Input {
        /// Servers to ask and what to gather; in effect for local addresses that come later, and for restarts.
        case servers(TransportID, ICEConfiguration)
        /// Of a connection to a relay.
        case stream(TransportID, RelayStream.Report)
        /// A socket asked for by `.openSockets` is bound; its host candidate goes out.
        case localAddress(TransportID, SocketAddress)
        /// All sockets asked for are bound or have failed.
        case noMoreLocalAddresses(TransportID)
        /// The address has left this machine.
        case localAddressGone(TransportID, SocketAddress)
        case datagram(TransportID, Datagram)
        /// The name of a candidate was looked up; empty when nobody knows it.
        case resolved(NamedCandidate, [IPAddress])
        /// The time asked for by `.wait` has come.
        case timeout
    }

    package enum Output {
        /// Bind one UDP socket to each address of this machine, and say which.
        case openSockets(TransportID)
        case closeSockets(TransportID)
        case transmit(TransportID, Datagram)
        /// About a connection to a relay.
        case stream(TransportID, RelayStream.Request)
        /// Find the addresses behind a candidate's name, and say which.
        case resolve(NamedCandidate)
        case event(Event)
        /// Nothing more until then, or until the next input.
        case wait(until: Instant?)
    }

    package enum Event {
        /// A candidate for the page (webrtc-pc §4.8.1); the local description has it already. `nil`: no more of this generation.
        case localCandidate(LocalCandidate?)
        /// A server gives no candidate.
        case candidateError(CandidateError)
        /// One of the states of the connection or of a transport.
        case statesChanged
        /// What to send and receive has changed: `sections` tells.
        case mediaChanged
        /// A media packet for a transceiver's receiver.
        case packet(TransceiverHandle, RTPPacket)
        /// The other side has told anew how what a transceiver sends gets lost.
        case lossReported(TransceiverHandle, LossPattern)
        /// Of the data channels.
        case data(DataTransport.Event)
    }

    /// A remote candidate whose address is a name, on its way through a resolver.
    package struct NamedCandidate: Sendable, Hashable {
        package var transport: TransportID
        package var name: String
        package var candidate: ICECandidate
    }

    package let configuration: PeerConnectionConfiguration
    package private(set) var negotiator: Negotiator
    package private(set) var states = ConnectionStates()
    /// The transports of the plan.
    package private(set) var transports: [TransportID: ConnectionTransport] = [:]
    /// The audio sections of the plan, by the transceiver they belong to.
    package private(set) var sections: [TransceiverHandle: AudioSection] = [:]
    /// The data channels; `nil` until there is one, or a section for them.
    package private(set) var data: DataTransport?
    /// Of all associations there ever were (webrtc-stats §8.7).
    package var dataChannelsOpened: Int { formerDataChannels.opened + (data?.openedCount ?? 0) }
    package var dataChannelsClosed: Int { formerDataChannels.closed + (data?.closedCount ?? 0) }
    private var formerDataChannels = (opened: 0, closed: 0)
    /// Which association of DTLS the data channels live on.
    private var dataAssociation: DataAssociation?
    var router = PacketRouter()
    private var random: RandomSource
    var outputs: [Output] = []
    private var fetched = 0

    package init(configuration: PeerConnectionConfiguration, random: RandomSource) {
        self.configuration = configuration
        self.random = random
        let fingerprint = configuration.certificate.fingerprint
        negotiator = Negotiator(
            configuration: NegotiatorConfiguration(
                bundlePolicy: configuration.bundlePolicy, rtcpMuxPolicy: configuration.rtcpMuxPolicy,
                fingerprints: [SDPFingerprint(algorithm: fingerprint.algorithm.rawValue, value: fingerprint.hexadecimal)]),
            random: self.random.fork())
    }

    /// Lets `body` use a verb of the negotiator, and carries out what the descriptions then ask for.
    ///
    /// Errors: what `body` throws; nothing has changed then.
    package func negotiate<Result>(
        at now: Instant, _ body: (inout Negotiator) throws(JSEPError) -> Result
    ) throws(JSEPError) -> Result {
        let result = try body(&negotiator)
        carryOutPlan(at: now)
        return result
    }

    package func handle(_ input: Input, at now: Instant) {
        switch input {
        case .servers(let id, let configuration):
            transports[id]?.secure.configure(configuration)
        case .stream(let id, let report):
            transports[id]?.secure.handle(.stream(report), at: now)
        case .localAddress(let id, let address):
            transports[id]?.secure.handle(.ice(.localAddress(address)), at: now)
        case .noMoreLocalAddresses(let id):
            transports[id]?.secure.handle(.ice(.noMoreLocalAddresses), at: now)
        case .localAddressGone(let id, let address):
            transports[id]?.secure.handle(.ice(.localAddressGone(address)), at: now)
        case .datagram(let id, let datagram):
            transports[id]?.secure.handle(.datagram(datagram), at: now)
        case .resolved(let named, let addresses):
            transports[named.transport]?.resolved(named, to: addresses, at: now)
        case .timeout:
            for transport in transports.values { transport.secure.handle(.timeout, at: now) }
            data?.handle(.timeout, at: now)
        }
        advance(to: now)
    }

    /// The next thing to do; call until it is `.wait`.
    package func pollOutput() -> Output {
        guard fetched < outputs.count else {
            outputs.removeAll(keepingCapacity: true)
            fetched = 0
            return .wait(until: nextWakeUp)
        }
        defer { fetched += 1 }
        return outputs[fetched]
    }

    /// Says goodbye to the other side and ends (webrtc-pc §4.4.2 `close`). Idempotent.
    package func close(at now: Instant) {
        guard !negotiator.isClosed else { return }
        for section in sections.values { section.sayGoodbye(over: transports[section.plan.transport], at: now) }
        data?.handle(.shutDown, at: now)
        drainData(at: now)
        for transport in transports.values { transport.secure.handle(.close, at: now) }
        drainTransports(at: now)
        negotiator.close()
        carryOutPlan(at: now)
        states = .closed
    }

    // MARK: The plan

    /// Brings transports and sections in line with the negotiator's plan.
    private func carryOutPlan(at now: Instant) {
        let plan = negotiator.mediaPlan
        endDataIfReplaced(by: plan, at: now)
        for (id, transport) in transports where plan.transport(id) == nil {
            transport.secure.handle(.close, at: now)
            drain(transport, at: now)
            transports[id] = nil
            outputs.append(.closeSockets(id))
        }
        for transportPlan in plan.transports {
            let transport = transports[transportPlan.id] ?? makeTransport(transportPlan, at: now)
            let carriesMedia = plan.sections.contains { $0.transport == transportPlan.id }
            for named in transport.apply(transportPlan, carriesMedia: carriesMedia, at: now) { outputs.append(.resolve(named)) }
        }
        carryOutSections(of: plan)
        // A restart gathers anew: that is told before its candidates, and its end again.
        updateStates()
        advance(to: now)
    }

    private func makeTransport(_ plan: TransportPlan, at now: Instant) -> ConnectionTransport {
        let transport = ConnectionTransport(plan: plan, configuration: configuration, random: random.fork())
        transports[plan.id] = transport
        outputs.append(.openSockets(plan.id))
        return transport
    }

    private func carryOutSections(of plan: MediaPlan) {
        guard sections.mapValues(\.plan) != Dictionary(plan.sections.map { ($0.transceiver, $0) }, uniquingKeysWith: { $1 }) else { return }
        for handle in sections.keys where plan.section(of: handle) == nil { sections[handle] = nil }
        for sectionPlan in plan.sections {
            if let section = sections[sectionPlan.transceiver] {
                section.plan = sectionPlan
            } else {
                sections[sectionPlan.transceiver] = AudioSection(
                    plan: sectionPlan, clock: configuration.clock, random: random.fork())
            }
        }
        router.setSections(plan.sections)
        outputs.append(.event(.mediaChanged))
    }

    // MARK: Draining

    private func advance(to now: Instant) {
        for section in sections.values { section.advance(to: now, over: transports[section.plan.transport]) }
        sendFeedback(at: now)
        drainTransports(at: now)
        connectDataIfPossible(at: now)
        drainData(at: now)
        updateStates()
    }

    private func drainTransports(at now: Instant) {
        for transport in transports.values { drain(transport, at: now) }
    }

    func drain(_ transport: ConnectionTransport, at now: Instant) {
        while true {
            switch transport.secure.pollOutput() {
            case .transmit(let datagram): outputs.append(.transmit(transport.id, datagram))
            case .stream(let request): outputs.append(.stream(transport.id, request))
            case .event(let event): handle(event, of: transport, at: now)
            case .wait: return
            }
        }
    }

    private func handle(_ event: SecureTransport.Event, of transport: ConnectionTransport, at now: Instant) {
        switch event {
        case .ice(.localCandidate(let candidate)):
            let told = negotiator.addLocalCandidate(
                candidate.attributeValue, transport: transport.id, usernameFragment: transport.plan.localICE.usernameFragment)
            if let told { outputs.append(.event(.localCandidate(told))) }
        case .ice(.candidateError(let error)):
            outputs.append(.event(.candidateError(error)))
        case .ice(.gatheringComplete):
            transport.gatheringCompleted()
            negotiator.localGatheringCompleted(
                transport: transport.id, usernameFragment: transport.plan.localICE.usernameFragment)
            let wasComplete = states.gathering == .complete
            updateStates()
            // “complete” comes before the candidate that says so (webrtc-pc §4.8.1), and once.
            if states.gathering == .complete, !wasComplete { outputs.append(.event(.localCandidate(nil))) }
        case .ice(.stateChanged), .ice(.selectedPairChanged), .securityStateChanged:
            outputs.append(.event(.statesChanged))
        case .ice(.nominated):
            break
        case .rtp(let bytes):
            receive(rtp: bytes, over: transport.id, at: now)
        case .rtcp(let bytes):
            receive(rtcp: bytes, over: transport.id, at: now)
        case .applicationData(let bytes):
            guard dataAssociation?.transport == transport.id else { break }
            data?.handle(.packet(bytes), at: now)
        }
    }

    private func updateStates() {
        guard !negotiator.isClosed else { return }
        let parts = negotiator.mediaPlan.transports.compactMap { transports[$0.id]?.part }
        let now = ConnectionStates(of: parts)
        guard now != states else { return }
        states = now
        outputs.append(.event(.statesChanged))
    }

    private var nextWakeUp: Instant? {
        guard !negotiator.isClosed else { return nil }
        let instants = transports.values.flatMap { [$0.secure.wakeUp, $0.arrivals.wakeUp].compactMap { $0 } } + sections.values.compactMap(\.wakeUp)
            + [data?.wakeUp].compactMap { $0 }
        return instants.min()
    }

    // MARK: Data channels

    /// Makes a channel of the page's (webrtc-pc §6.1); a section for it is asked for with the next offer.
    ///
    /// Errors: `InvalidStateError` when closed, `OperationError` where the number is taken or beyond the streams there are.
    package func createDataChannel(
        _ handle: DataChannelHandle, _ parameters: DataChannelParameters, id: UInt16?, isNegotiated: Bool, at now: Instant
    ) throws(JSEPError) {
        let channels = data ?? DataTransport()
        if let id, let refusal = channels.refusal(ofID: id) { throw JSEPError(.operationError, refusal) }
        try negotiator.addData()
        data = channels
        channels.handle(.create(handle, parameters, id: id, isNegotiated: isNegotiated), at: now)
        advance(to: now)
    }

    /// Sends a message, or lets it wait; nothing happens where the channel is not open any more.
    ///
    /// Errors: `TypeError` where it is longer than the other side takes.
    package func send(_ message: DataMessage, over handle: DataChannelHandle, at now: Instant) throws(JSEPError) {
        let limit = negotiator.mediaPlan.data?.maximumMessageSize ?? DataSectionWriter.defaultMaximumMessageSize
        guard message.bytes.count <= limit else {
            throw JSEPError(.typeError, "The message has \(message.bytes.count) bytes, and the other side takes \(limit) at most.")
        }
        data?.handle(.send(handle, message), at: now)
        advance(to: now)
    }

    /// Closes a channel once what waits has been sent (webrtc-pc §6.2.4).
    package func closeDataChannel(_ handle: DataChannelHandle, at now: Instant) {
        data?.handle(.close(handle), at: now)
        advance(to: now)
    }

    /// Whether to leave the messages of the channels with the other side for now.
    package func pauseData(_ isPaused: Bool, at now: Instant) {
        data?.handle(.pauseReading(isPaused), at: now)
        advance(to: now)
    }

    /// An association lives and ends with that of DTLS below it, and with its section.
    private func endDataIfReplaced(by plan: MediaPlan, at now: Instant) {
        guard let data else { return }
        let isReplaced = dataAssociation.map { current in plan.data.flatMap { DataAssociation(of: $0, in: plan) } != current } ?? false
        guard isReplaced || (negotiator.isDataRefused && !data.channels.isEmpty) else { return }
        data.handle(.shutDown, at: now)
        drainData(at: now)
        dataAssociation = nil
        formerDataChannels.opened += data.openedCount
        formerDataChannels.closed += data.closedCount
        self.data = DataTransport(nextHandle: data.nextHandle)
    }

    private func connectDataIfPossible(at now: Instant) {
        guard !negotiator.isClosed, let plan = negotiator.mediaPlan.data, let transport = transports[plan.transport] else { return }
        let channels = data ?? DataTransport()
        data = channels
        if let role = transport.plan.dtlsRole { channels.handle(.agree(isClient: role == .client), at: now) }
        switch transport.secure.securityState {
        case .connected where dataAssociation == nil:
            guard let association = DataAssociation(of: plan, in: negotiator.mediaPlan), let role = transport.plan.dtlsRole else { return }
            dataAssociation = association
            channels.handle(
                .connect(isClient: role == .client, ports: .init(local: plan.localPort, remote: plan.remotePort)), at: now)
        case .closed, .failed:
            channels.handle(.shutDown, at: now)
        case .new, .connecting, .connected: break
        }
    }

    private func drainData(at now: Instant) {
        guard let data else { return }
        let transport = dataAssociation.flatMap { transports[$0.transport] }
        while true {
            switch data.pollOutput() {
            case .transmit(let packet): transport?.secure.send(applicationData: packet, at: now)
            case .event(let event): outputs.append(.event(.data(event)))
            case .wait:
                if let transport { drain(transport, at: now) }
                return
            }
        }
    }
}
