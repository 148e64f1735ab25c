import SDP

/// What the descriptions in force ask for: which transports to have, and what to send and receive over each.
///
/// The whole truth each time. Whoever carries it out compares it with what it is doing: a transport it does not know is made, one
/// whose
/// generation has risen restarts, one that is no longer named is closed; and likewise for sections.
package struct MediaPlan: Sendable, Hashable {
    /// In the order of the sections. There is one as soon as a local description says so.
    package var transports: [TransportPlan] = []
    /// Audio sections both sides have agreed on, in order.
    package var sections: [SectionPlan] = []
    /// The data channels, where both sides have agreed on a section for them.
    package var data: DataPlan?

    package init() {}

    package func transport(_ id: TransportID) -> TransportPlan? { transports.first { $0.id == id } }
    package func section(of transceiver: TransceiverHandle) -> SectionPlan? { sections.first { $0.transceiver == transceiver } }
}
