import Glibc

/// Runs `notify-send`, libnotify's program, which knows every desktop's notifications.
enum NotificationCommand {
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

    /// What the program wrote; `nil` where it could not be run, or failed. Blocks until it ends, at most for as long as `patience`.
    static func run(_ arguments: [String], patience: Duration) -> String? {
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
        let output = read(from: ends[0], of: child, patience)
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        // WIFEXITED and WEXITSTATUS are macros, which Swift does not import.
        return status & 0x7F == 0 && (status >> 8) & 0xFF == 0 ? output : nil
    }

    /// What the program writes until it ends, or until patience does and the program is ended.
    private static func read(from descriptor: CInt, of child: pid_t, _ patience: Duration) -> String {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, CInt(patience.components.seconds * 1000)) > 0 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0, output.count < 4096 else { return String(decoding: output, as: UTF8.self) }
            output += chunk[..<count]
        }
        kill(child, SIGTERM)
        return ""
    }
}
