import Glibc
import JSONCoding

/// The answers that the person at the device wants to be kept, in a file of the user's state.
package struct ConsentStore: Sendable {
    private struct Answer: Codable {
        var desktop: String
        var origin: String
        var isAllowed: Bool
    }

    private let path: String
    private var answers: [Answer] = []

    /// `$XDG_STATE_HOME/nearend/microphone.json`, else below `~/.local/state`.
    package static var standardPath: String {
        let folder = getenv("XDG_STATE_HOME").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
            ?? (getenv("HOME").map { String(cString: $0) } ?? "/var/empty") + "/.local/state"
        return "\(folder)/nearend/microphone.json"
    }

    /// A file that is not there, or cannot be read, holds no answers: the person is asked again.
    package init(path: String = standardPath) {
        self.path = path
        guard let file = fopen(path, "r") else { return }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        answers = (try? JSONText.parse(Array(bytes[..<count])).decode()) ?? []
    }

    package func answer(desktop: String, origin: String) -> Bool? {
        answers.first { $0.desktop == desktop && $0.origin == origin }?.isAllowed
    }

    /// Keeps an answer, in place of an older one.
    ///
    /// Errors: the file cannot be written; the answer counts until the engine ends.
    package mutating func keep(_ isAllowed: Bool, desktop: String, origin: String) throws(ConfigurationError) {
        answers.removeAll { $0.desktop == desktop && $0.origin == origin }
        answers.append(Answer(desktop: desktop, origin: origin, isAllowed: isAllowed))
        let folders = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        for count in 2...max(2, folders.count) { mkdir(folders.prefix(count).joined(separator: "/"), 0o700) }
        let fresh = path + ".new"
        guard let text = try? JSONText.write(JSONValue(encoding: answers)), let file = fopen(fresh, "w") else {
            throw ConfigurationError(reason: "\(fresh): \(String(cString: strerror(errno)))")
        }
        fchmod(fileno(file), 0o600)
        let isWritten = fwrite(text, 1, text.count, file) == text.count
        guard fclose(file) == 0, isWritten, rename(fresh, path) == 0 else {
            throw ConfigurationError(reason: "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
