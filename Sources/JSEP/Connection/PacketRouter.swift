import RTP
import SDP

/// Finds the section that a packet belongs to, where several share a transport (RFC 9143 §9.2).
struct PacketRouter {
    /// Sources remembered; a peer that invents more is routed by payload type.
    private static let sourceLimit = 64

    private struct Source: Hashable {
        var transport: TransportID
        var ssrc: SSRC
    }

    private var sections: [SectionPlan] = []
    private var owners: [Source: TransceiverHandle] = [:]

    /// Takes a new plan. Sources that the descriptions announce are known before their first packet.
    mutating func setSections(_ plans: [SectionPlan]) {
        sections = plans
        owners = owners.filter { source, handle in plans.contains { $0.transceiver == handle && $0.transport == source.transport } }
        for plan in plans {
            for remote in plan.remoteSources where owners.count < Self.sourceLimit {
                owners[Source(transport: plan.transport, ssrc: SSRC(remote.ssrc))] = plan.transceiver
            }
        }
    }

    /// By its identification, which also teaches whose source it is; else by its source; else by its payload type, where that names one
    /// section only.
    mutating func route(_ packet: RTPPacket, over transport: TransportID) -> TransceiverHandle? {
        let source = Source(transport: transport, ssrc: packet.ssrc)
        if let handle = sectionByIdentification(of: packet, over: transport) {
            learn(source, handle)
            return handle
        }
        if let handle = owners[source] { return handle }
        let type = packet.payloadType.rawValue
        let takers = sections.filter { plan in
            plan.transport == transport
                && (plan.receiveCodecs.contains { $0.payloadType == type } || plan.receiveTelephoneEvents.values.contains(type)
                    || plan.receiveComfortNoise == type)
        }
        guard takers.count == 1, let only = takers.first else { return nil }
        learn(source, only.transceiver)
        return only.transceiver
    }

    private func sectionByIdentification(of packet: RTPPacket, over transport: TransportID) -> TransceiverHandle? {
        for plan in sections where plan.transport == transport {
            if let id = plan.receiveExtensions.mid, let element = packet.headerExtension(id), element.bytes == Array(plan.mid.utf8) {
                return plan.transceiver
            }
        }
        return nil
    }

    private mutating func learn(_ source: Source, _ handle: TransceiverHandle) {
        if owners.count < Self.sourceLimit || owners[source] != nil { owners[source] = handle }
    }
}
