import CallProtocol
import Testing

@testable import Engine

@Suite struct LevelBatchTests {
    private let track = TrackHandle(rawValue: 1)
    private let connection = ConnectionHandle(rawValue: 2)
    private let transceiver = TransceiverID(rawValue: -3)

    @Test("levels go out when there are as many as were asked for, and not before")
    func fills() {
        var batch = LevelBatch()
        batch.add(tracks: [track: 0.5], receivers: [(connection, transceiver, 0.25)])
        #expect(batch.take(2) == nil)
        batch.add(tracks: [track: 1.5], receivers: [(connection, transceiver, .nan)])
        guard case .levels(let tracks, let receivers)? = batch.take(2) else {
            Issue.record("two levels are enough")
            return
        }
        #expect(tracks == [track: [5000, 10_000]])
        #expect(receivers.map(\.levels) == [[2500, 0]])
        #expect(batch.take(1) == nil, "a batch that was taken is empty")
    }

    @Test("what comes in the middle was silent before")
    func joins() {
        var batch = LevelBatch()
        batch.add(tracks: [:], receivers: [])
        batch.add(tracks: [track: 0.1], receivers: [])
        guard case .levels(let tracks, _)? = batch.take(2) else {
            Issue.record("there is a level")
            return
        }
        #expect(tracks == [track: [0, 1000]])
    }

    @Test("where nothing is measured nothing is told")
    func nothing() {
        var batch = LevelBatch()
        batch.add(tracks: [:], receivers: [])
        #expect(batch.take(1) == nil)
    }
}
