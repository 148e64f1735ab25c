import Primitives
import Testing

@testable import AudioDevices

@Suite struct DeviceRecoveryTests {
    private let start = Instant.zero + .seconds(100)

    @Test("an overrun is answered by starting the device where it is, however often it happens")
    func overruns() {
        var recovery = DeviceRecovery(isDefault: false)
        for index in 0..<100 {
            #expect(recovery.fail(.stopped, at: start + .milliseconds(100 * index)) == .restart)
            recovery.succeed(at: start + .milliseconds(100 * index))
        }
    }

    @Test("a device chosen by name is opened anew once, and then given up")
    func named() {
        var recovery = DeviceRecovery(isDefault: false)
        #expect(recovery.fail(.lost(reason: "unplugged"), at: start) == .reopen)
        #expect(recovery.failToReopen(at: start) == .giveUp)
    }

    @Test("the default device is tried every half second for five seconds")
    func byDefault() {
        var recovery = DeviceRecovery(isDefault: true)
        #expect(recovery.fail(.lost(reason: "the server died"), at: start) == .reopen)
        var now = start
        var attempts = 0
        while case .wait(let next) = recovery.failToReopen(at: now) {
            #expect(next - now == .milliseconds(500))
            now = next
            attempts += 1
        }
        #expect(attempts == 10)
        #expect(now - start == .seconds(5))
    }

    @Test("a device that opens and fails at once, again and again, is given up; trouble an hour later is new trouble")
    func relapse() {
        var recovery = DeviceRecovery(isDefault: true)
        var now = start
        var reopenings = 0
        while recovery.fail(.lost(reason: "no"), at: now) == .reopen {
            recovery.succeed(at: now)
            now += .milliseconds(100)
            reopenings += 1
        }
        #expect((50...52).contains(reopenings))
        var later = DeviceRecovery(isDefault: true)
        #expect(later.fail(.lost(reason: "no"), at: start) == .reopen)
        later.succeed(at: start)
        #expect(later.fail(.lost(reason: "no"), at: start + .seconds(3600)) == .reopen)
    }

    @Test("a device that cannot be started where it is is opened anew")
    func restart() {
        var recovery = DeviceRecovery(isDefault: false)
        #expect(recovery.fail(.stopped, at: start) == .restart)
        #expect(recovery.failToRestart(at: start) == .reopen)
    }
}

@Suite struct TickScheduleTests {
    private let start = Instant.zero + .seconds(1)

    @Test("ticks are due every ten milliseconds, however long each one takes")
    func steady() {
        var schedule = TickSchedule(start: start, statistics: TickStatistics())
        for index in 0..<10 {
            #expect(schedule.due == start + .milliseconds(10 * index))
            schedule.begin(at: schedule.due + .milliseconds(1))
            schedule.end(at: schedule.due + .milliseconds(4))
        }
        #expect(schedule.statistics.ticks == 10)
        #expect(schedule.statistics.lateTicks == 0)
        #expect(schedule.statistics.worstLateness == 1_000_000)
        #expect(schedule.statistics.worstWork == 3_000_000)
    }

    @Test("after 60 ms of standstill the missed ticks are made up for, after two seconds they are given up and counted")
    func standstill() {
        var schedule = TickSchedule(start: start, statistics: TickStatistics())
        schedule.begin(at: start + .milliseconds(60))
        schedule.end(at: start + .milliseconds(60))
        #expect(schedule.due == start + .milliseconds(10))
        #expect(schedule.statistics.lateTicks == 1)
        #expect(schedule.statistics.skippedTicks == 0)
        schedule.begin(at: start + .milliseconds(2010))
        schedule.end(at: start + .milliseconds(2011))
        #expect(schedule.statistics.skippedTicks == 200)
        #expect(schedule.due == start + .milliseconds(2020))
    }
}

@Suite struct EchoPairingTests {
    private func output(_ id: String, _ group: String) -> AudioDevice { AudioDevice(id: id, kind: .output, label: id, groupID: group) }

    @Test("a microphone hears its own card's loudspeaker, else the default one, else the one opened last")
    func pairing() {
        let headset = AudioDevice(id: "mic", kind: .input, label: "mic", groupID: "card:Headset")
        #expect(EchoPairing.output(for: headset, among: []) == nil)
        #expect(EchoPairing.output(for: headset, among: [output("a", "x"), output("b", "y")]) == 1)
        #expect(EchoPairing.output(for: headset, among: [output("default", "x"), output("b", "y")]) == 0)
        #expect(EchoPairing.output(for: headset, among: [output("h", "card:Headset"), output("default", "x")]) == 0)
    }
}
