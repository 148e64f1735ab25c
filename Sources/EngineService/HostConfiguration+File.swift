import Glibc
import JSONCoding

extension HostConfiguration {
    /// Reads the first file that exists of: what `NEAREND_CONFIG` names (which then must exist), the user's, the machine's. Without any, all
    /// is at its default.
    ///
    /// Errors: a file that cannot be read or that is not a configuration, with its name and the reason.
    package static func load() throws(ConfigurationError) -> HostConfiguration {
        if let named = getenv("NEAREND_CONFIG").map({ String(cString: $0) }), !named.isEmpty {
            guard let configuration = try read(named) else { throw ConfigurationError(reason: "\(named): there is no such file") }
            return configuration
        }
        let home = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? getenv("HOME").map { String(cString: $0) + "/.config" }
        if let home, let configuration = try read("\(home)/nearend/host.json") { return configuration }
        return try read("/etc/nearend/host.json") ?? HostConfiguration()
    }

    /// `nil` where there is no such file.
    private static func read(_ path: String) throws(ConfigurationError) -> HostConfiguration? {
        guard let file = fopen(path, "r") else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ConfigurationError(reason: "\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0, bytes.count < 1 << 20 else { break }
            bytes += chunk[..<count]
        }
        do throws(ConfigurationError) {
            return try parse(bytes)
        } catch {
            throw ConfigurationError(reason: "\(path): \(error.reason)")
        }
    }

    /// A configuration that can be used as it stands.
    ///
    /// Errors: not JSON, a member that nobody knows (mistyped, most likely: ignored, it would leave a default where somebody wanted something
    /// else), one of a wrong type or value.
    static func parse(_ bytes: [UInt8]) throws(ConfigurationError) -> HostConfiguration {
        do {
            let json = try JSONText.parse(bytes)
            try checkMembers(of: json, "", ["allowedOrigins", "devices", "log", "remoteDesktop", "engine"])
            try checkMembers(of: json["log"], "log.", ["level", "file"])
            try checkMembers(of: json["devices"], "devices.", ["alsa", "virtual"])
            try checkMembers(of: json["devices"]?["alsa"], "devices.alsa.", ["capture", "playback"])
            try checkMembers(of: json["devices"]?["virtual"], "devices.virtual.", ["microphone", "loops", "loudspeaker"])
            try checkMembers(of: json["remoteDesktop"], "remoteDesktop.", ["channel", "socket", "tls", "vsock"])
            try checkMembers(of: json["remoteDesktop"]?["tls"], "remoteDesktop.tls.", ["address", "certificate", "key", "authority", "name"])
            try checkMembers(of: json["remoteDesktop"]?["vsock"], "remoteDesktop.vsock.", ["port", "contextID"])
            try checkMembers(of: json["engine"], "engine.", ["graceSeconds", "listen", "microphone", "network"])
            try checkMembers(of: json["engine"]?["listen"], "engine.listen.", ["tls", "vsock"])
            try checkMembers(of: json["engine"]?["listen"]?["tls"], "engine.listen.tls.", ["address", "certificate", "key", "authority", "names"])
            try checkMembers(of: json["engine"]?["listen"]?["vsock"], "engine.listen.vsock.", ["port", "contextIDs"])
            try checkMembers(of: json["engine"]?["network"], "engine.network.", ["relayOnly", "privateAddresses", "interfaces"])
            try checkMembers(of: json["engine"]?["microphone"], "engine.microphone.", ["default", "rules"])
            if case .array(let rules)? = json["engine"]?["microphone"]?["rules"] {
                for rule in rules { try checkMembers(of: rule, "engine.microphone.rules[].", ["desktop", "origin", "decision"]) }
            }
            let configuration: HostConfiguration = try json.decode()
            _ = try configuration.grace()
            _ = try configuration.deviceConfiguration()
            _ = try configuration.log?.threshold()
            return configuration
        } catch let error as JSONError {
            throw ConfigurationError(reason: error.reason)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(reason: "\(error)")
        }
    }

    private static func checkMembers(of json: JSONValue?, _ prefix: String, _ known: Set<String>) throws(JSONError) {
        guard case .object(let members)? = json else { return }
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw JSONError(.mismatch, "there is no member “\(prefix)\(unknown)”")
        }
    }
}
