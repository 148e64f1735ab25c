import Dispatch
import Engine

/// A notification that stays on the device's screen while a page of a remote desktop has the microphone open, and goes with it.
@NetworkLoop
final class MicrophoneIndicator {
    /// The notifications' turn: one after the other, none on the network loop.
    private let queue = DispatchQueue(label: "nearend.indicator")
    private let shown = Shown()
    private var users: [String] = []

    /// The number that the desktop has given the notification; the queue's alone.
    private final class Shown: @unchecked Sendable {
        var number: String?
    }

    /// - Parameter users: who has a microphone open now, `origin in desktop`, in any order.
    func show(_ users: [String]) {
        let users = users.sorted()
        guard users != self.users else { return }
        self.users = users
        queue.async { [shown] in Self.show(users, shown) }
    }

    nonisolated static func arguments(_ users: [String], replacing number: String?) -> [String] {
        let text = users.map(NotificationCommand.escaped).joined(separator: ", ")
        // What is critical stays until it is taken away.
        let look = users.isEmpty ? ["--urgency=low", "--expire-time=2000", "Microphone closed", " "] : ["--urgency=critical", "Microphone in use", text]
        return ["notify-send", "--app-name=Nearend", "--icon=audio-input-microphone", "--print-id"] + (number.map { ["--replace-id=\($0)"] } ?? []) + look
    }

    private nonisolated static func show(_ users: [String], _ shown: Shown) {
        if users.isEmpty, shown.number == nil { return }
        let output = NotificationCommand.run(arguments(users, replacing: shown.number), patience: .seconds(5))
        shown.number = users.isEmpty ? nil : output.map { $0.filter(\.isNumber) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
