import AudioCore
import AudioPipeline
import AudioProcessing
import Foundation
import Testing

@testable import AudioDevices

@Suite struct VirtualMicrophoneTests {
    private func frames(_ count: Int, of microphone: VirtualMicrophone) -> [Float] {
        let frame = AudioFrame()
        var samples: [Float] = []
        for _ in 0..<count {
            let isFilled = microphone.read(into: frame)
            #expect(isFilled)
            samples += Array(frame.samples)
        }
        return samples
    }

    @Test("a looping file has no seam, one that does not loop is followed by silence, an empty one is silence")
    func looping() {
        let sound = (0..<700).map { Float($0 + 1) / 1000 }
        let looped = frames(3, of: VirtualMicrophone(samples: sound, loops: true))
        let wanted: [Float] = (0..<1440).map { Float($0 % 700 + 1) / 1000 }
        #expect(looped == wanted)
        let once = frames(3, of: VirtualMicrophone(samples: sound, loops: false))
        #expect(once == sound + [Float](repeating: 0, count: 740))
        #expect(frames(1, of: VirtualMicrophone(samples: [], loops: true)) == [Float](repeating: 0, count: 480))
    }
}

/// In real time, hence few and short.
@Suite(.serialized) struct VirtualSystemTests {
    @Test("a microphone's file arrives in the loudspeaker's file, sample by sample, at the pace of the clock")
    func journey() async throws {
        let rig = try SystemRig()
        // A chirp, so that no two places sound alike; much longer than the test, should the machine be slow.
        let sound = (0..<240_000).map { Float(sin(Double($0) * Double($0) / 800_000)) * 0.4 }
        try rig.system.start(.virtual(microphone: rig.writeSound(sound), loops: false, loudspeaker: rig.path("loudspeaker.wav")))
        #expect(rig.system.devices.map(\.kind) == [.input, .output])
        let speaker = try await rig.openSpeaker()
        let microphone = try await rig.openMicrophone()
        let track = rig.play(microphone, on: speaker)
        await rig.settle()
        let (started, before) = (ContinuousClock.now, track.level.read().totalDuration)
        try await Task.sleep(for: .milliseconds(600))
        let (elapsed, after) = ((ContinuousClock.now - started).seconds, track.level.read().totalDuration)
        rig.system.stop()
        #expect(abs(after - before - elapsed) < 0.15)
        let heard = try rig.readSound()
        #expect(heard.count >= 28_800)
        let piece = heard.suffix(9600).prefix(4800)
        let match = bestCorrelation(piece, in: sound, shifts: 0..<235_000, stride: 97)
        #expect(match.value > 0.9999)
        let original = sound[match.shift..<match.shift + 4800]
        #expect(zip(piece, original).allSatisfy { abs($0 - $1) < 2.0 / 32_768 })
        #expect(rig.system.tickStatistics.ticks > 50)
    }

    @Test("with nothing open the audio thread sleeps, and wakes up when something opens")
    func idleness() async throws {
        let rig = try SystemRig()
        try rig.system.start(.virtual(microphone: rig.writeSound([0]), loops: false, loudspeaker: rig.path("loudspeaker.wav")))
        try await Task.sleep(for: .milliseconds(200))
        #expect(rig.system.tickStatistics.ticks <= 3)
        _ = try await rig.openSpeaker()
        try await Task.sleep(for: .milliseconds(200))
        #expect(rig.system.tickStatistics.ticks >= 15)
    }

    @Test("a file at 16 kHz plays at its own speed")
    func resampling() async throws {
        let rig = try SystemRig()
        let sound = (0..<16_000).map { Float(sin(Double($0) * 2 * .pi * 440 / 16_000)) * 0.4 }
        try rig.system.start(
            .virtual(microphone: rig.writeSound(sound, rate: 16_000), loops: true, loudspeaker: rig.path("loudspeaker.wav")))
        let speaker = try await rig.openSpeaker()
        _ = try await rig.play(rig.openMicrophone(), on: speaker)
        try await Task.sleep(for: .milliseconds(300))
        rig.system.stop()
        let heard = try rig.readSound().dropFirst(4800)
        let crossings = zip(heard, heard.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect(abs(Double(crossings) - Double(heard.count) * 440 / 48_000) < 3)
    }

    @Test("a loudspeaker that is closed and opened again goes on with its file")
    func reopening() async throws {
        let rig = try SystemRig()
        try rig.system.start(.virtual(microphone: rig.writeSound([0]), loops: false, loudspeaker: rig.path("loudspeaker.wav")))
        for _ in 0..<2 {
            let speaker = try await rig.openSpeaker()
            try await Task.sleep(for: .milliseconds(60))
            rig.system.close(speaker)
        }
        let last = try await rig.openSpeaker()
        rig.system.close(last)
        rig.system.stop()
        #expect(try rig.readSound().count >= 480 * 8)
    }

    @Test("a missing microphone file, and one that is no sound, are errors in words for a person")
    func missing() throws {
        let missing = DeviceConfiguration.virtual(microphone: "/nonexistent/speech.wav", loops: true, loudspeaker: "/tmp/x.wav")
        let error = #expect(throws: AudioDeviceError.self) { try SystemRig().system.start(missing) }
        #expect(error?.code == .notFound)
        #expect(error?.reason == "the virtual microphone's file “/nonexistent/speech.wav” cannot be used: No such file or directory")
        let noSound = DeviceConfiguration.virtual(microphone: "/dev/null", loops: true, loudspeaker: "/tmp/x.wav")
        let other = #expect(throws: AudioDeviceError.self) { try SystemRig().system.start(noSound) }
        #expect(other?.reason == "the virtual microphone's file “/dev/null” cannot be used: it is not a RIFF WAVE file")
    }

    @Test("a loudspeaker file that cannot be written is told when it is opened, and there is no device of another name")
    func unwritable() async throws {
        let rig = try SystemRig()
        try rig.system.start(.virtual(microphone: rig.writeSound([0]), loops: false, loudspeaker: "/nonexistent/out.wav"))
        await #expect(throws: AudioDeviceError(.notReadable, "")) { try await rig.openSpeaker() }
        await #expect(throws: AudioDeviceError(.notFound, "")) { try await rig.openMicrophone("other") }
    }

    @Test("stopping returns within half a second, and afterwards opening fails and changes complete")
    func stopping() async throws {
        let rig = try SystemRig()
        try rig.system.start(.virtual(microphone: rig.writeSound([0]), loops: false, loudspeaker: rig.path("loudspeaker.wav")))
        let speaker = try await rig.openSpeaker()
        let started = ContinuousClock.now
        rig.system.stop()
        #expect(ContinuousClock.now - started < .milliseconds(500))
        rig.system.stop()
        await #expect(throws: AudioDeviceError(.stopped, "")) { try await rig.openMicrophone() }
        rig.system.close(speaker)
        await rig.settle()
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
