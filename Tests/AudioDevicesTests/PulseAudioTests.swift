import AudioCore
import AudioPipeline
import AudioProcessing
import Foundation
import Testing

@testable import AudioDevices

/// Real ALSA paths through a real sound server. In real time, hence few and short; each in a process of its own, since the server is
/// named by an environment variable, which cannot be set while other tests' threads read the environment.
@Suite(.serialized, .enabled(if: PulseAudioServer.isInstalled, "pulseaudio and ALSA's plugin for it are not installed"))
struct PulseAudioTests {
    /// Waits, at most so long, until something is so.
    private static func wait(_ limit: Duration = .seconds(15), until isSo: () -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if isSo() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return isSo()
    }

    @Test("what is played into a virtual cable comes out of its other end like itself, late by less than 150 ms")
    func cable() async {
        await #expect(processExitsWith: .success) {
            let server = try PulseAudioServer()
            let rig = try SystemRig()
            try rig.system.start(.alsa(captureDefault: "pulse:vmic", playbackDefault: "pulse:micin"))
            #expect(rig.system.devices.filter(\.isDefault).map(\.kind) == [.input, .output])
            let microphone = try await rig.openMicrophone()
            let speaker = try await rig.openSpeaker()
            let probe = CableProbe(rig, microphone: microphone, speaker: speaker)
            #expect(try await PulseAudioTests.wait { probe.recorded.level.read().level > 0.01 })
            try await Task.sleep(for: .seconds(3))
            rig.system.stop()
            // The best of five places: the server has no priority of its own and gaps on a busy machine are its, not ours.
            let echoes = (1...5).map { probe.echo(beforeEnd: $0 * 450) }
            let best = try #require(echoes.max { $0.likeness < $1.likeness })
            #expect(best.likeness > 0.9)
            #expect((1..<150).contains(best.milliseconds))
            #expect(microphone.statistics.read().sampleRate == 48_000)
            withExtendedLifetime(server) {}
        }
    }

    @Test("a sound server that dies and starts again interrupts and resumes the default devices, and sound flows again")
    func death() async {
        await #expect(processExitsWith: .success) {
            let server = try PulseAudioServer()
            let rig = try SystemRig()
            try rig.system.start(.alsa(captureDefault: "pulse:vmic", playbackDefault: "pulse:micin"))
            let microphone = try await rig.openMicrophone()
            let speaker = try await rig.openSpeaker()
            let probe = CableProbe(rig, microphone: microphone, speaker: speaker)
            #expect(try await PulseAudioTests.wait { probe.recorded.level.read().level > 0.01 })
            server.kill()
            #expect(try await PulseAudioTests.wait { rig.events.count(of: .interrupted) == 2 })
            #expect(try await PulseAudioTests.wait { probe.recorded.level.read().level == 0 })
            try server.start()
            #expect(try await PulseAudioTests.wait { rig.events.count(of: .resumed) == 2 })
            #expect(try await PulseAudioTests.wait { probe.recorded.level.read().level > 0.01 })
            #expect(rig.events.count(of: .ended) == 0)
            rig.system.stop()
            #expect(microphone.statistics.read().reopenings > 0 && speaker.statistics.read().reopenings > 0)
            #expect(rig.system.tickStatistics.skippedTicks == 0)
        }
    }

    @Test("a sound server that does not answer delays neither the tick nor the end")
    func standstill() async {
        await #expect(processExitsWith: .success) {
            let server = try PulseAudioServer()
            let rig = try SystemRig()
            try rig.system.start(.alsa(captureDefault: "pulse:vmic", playbackDefault: "pulse:micin"))
            let speaker = try await rig.openSpeaker()
            let microphone = try await rig.openMicrophone()
            let probe = CableProbe(rig, microphone: microphone, speaker: speaker)
            #expect(try await PulseAudioTests.wait { probe.recorded.level.read().level > 0.01 })
            server.suspend()
            let before = rig.system.tickStatistics
            try await Task.sleep(for: .milliseconds(500))
            let after = rig.system.tickStatistics
            #expect(after.ticks - before.ticks >= 40)
            let started = ContinuousClock.now
            rig.system.stop()
            #expect(ContinuousClock.now - started < .milliseconds(500))
            server.resume()
        }
    }

    @Test("a device that the server does not have is refused with its name")
    func unknown() async {
        await #expect(processExitsWith: .success) {
            let server = try PulseAudioServer()
            let rig = try SystemRig()
            try rig.system.start(.alsa(captureDefault: "pulse:nobody", playbackDefault: "pulse:micin"))
            let error = await #expect(throws: AudioDeviceError.self) { try await rig.openMicrophone() }
            #expect(error?.reason.contains("“pulse:nobody”") == true)
            withExtendedLifetime(server) {}
        }
    }
}
