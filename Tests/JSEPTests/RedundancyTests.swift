import JSEP
import SDP
import SDPFixtures
import Testing

/// RED (RFC 2198) beside Opus.
@Suite struct RedundancyTests {
    private func plan(_ change: (String) -> String) throws -> SectionPlan {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: change(Fixtures.chromiumOffer))
        _ = try callee.setLocal(.answer, sdp: callee.createAnswer().sdp)
        return try #require(callee.mediaPlan.sections.first)
    }

    @Test("what the other side offers is agreed on, with its number")
    func agreed() throws {
        let plan = try plan { $0 }
        #expect(plan.sendRedundancy == 63 && plan.receiveRedundancy == 63)
        #expect(!plan.prefersRedundancy)
        #expect(plan.sendCodecs.first?.name == "opus")
    }

    @Test("where it is listed first it is wanted always, and the codec is Opus all the same")
    func preferred() throws {
        let plan = try plan { $0.replacing("SAVPF 111 63 ", with: "SAVPF 63 111 ") }
        #expect(plan.prefersRedundancy)
        #expect(plan.sendCodecs.first?.name == "opus")
    }

    @Test("what repeats another codec, or does not say which, is passed over", arguments: ["a=fmtp:63 0/0\r\n", ""])
    func others(line: String) throws {
        #expect(try plan { $0.replacing("a=fmtp:63 111/111\r\n", with: line) }.sendRedundancy == nil)
    }

    @Test("without Opus there is none, and alone it cannot be preferred")
    func preferences() throws {
        var negotiator = try makeCaller()
        let handle = try #require(negotiator.transceivers.first?.handle)
        let red = CodecPreference(mimeType: "audio/red", clockRate: 48_000, channels: 2)
        try negotiator.setCodecPreferences([red, CodecPreference(mimeType: "audio/PCMU", clockRate: 8_000)], of: handle)
        #expect(try SDPParser.parse(negotiator.createOffer().sdp).media[0].formats == ["0"])
        #expect(throws: JSEPError.self) { try negotiator.setCodecPreferences([red], of: handle) }
    }
}
