/// What the person at the device may tell the engine, one word and a newline at its control socket. The answer is an `EngineReport`, one line of JSON.
package enum EngineCommand: String, Sendable, CaseIterable {
    case report, mute, unmute
}
