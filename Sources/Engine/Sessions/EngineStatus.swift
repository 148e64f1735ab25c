import AudioDevices
import CallProtocol

/// What `status` answers: everything that a person looking at the popup wants to know.
package struct EngineStatus: Codable, Sendable {
    package struct Document: Codable, Sendable {
        package struct Connection: Codable, Sendable {
            package var connection: ConnectionHandle
            package var state: String
            package var iceState: String
            package var codec: String?
            package var srtpProfile: String?
            package var dtlsCipher: String?
            /// Both candidates of the pair in use.
            package var localCandidate: String?
            package var remoteCandidate: String?
            var quality: CallQuality?
        }

        package var document: DocumentNumber
        package var origin: String
        package var microphoneOpen: Bool
        package var microphone: String?
        package var connections: [Connection]
    }

    package var version: String
    package var devices: [DeviceDescription]
    package var documents: [Document]
    package var tick: TickStatus
    /// Absent where browser and engine share a machine.
    package var channel: ChannelTraffic?
}

/// How well the audio thread keeps its time.
package struct TickStatus: Codable, Sendable {
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
