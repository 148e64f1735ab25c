/// Names a transport (one ICE agent and its DTLS association) of a connection; never used again once it is gone.
package struct TransportID: RawRepresentable, Sendable, Hashable, Comparable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
