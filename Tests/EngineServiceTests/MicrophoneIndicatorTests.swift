import Testing

@testable import EngineService

@Suite struct MicrophoneIndicatorTests {
    @Test("who uses the microphone is named, and markup in a name is text")
    func inUse() {
        let words = MicrophoneIndicator.arguments(["https://phone.example in anna@<pool>"], replacing: nil)
        #expect(words.last == "https://phone.example in anna@&lt;pool&gt;")
        #expect(words.contains("--urgency=critical") && !words.contains { $0.hasPrefix("--replace-id") })
    }

    @Test("the notification that stayed is replaced by one that goes")
    func closed() {
        let words = MicrophoneIndicator.arguments([], replacing: "12")
        #expect(words.contains("--replace-id=12") && words.contains("--expire-time=2000"))
    }
}
