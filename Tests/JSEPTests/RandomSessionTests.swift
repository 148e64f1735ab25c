import JSEP
import Primitives
import SDP
import Testing

/// Two negotiators doing what comes to mind, over a signalling channel that keeps order and loses nothing.
///
/// One of them is polite (webrtc-pc's perfect negotiation): when offers cross, it takes the other's.
private struct RandomSession {
    var ends: [Negotiator]
    /// What is under way to each end.
    var inbox: [[DescriptionText]] = [[], []]
    /// Each end's offer that was refused for being impolite's turn.
    var random: RandomSource
    var nextHandle: [TransceiverHandle] = [100, 100]
    var log: [String] = []

    init(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let policies: [NegotiatorConfiguration.BundlePolicy] = [.balanced, .maxCompat, .maxBundle]
        ends = try [seed &* 2 &+ 1, seed &* 2 &+ 2].map { seed in
            try makeCaller(seed, bundlePolicy: policies[Int(random.next() % 3)])
        }
        self.random = random
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(random.next() % UInt64(elements.count))] }

    mutating func step() throws {
        let end = Int(random.next() & 1)
        switch random.next() % 12 {
        case 0...4: try deliver(to: end)
        case 5, 6: try offer(from: end)
        default: try act(at: end)
        }
    }

    /// A page's whim.
    mutating func act(at end: Int) throws {
        let handles = ends[end].transceivers.filter { !$0.isStopped }.map(\.handle)
        switch random.next() % 9 {
        case 0 where handles.count < 4:
            let kind = pick([MediaKind.audio, .audio, .video])
            nextHandle[end] = TransceiverHandle(rawValue: nextHandle[end].rawValue + 1)
            try ends[end].addTransceiver(
                nextHandle[end], kind: kind, direction: pick(MediaDirection.allCases),
                sender: SenderSource(trackID: "t\(nextHandle[end].rawValue)", streams: pick([[], ["a"], ["a", "b"]])),
                byAddTrack: random.next() & 1 == 0)
        case 1 where !handles.isEmpty: try ends[end].stop(pick(handles))
        case 2, 3:
            if let handle = handles.first { try ends[end].setDirection(pick(MediaDirection.allCases), of: handle) }
        case 4:
            if let handle = handles.last { try ends[end].setStreams(pick([[], ["x"], ["y", "x"]]), of: handle) }
        case 5: ends[end].restartICE()
        case 6:
            for transport in ends[end].mediaPlan.transports {
                let port = 1024 + random.next() % 60000
                _ = ends[end].addLocalCandidate(
                    "candidate:1 1 udp 2122194687 192.0.2.\(end + 1) \(port) typ host", transport: transport.id,
                    usernameFragment: transport.localICE.usernameFragment)
            }
        case 7:
            // A rollback of one's own offer: it must not be answered any more, so only where it has not been seen; and only by the
            // polite one, since the other may have ignored an offer for its sake.
            if end == 0, ends[end].signalingState == .haveLocalOffer, inbox[1 - end].last?.type == .offer {
                inbox[1 - end].removeLast()
                _ = try ends[end].setLocal(.rollback)
                log.append("\(end) rolls back")
            }
        default:
            let remote = ends[end].pendingRemoteDescription ?? ends[end].currentRemoteDescription
            if remote?.sdp.contains("m=") == true {
                try ends[end].addRemoteCandidate(
                    RemoteCandidate(candidate: "candidate:2 1 udp 1 192.0.2.9 \(1024 + random.next() % 60000) typ host", sdpMLineIndex: 0))
            }
        }
    }

    mutating func offer(from end: Int) throws {
        guard ends[end].signalingState == .stable, inbox[end].isEmpty || random.next() & 1 == 0 else { return }
        let offer = try ends[end].createOffer(iceRestart: random.next() % 8 == 0)
        _ = try ends[end].setLocal(.offer, sdp: offer.sdp)
        inbox[1 - end].append(offer)
        log.append("\(end) offers")
    }

    mutating func deliver(to end: Int) throws {
        guard !inbox[end].isEmpty else { return }
        let description = inbox[end].removeFirst()
        guard description.type == .offer else {
            log.append("\(end) takes \(description.type)")
            // Answers to what was rolled back never come: the other end saw the offer, or it was taken out of its inbox.
            _ = try ends[end].setRemote(description.type, sdp: description.sdp)
            return
        }
        let collides = ends[end].signalingState != .stable
        let isPolite = end == 0
        if collides && !isPolite {
            log.append("\(end) ignores an offer")
            return
        }
        log.append("\(end) takes an offer\(collides ? " over its own" : "")")
        _ = try ends[end].setRemote(.offer, sdp: description.sdp)
        if collides { inbox[1 - end].removeAll { $0.type == .offer } }
        let answer = try ends[end].createAnswer()
        if random.next() % 4 == 0 {
            _ = try ends[end].setLocal(.pranswer, sdp: answer.sdp)
            inbox[1 - end].append(DescriptionText(type: .pranswer, sdp: answer.sdp))
        }
        _ = try ends[end].setLocal(.answer, sdp: answer.sdp)
        inbox[1 - end].append(DescriptionText(type: .answer, sdp: answer.sdp))
    }

    /// Lets everything under way arrive, then negotiates once more if anybody wants to.
    mutating func settle() throws {
        for _ in 0..<40 {
            if inbox.allSatisfy(\.isEmpty) {
                if let end = [0, 1].first(where: { ends[$0].signalingState == .stable && ends[$0].isNegotiationNeeded }) {
                    try offer(from: end)
                } else {
                    return
                }
            }
            try deliver(to: 1)
            try deliver(to: 0)
        }
    }
}

@Suite struct RandomSessionTests {
    @Test func `whatever two pages do, they never wedge and both ends agree`() throws {
        var agreed = 0
        for seed in UInt64(1)...200 {
            var session = try RandomSession(seed: seed)
            do {
                for _ in 0..<60 { try session.step() }
                try session.settle()
            } catch {
                Issue.record("seed \(seed): \(error); \(session.log.suffix(8))")
                continue
            }
            let (left, right) = (session.ends[0], session.ends[1])
            #expect(left.signalingState == .stable && right.signalingState == .stable, "seed \(seed): \(session.log.suffix(8))")
            #expect(!left.isNegotiationNeeded && !right.isNegotiationNeeded, "seed \(seed)")
            expectAgreement(left, right, seed)
            agreed += left.mediaPlan.sections.count
        }
        #expect(agreed > 100)
    }

    private func expectAgreement(_ left: Negotiator, _ right: Negotiator, _ seed: UInt64) {
        let (a, b) = (left.mediaPlan, right.mediaPlan)
        #expect(a.sections.map(\.mid) == b.sections.map(\.mid), "seed \(seed)")
        #expect(a.sections.map(\.direction) == b.sections.map { $0.direction.reversed }, "seed \(seed)")
        #expect(a.transports.map(\.mids) == b.transports.map(\.mids), "seed \(seed)")
        for (one, other) in zip(a.transports, b.transports) {
            #expect(one.localICE == other.remoteICE && one.remoteICE == other.localICE, "seed \(seed)")
            #expect(one.isControlling != other.isControlling, "seed \(seed)")
            #expect(one.dtlsRole != nil && one.dtlsRole != other.dtlsRole, "seed \(seed)")
            #expect(one.dtlsGeneration == 0 && other.dtlsGeneration == 0, "seed \(seed)")
        }
        for (one, other) in zip(a.sections, b.sections) {
            #expect(one.sendCodecs == other.receiveCodecs.filter { one.sendCodecs.contains($0) }, "seed \(seed)")
            #expect(one.sendExtensions == other.receiveExtensions, "seed \(seed)")
            #expect(left.transceiver(one.transceiver)?.currentDirection == one.direction, "seed \(seed)")
            if one.direction.receives {
                #expect(left.transceiver(one.transceiver)?.firedDirection?.receives == true, "seed \(seed)")
            }
        }
    }
}
