import Dispatch

/// Asks the person at the device by a desktop notification, with the `notify-send` of libnotify (0.7.10 and later know actions).
enum MicrophoneQuestion {
    enum Answer: Sendable { case once, always, never, notNow, cannotAsk }

    /// Seconds until no answer counts as “not now”.
    static let patience = 60

    /// `answered` is called once, from another thread.
    static func ask(desktop: String, origin: String, answered: @escaping @Sendable (Answer) -> Void) {
        // notify-send waits as long as the person does; nothing else may wait with it.
        DispatchQueue.global(qos: .userInitiated).async {
            answered(answer(to: NotificationCommand.run(arguments(desktop: desktop, origin: origin), patience: .seconds(patience + 5))))
        }
    }

    static func arguments(desktop: String, origin: String) -> [String] {
        [
            "notify-send", "--app-name=Nearend", "--icon=audio-input-microphone", "--urgency=critical", "--expire-time=\(patience * 1000)", "--wait",
            "--action=once=Allow", "--action=always=Always allow", "--action=never=Never allow", "Microphone for a remote desktop",
            "\(NotificationCommand.escaped(origin)) in \(NotificationCommand.escaped(desktop)) wants to use the microphone of this device.",
        ]
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
}
