/// Which association of DTLS the data channels live on: another one means that they end (RFC 8841 §9.3).
struct DataAssociation: Sendable, Hashable {
    var transport: TransportID
    var dtlsGeneration: Int

    /// `nil` where the plan has no such transport.
    init?(of data: DataPlan, in plan: MediaPlan) {
        guard let found = plan.transport(data.transport) else { return nil }
        transport = found.id
        dtlsGeneration = found.dtlsGeneration
    }
}
