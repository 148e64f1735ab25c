import Glibc

/// Which pages of which remote desktops may open this device's microphone: the administrator's or the user's rules, in order.
package struct MicrophonePolicy: Decodable, Sendable, Hashable {
    package enum Decision: String, Codable, Sendable { case allow, ask, deny }

    /// The first rule whose patterns both match decides. Patterns are those of fnmatch(3); an absent one matches everything.
    package struct Rule: Decodable, Sendable, Hashable {
        /// `user@machine`, as the relay in the desktop says it.
        var desktop: String?
        /// `https://phone.example`.
        var origin: String?
        var decision: Decision
    }

    /// Where no rule matches; `ask` where it is absent.
    var `default`: Decision?
    var rules: [Rule]?

    package func decision(desktop: String, origin: String) -> Decision {
        let rule = rules?.first { rule in
            (rule.desktop.map { fnmatch($0, desktop, 0) == 0 } ?? true) && (rule.origin.map { fnmatch($0, origin, 0) == 0 } ?? true)
        }
        return rule?.decision ?? self.default ?? .ask
    }
}
