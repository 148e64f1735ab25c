import AudioDevices
import CallProtocol

/// What `status` answers: everything that a person looking at the popup wants to know.
struct EngineStatus: Codable {
    struct Document: Codable {
        struct Connection: Codable {
            var connection: ConnectionHandle
            var state: String
            var iceState: String
            var codec: String?
            var srtpProfile: String?
            var dtlsCipher: String?
            /// Both candidates of the pair in use.
            var localCandidate: String?
            var remoteCandidate: String?
            var quality: CallQuality?
        }

        var document: DocumentNumber
        var origin: String
        var microphoneOpen: Bool
        var microphone: String?
        var connections: [Connection]
    }

    var version: String
    var devices: [DeviceDescription]
    var documents: [Document]
    var tick: TickStatus
}

/// How well the audio thread keeps its time.
struct TickStatus: Codable {
    var count: Int
    /// Begun more than half a period late.
    var late: Int
    var skipped: Int
    /// The longest that a tick began after its time, in milliseconds.
    var worstLatenessMs: Double
    /// The longest that the work of a tick took, in milliseconds.
    var worstWorkMs: Double
    var meanWorkMs: Double
    var isRealTime: Bool

    init(_ statistics: TickStatistics) {
        count = statistics.ticks
        late = statistics.lateTicks
        skipped = statistics.skippedTicks
        worstLatenessMs = Double(statistics.worstLateness) / 1e6
        worstWorkMs = Double(statistics.worstWork) / 1e6
        meanWorkMs = statistics.ticks == 0 ? 0 : Double(statistics.totalWork) / Double(statistics.ticks) / 1e6
        isRealTime = statistics.scheduling == .realTime
    }
}
