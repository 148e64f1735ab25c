import Testing

@testable import AudioDevices

@Suite struct ALSADeviceListTests {
    /// As `aplay -L` and `arecord -L` show them on a laptop with a headset and PipeWire.
    private let laptop: [ALSADeviceList.Hint] = [
        .init(name: "null", description: "Discard all samples (playback) or generate zero samples (capture)"),
        .init(name: "pipewire", description: "PipeWire Sound Server"),
        .init(name: "pulse", description: "PulseAudio Sound Server"),
        .init(name: "default", description: "Default ALSA Output (currently PipeWire Media Server)"),
        .init(name: "sysdefault:CARD=PCH", description: "HDA Intel PCH, ALC257 Analog\nDefault Audio Device"),
        .init(name: "front:CARD=PCH,DEV=0", description: "HDA Intel PCH, ALC257 Analog\nFront output / input", direction: .output),
        .init(name: "hw:CARD=PCH,DEV=0", description: "HDA Intel PCH, ALC257 Analog\nDirect hardware device without any conversions"),
        .init(name: "plughw:CARD=PCH,DEV=0", description: "HDA Intel PCH, ALC257 Analog\nHardware device with all software conversions"),
        .init(name: "plughw:CARD=PCH,DEV=3", description: "HDA Intel PCH, HDMI 0\nHardware device", direction: .output),
        .init(name: "plughw:CARD=Headset,DEV=0", description: "Jabra, USB Audio\nHardware device with all software conversions"),
    ]

    @Test("a laptop shows its default, its servers and one entry per card and direction, and mic and speaker of a card share a group")
    func laptopList() {
        let list = ALSADeviceList(captureDefault: "default", playbackDefault: "default")
        let devices = list.devices(hints: laptop, runningServers: ["pipewire"])
        let inputs = devices.filter { $0.kind == .input }
        let outputs = devices.filter { $0.kind == .output }
        #expect(inputs.map(\.id) == ["default", "pipewire", "plughw:CARD=PCH,DEV=0", "plughw:CARD=Headset,DEV=0"])
        #expect(
            outputs.map(\.id) == [
                "default", "pipewire", "plughw:CARD=PCH,DEV=0", "plughw:CARD=PCH,DEV=3", "plughw:CARD=Headset,DEV=0",
            ])
        #expect(inputs.last?.label == "Jabra, USB Audio")
        #expect(inputs.last?.groupID == "card:Headset")
        #expect(inputs.last?.groupID == outputs.last?.groupID)
        #expect(inputs.first?.label == "Default (Default ALSA Output (currently PipeWire Media Server))")
        #expect(inputs.first?.isDefault == true)
        #expect(list.name(of: outputs[4]) == "plughw:CARD=Headset,DEV=0")
    }

    @Test("a configured default keeps the id “default”, opens its own name, and is not listed twice")
    func configured() {
        let list = ALSADeviceList(captureDefault: "plughw:CARD=Headset,DEV=0", playbackDefault: "pulse:spk")
        let devices = list.devices(hints: laptop, runningServers: [])
        let inputs = devices.filter { $0.kind == .input }
        #expect(inputs.map(\.id) == ["default", "plughw:CARD=PCH,DEV=0"])
        #expect(inputs[0].label == "Default (Jabra, USB Audio)")
        #expect(inputs[0].groupID == "card:Headset")
        #expect(list.name(of: inputs[0]) == "plughw:CARD=Headset,DEV=0")
        let output = devices.first { $0.kind == .output }
        #expect(output?.label == "Default (pulse:spk)")
        #expect(output.map(list.name(of:)) == "pulse:spk")
    }

    @Test("a machine without a card and without a server has no devices, whatever plugins are installed")
    func silentMachine() {
        let list = ALSADeviceList(captureDefault: "default", playbackDefault: "default")
        #expect(list.devices(hints: Array(laptop.prefix(3)), runningServers: []).isEmpty)
    }

    @Test(
        "the card is read out of every way to write a name",
        arguments: [
            ("hw:0,0", "card:0"), ("plughw:Headset", "card:Headset"), ("plughw:CARD=PCH,DEV=3", "card:PCH"), ("pulse:vmic", "pulse"),
            ("default", "default"), ("sysdefault:CARD=PCH", "card:PCH"), ("", ""),
        ])
    func names(name: String, group: String) {
        #expect(ALSADeviceName(name).groupID == group)
    }
}

@Suite struct SampleEncodingTests {
    @Test(
        "what is encoded for two channels and decoded again is the same, to the encoding's precision, and the excess is clipped",
        arguments: SampleEncoding.allCases)
    func roundTrip(encoding: SampleEncoding) {
        let samples: [Float] = [0, 0.5, -0.5, 0.999, -1]
        let raw = UnsafeMutableRawPointer.allocate(byteCount: 2 * samples.count * encoding.byteCount, alignment: 16)
        defer { raw.deallocate() }
        var decoded = [Float](repeating: 9, count: samples.count)
        encoding.encode(samples, frames: samples.count, channels: 2, into: raw)
        encoding.decode(raw, frames: samples.count, channels: 2, into: &decoded)
        for (sample, result) in zip(samples, decoded) { #expect(abs(sample - result) < 1 / 32_768) }
        guard encoding != .float32 else { return }
        encoding.encode([3, -3, .nan, 0, 0], frames: 5, channels: 2, into: raw)
        encoding.decode(raw, frames: 5, channels: 2, into: &decoded)
        #expect(decoded[0] > 0.999 && decoded[1] == -1)
    }
}
