import JSEP
import SDP
import SDPFixtures
import Testing

/// Feedback on the packets of a transport (draft-holmer-rmcat-transport-wide-cc-extensions-01).
@Suite struct TransportFeedbackTests {
    private func answer(to offer: String) throws -> (sdp: String, plan: SectionPlan) {
        var callee = try makeCaller(2)
        _ = try callee.setRemote(.offer, sdp: offer)
        let answer = try callee.createAnswer().sdp
        _ = try callee.setLocal(.answer, sdp: answer)
        return (answer, try #require(callee.mediaPlan.sections.first))
    }

    @Test("what Chromium offers is agreed on, under its number, in both directions")
    func agreed() throws {
        let (sdp, plan) = try answer(to: Fixtures.chromiumOffer)
        #expect(lines(sdp, "a=rtcp-fb") == ["a=rtcp-fb:111 transport-cc"])
        #expect(plan.sendExtensions.transportNumber == 3 && plan.receiveExtensions.transportNumber == 3)
    }

    @Test("feedback on all formats is feedback on Opus")
    func wildcard() throws {
        let (sdp, plan) = try answer(to: Fixtures.chromiumOffer.replacing("a=rtcp-fb:111 transport-cc", with: "a=rtcp-fb:* transport-cc"))
        #expect(lines(sdp, "a=rtcp-fb") == ["a=rtcp-fb:111 transport-cc"])
        #expect(plan.sendExtensions.transportNumber == 3)
    }

    @Test("packets are not numbered for those who give no feedback, and none is promised to those who do not ask")
    func withoutFeedback() throws {
        let (sdp, plan) = try answer(to: Fixtures.chromiumOffer.replacing("a=rtcp-fb:111 transport-cc\r\n", with: ""))
        #expect(lines(sdp, "a=rtcp-fb").isEmpty)
        #expect(plan.sendExtensions.transportNumber == nil && plan.receiveExtensions.transportNumber == nil)
    }

    @Test("nor for those who know no numbers")
    func withoutNumbers() throws {
        let extensionLine = "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
        let (_, plan) = try answer(to: Fixtures.chromiumOffer.replacing(extensionLine, with: ""))
        #expect(plan.sendExtensions.transportNumber == nil)
    }

    @Test("an offer asks for it again, whatever the last answer left of it")
    func offeredAgain() throws {
        var caller = try makeCaller()
        _ = try caller.setLocal()
        var callee = try makeCaller(2)
        let offer = try #require(caller.pendingLocalDescription).sdp
        _ = try callee.setRemote(.offer, sdp: offer.replacing("a=rtcp-fb:111 transport-cc\r\n", with: ""))
        _ = try callee.setLocal(.answer, sdp: callee.createAnswer().sdp)
        _ = try caller.setRemote(.answer, sdp: try #require(callee.currentLocalDescription).sdp)
        #expect(caller.mediaPlan.sections.first?.sendExtensions.transportNumber == nil)
        #expect(lines(try caller.createOffer().sdp, "a=rtcp-fb") == ["a=rtcp-fb:111 transport-cc"])
    }
}
