/// The reason in an error response (RFC 8489 §14.8), 300 to 699.
package struct STUNErrorCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Ask the server in ALTERNATE-SERVER (RFC 8489 §10).
    package static let tryAlternate = Self(rawValue: 300)
    package static let badRequest = Self(rawValue: 400)
    package static let unauthenticated = Self(rawValue: 401)
    package static let forbidden = Self(rawValue: 403)
    package static let unknownAttribute = Self(rawValue: 420)
    /// There is an allocation where there should be none, or none where there should be one (RFC 8656 §19).
    package static let allocationMismatch = Self(rawValue: 437)
    package static let staleNonce = Self(rawValue: 438)
    package static let wrongCredentials = Self(rawValue: 441)
    package static let allocationQuotaReached = Self(rawValue: 486)
    /// Both ends believe they have the same role (RFC 8445 §7.3.1.1).
    package static let roleConflict = Self(rawValue: 487)
    package static let serverError = Self(rawValue: 500)

    /// The words that go with the number; for people only.
    var reason: String {
        switch self {
        case .tryAlternate: "Try Alternate"
        case .badRequest: "Bad Request"
        case .unauthenticated: "Unauthenticated"
        case .forbidden: "Forbidden"
        case .unknownAttribute: "Unknown Attribute"
        case .allocationMismatch: "Allocation Mismatch"
        case .staleNonce: "Stale Nonce"
        case .wrongCredentials: "Wrong Credentials"
        case .allocationQuotaReached: "Allocation Quota Reached"
        case .roleConflict: "Role Conflict"
        case .serverError: "Server Error"
        default: ""
        }
    }
}
