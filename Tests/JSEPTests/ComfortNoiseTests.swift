import JSEP
import SDP
import SDPFixtures
import Testing

/// Comfort noise (RFC 3389) beside G.711.
@Suite struct ComfortNoiseTests {
    private func plan(_ change: (String) -> String) throws -> SectionPlan {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: change(Fixtures.chromiumOffer))
        _ = try callee.setLocal(.answer, sdp: callee.createAnswer().sdp)
        return try #require(callee.mediaPlan.sections.first)
    }

    @Test("what the other side offers is agreed on, with or without a map, and is no codec that could be sent alone")
    func agreed() throws {
        for change: (String) -> String in [{ $0 }, { $0.replacing("a=rtpmap:13 CN/8000\r\n", with: "") }] {
            let plan = try plan(change)
            #expect(plan.sendComfortNoise == 13 && plan.receiveComfortNoise == 13)
            #expect(!plan.sendCodecs.contains { $0.name == "CN" } && !plan.receiveCodecs.contains { $0.name == "CN" })
        }
    }

    @Test("that of another clock is passed over, and without an offer of it there is none")
    func others() throws {
        #expect(try plan { $0.replacing("a=rtpmap:13 CN/8000", with: "a=rtpmap:13 CN/16000") }.sendComfortNoise == nil)
        #expect(try plan { $0.replacing(" 8 13 110", with: " 8 110") }.sendComfortNoise == nil)
    }

    @Test("a page that wants no voice activity detection offers none and takes none")
    func unwanted() throws {
        var caller = try makeCaller()
        #expect(try SDPParser.parse(caller.createOffer(voiceActivityDetection: false).sdp).media[0].formats == ["111", "63", "0", "8", "110", "126"])
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: Fixtures.chromiumOffer)
        _ = try callee.setLocal(.answer, sdp: callee.createAnswer(voiceActivityDetection: false).sdp)
        #expect(try #require(callee.mediaPlan.sections.first).sendComfortNoise == nil)
    }
}
