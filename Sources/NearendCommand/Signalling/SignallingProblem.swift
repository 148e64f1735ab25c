/// Why the server did not do what a member asked. Equal when the codes are.
struct SignallingProblem: Error, Sendable {
    enum Code: String, Sendable {
        /// Not JSON, not a known type, or a member is missing.
        case malformedMessage
        /// Longer than `RoomTable.Limits.messageLength`.
        case messageTooLong
        /// Something other than `join` came first.
        case notInARoom
        /// A second `join`.
        case alreadyInARoom
        /// A room's or a member's name is empty or too long.
        case badName
        /// A room holds two.
        case roomFull
        /// The server has as many rooms as it may have.
        case tooManyRooms
        /// A description or `call-me` for a room in which nobody else is.
        case nobodyThere
    }

    let code: Code
    /// A sentence for a person.
    let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension SignallingProblem: Equatable {
    static func == (one: Self, other: Self) -> Bool { one.code == other.code }
}
