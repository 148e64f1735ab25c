/// Whose a section of an offer is.
enum SectionOwner: Sendable, Hashable {
    case transceiver(TransceiverHandle)
    case data

    var transceiver: TransceiverHandle? {
        switch self {
        case .transceiver(let handle): handle
        case .data: nil
        }
    }
}
