import AudioDevices
import JSONCoding
import Logging

/// What the administrator or the user has laid down for this host. Every member may be absent.
package struct HostConfiguration: Decodable, Sendable {
    /// The extension of this version, as `key` in its manifest fixes it.
    package static let shippedExtensionOrigin = "chrome-extension://\(ShippedExtension.id)/"

    package struct Devices: Decodable, Sendable {
        struct ALSA: Decodable, Sendable {
            var capture: String?
            var playback: String?
        }
        struct Virtual: Decodable, Sendable {
            var microphone: String
            var loops: Bool?
            var loudspeaker: String
        }

        var alsa: ALSA?
        var virtual: Virtual?
    }

    package struct Log: Decodable, Sendable {
        /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
        var level: String?
        /// Beside standard error.
        var file: String?

        /// What is logged, and all that weighs more. Errors: a level that does not exist.
        func threshold() throws(ConfigurationError) -> Logger.Level {
            guard let level else { return .notice }
            guard let threshold = Logger.Level(rawValue: level) else {
                throw ConfigurationError(reason: "“log.level”: there is no level “\(level)”")
            }
            return threshold
        }
    }

    package struct RemoteDesktop: Decodable, Sendable {
        /// `auto` (the default: a channel where there is one, else the engine in this process), `none`, `xrdp`, `unix`, `tls` or `vsock`.
        package var channel: Channel?
        /// The socket, where it is not where it always is.
        package var socket: String?
        var tls: Identity?
        var vsock: Vsock?

        package enum Channel: String, Decodable, Sendable { case auto, none, xrdp, unix, tls, vsock }
    }

    package struct Engine: Decodable, Sendable {
        /// Seconds that calls outlive the remote desktop's channel: 0…3600, 120 where it is absent.
        package var graceSeconds: Int?
        /// Where relays may connect beside the engine's socket.
        var listen: Listening?
        var microphone: MicrophonePolicy?
        var network: Network?

        struct Network: Decodable, Sendable {
            /// Media goes through relays only.
            var relayOnly: Bool?
            /// Whether private addresses may be used and reached; they may where it is absent.
            var privateAddresses: Bool?
            /// Names of interfaces, with `*` and `?`; all where it is absent.
            var interfaces: [String]?
        }
    }

    /// Origins of the extensions that may talk to this host.
    var allowedOrigins: [String]?
    /// Either the machine's devices or files that stand for them.
    var devices: Devices?
    package var log: Log?
    /// How a host inside a remote desktop reaches the engine on the agent's device.
    package var remoteDesktop: RemoteDesktop?
    /// For the long-lived engine on the device.
    package var engine: Engine?

    package func allows(_ origin: String) -> Bool { (allowedOrigins ?? [Self.shippedExtensionOrigin]).contains(origin) }

    /// Errors: both kinds of devices at once.
    package func deviceConfiguration() throws(ConfigurationError) -> DeviceConfiguration {
        switch (devices?.alsa, devices?.virtual) {
        case (nil, let files?):
            return .virtual(microphone: files.microphone, loops: files.loops ?? true, loudspeaker: files.loudspeaker)
        case (let names, nil):
            return .alsa(captureDefault: names?.capture ?? "default", playbackDefault: names?.playback ?? "default")
        case (_?, _?):
            throw ConfigurationError(reason: "“devices” names both “alsa” and “virtual”; choose one")
        }
    }
}

/// What is wrong with a configuration, for the person who wrote it.
package struct ConfigurationError: Error, CustomStringConvertible {
    package var reason: String
    package var description: String { reason }
}
