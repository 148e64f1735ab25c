import ArgumentParser
import AudioDevices
import JSONCoding
import Logging

/// `nearend devices`: the microphones and loudspeakers that the host would offer a page.
struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the microphones and loudspeakers as the host sees them.")

    @Flag(help: "Print one JSON array.")
    var json = false

    func run() throws {
        // Standard output holds the list and nothing else.
        var logger = Logger(label: "nearend") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let system = try AudioSystem(logger: logger) { _ in }
        try system.start(.alsa())
        defer { system.stop() }
        let devices = system.devices
        if json {
            let list = JSONValue.array(
                devices.map { device in
                    [
                        "deviceId": .string(device.id), "kind": .string(device.kind.word), "label": .string(device.label),
                        "groupId": .string(device.groupID), "isDefault": .bool(device.isDefault),
                    ]
                })
            print(String(decoding: try JSONText.write(list), as: UTF8.self))
        } else if devices.isEmpty {
            print("There are no sound devices. Is a sound server running, or may this user open /dev/snd?")
        } else {
            for device in devices { print("\(device.kind.word)  \(device.id)  \(device.label)") }
        }
    }
}

extension AudioDevice.Kind {
    /// As `MediaDeviceInfo.kind` has it.
    fileprivate var word: String {
        switch self {
        case .input: "audioinput"
        case .output: "audiooutput"
        }
    }
}
