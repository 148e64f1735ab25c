/// The names a transceiver gets when it is made.
struct TransceiverIdentifiers: Sendable {
    var senderID: String
    var receiverTrackID: String
    var defaultStreamID: String
    var ssrc: UInt32
}
