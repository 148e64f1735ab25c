/// How the process ends, for whoever started it by hand; browsers do not look. docs/protocol.md lists them.
package enum ExitStatus: Int32, Sendable {
    /// The browser said so, closed its end, or is gone.
    case clean = 0
    /// The configuration or the devices cannot be used.
    case unusable = 1
    /// Wrong arguments.
    case wrongArguments = 2
    /// The caller's origin is not allowed.
    case originNotAllowed = 3
    /// The browser's stream cannot be understood any more.
    case brokenStream = 65
    /// The extension speaks another version of the protocol.
    case protocolMismatch = 76
    /// Inside a remote desktop, and the engine on the device cannot be reached, or not any more.
    case unreachable = 69
}
