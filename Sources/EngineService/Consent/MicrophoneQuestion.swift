import Dispatch
import Glibc

/// Asks the person at the device by a desktop notification, with the `notify-send` of libnotify (0.7.10 and later know actions).
enum MicrophoneQuestion {
    enum Answer: Sendable { case once, always, never, notNow, cannotAsk }

    /// Seconds until no answer counts as “not now”.
    static let patience = 60

    /// `answered` is called once, from another thread.
    static func ask(desktop: String, origin: String, answered: @escaping @Sendable (Answer) -> Void) {
        // notify-send waits as long as the person does; nothing else may wait with it.
        DispatchQueue.global(qos: .userInitiated).async {
            answered(answer(to: run(arguments(desktop: desktop, origin: origin))))
        }
    }

    static func arguments(desktop: String, origin: String) -> [String] {
        [
            "notify-send", "--app-name=Nearend", "--icon=audio-input-microphone", "--urgency=critical", "--expire-time=\(patience * 1000)", "--wait",
            "--action=once=Allow", "--action=always=Always allow", "--action=never=Never allow", "Microphone for a remote desktop",
            "\(escaped(origin)) in \(escaped(desktop)) wants to use the microphone of this device.",
        ]
    }

    /// Notifications know markup; a desktop's and a page's names are plain text.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.prefix(200) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case _ where character.isNewline || character.asciiValue.map({ $0 < 32 }) == true: result += " "
            default: result.append(character)
            }
        }
        return result
    }

    /// - Parameter output: what the program wrote; `nil` where it could not be run, or failed.
    static func answer(to output: String?) -> Answer {
        guard let output else { return .cannotAsk }
        return switch output.split(whereSeparator: \.isNewline).last.map(String.init) {
        case "once": .once
        case "always": .always
        case "never": .never
        default: .notNow
        }
    }

    private static func run(_ arguments: [String]) -> String? {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { return nil }
        let output = read(from: ends[0], of: child)
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        // WIFEXITED and WEXITSTATUS are macros, which Swift does not import.
        return status & 0x7F == 0 && (status >> 8) & 0xFF == 0 ? output : nil
    }

    /// What the program writes until it ends, or until patience does and the program is ended.
    private static func read(from descriptor: CInt, of child: pid_t) -> String {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, CInt((patience + 5) * 1000)) > 0 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0, output.count < 4096 else { return String(decoding: output, as: UTF8.self) }
            output += chunk[..<count]
        }
        kill(child, SIGTERM)
        return ""
    }
}
