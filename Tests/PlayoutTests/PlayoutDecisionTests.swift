import Testing

@testable import Playout

@Suite struct PlayoutDecisionTests {
    private func situation(
        gap: Int64 = 0, missing: Int64 = 0, madeUp: Int = 0, redundant: Int = 0, quiet: Bool = false, pausing: Bool = false, told: Bool = true,
        beginning: Bool = false, delay: Double = 30, target: Double = 30, waiting: Int = 2
    ) -> PlayoutDecision.Situation {
        PlayoutDecision.Situation(
            gap: gap, missing: missing, madeUp: madeUp, redundantCount: redundant, isQuiet: quiet, isPausing: pausing, mayBeTold: told,
            isBeginning: beginning, delay: delay, target: target, waiting: waiting)
    }

    @Test("The packet that is due is played, whatever its delay", arguments: [-500.0, 0, 20, 500])
    func due(delay: Double) { #expect(PlayoutDecision.step(situation(delay: delay)) == .decode) }

    @Test("A stream begins when its first packet has waited as long as is wanted, or when too many wait")
    func beginning() {
        #expect(PlayoutDecision.step(situation(beginning: true, delay: 0)) == .pause)
        #expect(PlayoutDecision.step(situation(beginning: true, delay: 24.9)) == .pause)
        #expect(PlayoutDecision.step(situation(beginning: true, delay: 25)) == .decode)
        #expect(PlayoutDecision.step(situation(beginning: true, delay: 0, waiting: 51)) == .decode)
    }

    @Test("After a pause the next words wait for their moment as the first ones do")
    func pausing() {
        #expect(PlayoutDecision.step(situation(gap: 48_000, missing: 0, pausing: true, delay: 10)) == .pause)
        #expect(PlayoutDecision.step(situation(gap: 48_000, missing: 3, pausing: true, delay: 10)) == .pause)
        #expect(PlayoutDecision.step(situation(gap: 48_000, missing: 3, pausing: true, delay: 30)) == .decode)
        #expect(PlayoutDecision.step(situation(gap: 240, missing: 0, delay: 0)) == .decode, "an unevenness of the sender's counting is no pause")
    }

    @Test("What the next packet tells of a lost one is played, what it does not tell is made up in pieces that leave room for it")
    func loss() {
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, redundant: 960)) == .recover(960))
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1)) == .conceal(960))
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, quiet: true)) == .conceal(960))
        #expect(PlayoutDecision.step(situation(gap: 1_920, missing: 2, redundant: 960)) == .conceal(960))
        #expect(PlayoutDecision.step(situation(gap: 1_920, missing: 2, madeUp: 960, redundant: 960)) == .recover(960))
        #expect(PlayoutDecision.step(situation(gap: 5_760, missing: 6)) == .conceal(960))
    }

    @Test("Where packets never tell of others an eighth of a gap is left out, and where the voice is quiet half of it, up to 10 ms")
    func leftOut() {
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, told: false)) == .conceal(840))
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, quiet: true, told: false)) == .conceal(480))
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, madeUp: 480, quiet: true, told: false)) == .decode)
        #expect(PlayoutDecision.step(situation(gap: 1_920, missing: 2, madeUp: 480, quiet: true, told: false)) == .conceal(960))
    }

    @Test("What was made up while a packet was awaited that then proves lost stands for it, and the rest only is recovered")
    func alreadyMadeUp() {
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, madeUp: 480, redundant: 960)) == .recover(480))
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, madeUp: 960, redundant: 960)) == .decode)
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, madeUp: 1_440, redundant: 960)) == .decode)
        // Later would be better anyway: then all of it is.
        #expect(PlayoutDecision.step(situation(gap: 960, missing: 1, madeUp: 480, redundant: 960, delay: 0)) == .recover(960))
    }

    @Test("Of a gap as long as nobody fills the rest is left out")
    func skipping() {
        #expect(PlayoutDecision.step(situation(gap: 9_601, missing: 10)) == .skip)
        #expect(PlayoutDecision.step(situation(gap: 9_601, missing: 10, madeUp: 480)) == .conceal(960))
        #expect(PlayoutDecision.step(situation(gap: 9_840, missing: 10, told: false)) == .conceal(960))
    }

    private func adjustment(
        delay: Double, target: Double = 30, decoded: Int = 480, waiting: Double? = nil, patience: Double = 0, sinceLate: Double = 10_000
    ) -> PlayoutDecision.Adjustment {
        PlayoutDecision.adjustment(
            delay: delay, target: target, decoded: decoded, waiting: waiting ?? delay, patience: patience, sinceLate: sinceLate)
    }

    @Test("Nothing is changed near the target; below it the voice is made longer, the more boldly the further it is off")
    func lengthening() {
        #expect(adjustment(delay: 30) == .none)
        #expect(adjustment(delay: 27) == .none)
        #expect(adjustment(delay: 24) == .lengthen(likeness: 0.95))
        #expect(adjustment(delay: 24, patience: 300) == .lengthen(likeness: 0.85))
        #expect(adjustment(delay: -20) == .lengthen(likeness: 0.7))
        #expect(adjustment(delay: 95, target: 100) == .none, "a twentieth of a long wait is near")
    }

    @Test("Too much is worked off in quiet moments first, in the voice when it lasts, and at any price when it is far too much")
    func shortening() {
        #expect(adjustment(delay: 60) == .shorten(likeness: 2, most: 1_440))
        #expect(adjustment(delay: 60, patience: 2_000) == .shorten(likeness: 0.95, most: 1_440))
        #expect(adjustment(delay: 60, patience: 5_000) == .shorten(likeness: 0.85, most: 1_440))
        #expect(adjustment(delay: 120) == .shorten(likeness: 0.85, most: 4_320))
        #expect(adjustment(delay: 300) == .shorten(likeness: 0.5, most: 12_960))
    }

    @Test("What waits bounds what can be too much, and what was just late may be so again")
    func patience() {
        #expect(adjustment(delay: 300, waiting: 20) == .none)
        #expect(adjustment(delay: 50, sinceLate: 1_000) == .none)
        #expect(adjustment(delay: 90, sinceLate: 0) == .shorten(likeness: 2, most: 2_880))
    }
}
