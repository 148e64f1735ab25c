import AudioCore
import CALSA
import Glibc
import Primitives

/// The machine's devices, through ALSA.
final class ALSABackend: DeviceBackend {
    private let names: ALSADeviceList
    private let control: WakePipe
    private var signature: Set<String>

    /// - Parameter control: wakes the device-control thread when the audio thread gives a device up.
    init(captureDefault: String, playbackDefault: String, control: WakePipe) {
        names = ALSADeviceList(captureDefault: captureDefault, playbackDefault: playbackDefault)
        self.control = control
        signature = []
        ALSALog.install()
    }

    func list() -> [AudioDevice] {
        signature = Self.presentDevices()
        // The library reads the cards once and keeps what it read; a new list needs a new reading.
        _ = snd_config_update_free_global()
        return names.devices(hints: Self.hints(), runningServers: Self.runningServers())
    }

    func hasChanged() -> Bool { Self.presentDevices() != signature }

    var pollPeriod: Duration? { .seconds(2) }
    var servicePeriod: Duration? { nil }

    func openSource(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Source {
        let pcm = try ALSAPCM(opening: names.name(of: device), .capture)
        let source = ALSACaptureSource(pcm: pcm, record: record, control: control)
        try source.begin()
        return source
    }

    func openSink(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Sink {
        let pcm = try ALSAPCM(opening: names.name(of: device), .playback)
        let sink = ALSAPlaybackSink(pcm: pcm, record: record, control: control)
        try sink.begin()
        return sink
    }

    // MARK: What there is

    private static func hints() -> [ALSADeviceList.Hint] {
        var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard snd_device_name_hint(-1, "pcm", &list) >= 0, let list else { return [] }
        defer { snd_device_name_free_hint(list) }
        var hints: [ALSADeviceList.Hint] = []
        var entry = list
        while let hint = entry.pointee {
            func text(_ key: String) -> String? {
                guard let value = snd_device_name_get_hint(hint, key) else { return nil }
                defer { free(value) }
                return String(cString: value)
            }
            if let name = text("NAME") {
                let direction: AudioDevice.Kind? =
                    switch text("IOID") {
                    case "Input": .input
                    case "Output": .output
                    default: nil
                    }
                hints.append(ALSADeviceList.Hint(name: name, description: text("DESC") ?? "", direction: direction))
            }
            entry += 1
        }
        return hints
    }

    /// What changes when a card or a sound server comes or goes.
    private static func presentDevices() -> Set<String> {
        var names = runningServers()
        guard let directory = opendir("/dev/snd") else { return names }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) { String(cString: $0) }
            }
            names.insert(name)
        }
        return names
    }

    /// The sound servers whose sockets are where they usually are, or that the environment names.
    private static func runningServers() -> Set<String> {
        func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        let runtime = environment("XDG_RUNTIME_DIR") ?? "/run/user/\(getuid())"
        var servers: Set<String> = []
        let pulse = (environment("PULSE_RUNTIME_PATH") ?? runtime + "/pulse") + "/native"
        if environment("PULSE_SERVER") != nil || access(pulse, F_OK) == 0 { servers.insert("pulse") }
        let pipewire = (environment("PIPEWIRE_RUNTIME_DIR") ?? runtime) + "/pipewire-0"
        if access(pipewire, F_OK) == 0 { servers.insert("pipewire") }
        return servers
    }
}
