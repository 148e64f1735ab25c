import Testing

@testable import AudioProcessing

@Suite struct EchoPresenceTests {
    @Test("Five seconds in which nothing is explained are a headset; after ten more it is tried again, for two")
    func absence() {
        var presence = EchoPresence()
        for _ in 0..<499 { presence.insert(heard: 1, error: 0.9) }
        #expect(presence.state == .possible)
        presence.insert(heard: 1, error: 0.9)
        #expect(presence.state == .absent)
        for _ in 0..<1000 { presence.insert(heard: 1, error: 1) }
        #expect(presence.state == .tried)
        for _ in 0..<200 { presence.insert(heard: 1, error: 1.1) }
        #expect(presence.state == .absent)
    }

    @Test("What is explained in five frames is an echo, and stays one", arguments: [0, 700, 1_600])
    func explained(before: Int) {
        var presence = EchoPresence()
        for _ in 0..<before { presence.insert(heard: 1, error: 1) }
        for _ in 0..<5 { presence.insert(heard: 1, error: 0.3) }
        #expect(presence.state == .present)
        for _ in 0..<5_000 { presence.insert(heard: 1, error: 1) }
        #expect(presence.state == .present)
    }

    @Test("Silence of which half is explained proves nothing")
    func silence() {
        var presence = EchoPresence()
        for _ in 0..<500 { presence.insert(heard: 1e-6, error: 0) }
        #expect(presence.state == .absent)
    }
}
