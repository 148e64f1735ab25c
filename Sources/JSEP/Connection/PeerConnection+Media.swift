import Primitives
import RTP

extension PeerConnection {
    /// Without feedback for so long, ordinary reports are believed again.
    private static let feedbackLifetime = Duration.seconds(5)

    /// Sends a frame of encoded audio as one RTP packet; `false` where there is no way yet, or the section does not send.
    package func send(_ frame: OutgoingFrame, of handle: TransceiverHandle, at now: Instant) -> Bool {
        guard let section = sections[handle], let transport = transports[section.plan.transport] else { return false }
        let isSent = section.send(frame, over: transport, at: now)
        drain(transport, at: now)
        return isSent
    }

    func receive(rtp bytes: [UInt8], over id: TransportID, at now: Instant) {
        guard let packet = RTPPacket(parsing: bytes), let handle = router.route(packet, over: id), let section = sections[handle] else { return }
        if let element = section.plan.receiveExtensions.transportNumber.flatMap(packet.headerExtension),
            let number = TransportNumber(parsing: element)
        {
            transports[id]?.arrivals.insert(number, at: now)
        }
        guard section.receive(packet, at: now) else { return }
        outputs.append(.event(.packet(handle, packet)))
    }

    /// Feedback on the transport says which packets were lost, reports say how many: where there is the one, the other is not needed.
    func receive(rtcp bytes: [UInt8], over id: TransportID, at now: Instant) {
        guard let transport = transports[id] else { return }
        let packets = RTCPCompound.parse(bytes)
        var isSettled = false
        for case .transportFeedback(let packet) in packets {
            guard let feedback = TransportFeedback(parsing: packet) else { continue }
            transport.lastFeedback = now
            if transport.departures.handle(feedback) { isSettled = true }
        }
        let hasFeedback = transport.lastFeedback.map { now - $0 < Self.feedbackLifetime } ?? false
        for (handle, section) in sections where section.plan.transport == id {
            let isReported = section.receive(packets, at: now)
            if hasFeedback ? isSettled : isReported {
                outputs.append(.event(.lossReported(handle, hasFeedback ? transport.departures.losses : section.losses)))
            }
        }
    }

    /// Tells the other side what came, where its time has come. Any section of the transport speaks for all.
    func sendFeedback(at now: Instant) {
        for transport in transports.values {
            guard let feedback = transport.arrivals.poll(at: now) else { continue }
            sections.values
                .filter { $0.plan.transport == transport.id && $0.plan.receiveExtensions.transportNumber != nil }
                .min { $0.plan.sectionIndex < $1.plan.sectionIndex }?
                .send(feedback, over: transport, at: now)
        }
    }
}
