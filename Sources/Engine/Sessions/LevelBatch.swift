import CallProtocol

/// Levels that go out together: a message costs the browser far more than the numbers in it.
struct LevelBatch {
    private struct Receiver: Hashable {
        let connection: ConnectionHandle
        let transceiver: TransceiverID
    }

    private var tracks: [TrackHandle: [Int]] = [:]
    private var receivers: [Receiver: [Int]] = [:]
    private var count = 0

    /// Adds what was measured at one time. What was not there before was silent.
    mutating func add(tracks measured: [TrackHandle: Float], receivers heard: [(ConnectionHandle, TransceiverID, Float)]) {
        for (handle, level) in measured { Self.append(level, to: &tracks[handle, default: []], after: count) }
        for (connection, transceiver, level) in heard {
            Self.append(level, to: &receivers[Receiver(connection: connection, transceiver: transceiver), default: []], after: count)
        }
        count += 1
    }

    /// The event, once there are enough; begins anew then. Nothing where nothing was measured.
    mutating func take(_ wanted: Int) -> Event? {
        guard count >= wanted else { return nil }
        defer { self = LevelBatch() }
        guard !tracks.isEmpty || !receivers.isEmpty else { return nil }
        return .levels(
            tracks: tracks,
            receivers: receivers.map { .init(connection: $0.connection, transceiver: $0.transceiver, levels: $1) }
                .sorted { ($0.connection, $0.transceiver.rawValue) < ($1.connection, $1.transceiver.rawValue) })
    }

    private static func append(_ level: Float, to levels: inout [Int], after count: Int) {
        while levels.count < count { levels.append(0) }
        levels.append(Int((min(1, max(0, level)) * 10_000).rounded()))
    }
}
