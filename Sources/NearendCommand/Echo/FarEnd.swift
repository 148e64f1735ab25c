/// The built-in member of a room: a WebRTC peer inside this process.
///
/// Lives on the server's event loop: it is made, called and closed there, and calls `send` there.
protocol FarEnd: AnyObject {
    /// A message of the other member: a description, a candidate, `callMe` or `bye`.
    func receive(_ message: SignallingMessage)

    /// The other member has left, or the server ends. Nothing is sent after this.
    func close()
}

/// Makes a far end for every room that wants one.
protocol FarEndFactory: Sendable {
    /// - Parameter send: gives the other member a message; only to be called on the server's event loop.
    func makeFarEnd(room: String, send: @escaping (SignallingMessage) -> Void) -> any FarEnd
}
