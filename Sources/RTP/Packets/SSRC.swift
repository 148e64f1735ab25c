/// Who sends a stream of packets: a number drawn at random that is unique within a session (RFC 3550 §3).
package struct SSRC: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package var rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package var description: String { String(rawValue) }
}
