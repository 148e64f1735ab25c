import SDP

/// What a rollback brings back (RFC 9429 §4.1.10.2): which section each transceiver had, what the remote side had put its track
/// into, and the
/// transports. Not what the page has asked for since, such as directions and tracks.
struct Savepoint: Sendable {
    struct Association: Sendable {
        var mid: String?
        var sectionIndex: Int?
        var remoteStreams: [String]
        var firedDirection: MediaDirection?
        var phase: Transceiver.Phase
    }

    private(set) var associations: [TransceiverHandle: Association] = [:]
    let dataMid: String?
    let transports: TransportTable
    let weOfferedFirst: Bool?

    init(transceivers: [Transceiver], dataMid: String?, transports: TransportTable, weOfferedFirst: Bool?) {
        self.dataMid = dataMid
        for transceiver in transceivers {
            associations[transceiver.handle] = Association(
                mid: transceiver.mid, sectionIndex: transceiver.sectionIndex, remoteStreams: transceiver.remoteStreams,
                firedDirection: transceiver.firedDirection, phase: transceiver.phase)
        }
        self.transports = transports
        self.weOfferedFirst = weOfferedFirst
    }
}
