/// The `o=` line (RFC 8866 §5.2): who made the session, and which version of it this is.
package struct SDPOrigin: Sendable, Hashable {
    package var username: String
    /// Digits, often more than 64 bits would hold, so it stays text.
    package var sessionID: String
    package var sessionVersion: String
    /// `IN IP4 127.0.0.1` and the like; nobody reads it.
    package var address: String

    package init(username: String = "-", sessionID: String, sessionVersion: String, address: String = "IN IP4 127.0.0.1") {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.address = address
    }

    /// `nil` where there are not six fields.
    package init?(parsing value: String) {
        let fields = value.fields()
        guard fields.count == 6 else { return nil }
        self.init(
            username: fields[0], sessionID: fields[1], sessionVersion: fields[2],
            address: fields[3...].joined(separator: " "))
    }

    package var value: String { "\(username) \(sessionID) \(sessionVersion) \(address)" }
}
