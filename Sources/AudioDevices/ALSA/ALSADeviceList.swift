/// Makes a list for people out of what the library hints at: per card one entry and direction (`plughw`, which converts what the
/// hardware lacks), the sound servers that are running, and `default` where it stands for something.
struct ALSADeviceList: Sendable {
    /// One hint of the library.
    struct Hint: Sendable, Hashable {
        var name: String
        /// A line for the card, one for the device.
        var description: String
        /// `nil`: both.
        var direction: AudioDevice.Kind?
    }

    /// Plugins that stand for a sound server.
    private static let servers = ["pulse", "pipewire"]

    /// The ALSA name that `default` stands for.
    let captureDefault: String
    let playbackDefault: String

    /// - Parameter runningServers: those of `pulse` and `pipewire` that can be reached.
    func devices(hints: [Hint], runningServers: Set<String>) -> [AudioDevice] {
        [(AudioDevice.Kind.input, captureDefault), (.output, playbackDefault)].flatMap { kind, defaultName in
            let found = hints.filter { $0.direction == nil || $0.direction == kind }
            var devices: [AudioDevice] = []
            for hint in found {
                let name = ALSADeviceName(hint.name)
                let isCard = name.plugin == "plughw"
                let isServer = Self.servers.contains(name.plugin) && runningServers.contains(name.plugin)
                guard isCard || isServer, hint.name != defaultName else { continue }
                devices.append(AudioDevice(id: hint.name, kind: kind, label: Self.label(hint), groupID: name.groupID))
            }
            // Without a card and a server, the library's `default` leads nowhere; a default that was configured is taken at its word.
            let leadsSomewhere = defaultName != AudioDevice.defaultID || !devices.isEmpty || !runningServers.isEmpty
            guard leadsSomewhere else { return devices }
            return [defaultDevice(kind, defaultName, found)] + devices
        }
    }

    /// The ALSA name to open for a device of the list.
    func name(of device: AudioDevice) -> String {
        guard device.isDefault else { return device.id }
        switch device.kind {
        case .input: return captureDefault
        case .output: return playbackDefault
        }
    }

    private func defaultDevice(_ kind: AudioDevice.Kind, _ name: String, _ hints: [Hint]) -> AudioDevice {
        let what = hints.first { $0.name == name }.map(Self.label) ?? (name == AudioDevice.defaultID ? nil : name)
        let label = what.map { "Default (\($0))" } ?? "Default"
        return AudioDevice(id: AudioDevice.defaultID, kind: kind, label: label, groupID: ALSADeviceName(name).groupID)
    }

    /// The first line names card and device; the second says what the plugin does, which nobody chooses by.
    private static func label(_ hint: Hint) -> String {
        hint.description.split(separator: "\n").first.map(String.init) ?? hint.name
    }
}
