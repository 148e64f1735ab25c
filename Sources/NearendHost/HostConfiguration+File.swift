import Glibc
import JSONCoding

extension HostConfiguration {
    /// Reads the first file that exists of: what `NEAREND_CONFIG` names (which then must exist), the user's, the machine's. Without any, all
    /// is at its default.
    ///
    /// Errors: a file that cannot be read or that is not a configuration, with its name and the reason.
    static func load() throws(ConfigurationError) -> HostConfiguration {
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
        do throws(JSONError) {
            return try JSONText.parse(bytes).decode()
        } catch {
            throw ConfigurationError(reason: "\(path): \(error.reason)")
        }
    }
}
