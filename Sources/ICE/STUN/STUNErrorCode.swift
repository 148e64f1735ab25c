/// The reason in an error response (RFC 8489 §14.8), 300 to 699.
package struct STUNErrorCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let badRequest = Self(rawValue: 400)
    package static let unauthenticated = Self(rawValue: 401)
    package static let unknownAttribute = Self(rawValue: 420)
    /// Both ends believe they have the same role (RFC 8445 §7.3.1.1).
    package static let roleConflict = Self(rawValue: 487)
    package static let serverError = Self(rawValue: 500)

    /// The words that go with the number; for people only.
    var reason: String {
        switch self {
        case .badRequest: "Bad Request"
        case .unauthenticated: "Unauthenticated"
        case .unknownAttribute: "Unknown Attribute"
        case .roleConflict: "Role Conflict"
        case .serverError: "Server Error"
        default: ""
        }
    }
}
