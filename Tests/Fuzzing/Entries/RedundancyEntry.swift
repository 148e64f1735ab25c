import RTP

/// A payload that claims to repeat what went before (RFC 2198).
package enum RedundancyEntry: FuzzEntry {
    package static let name = "redundancy"

    package static func run(_ bytes: [UInt8]) {
        guard let payload = RedundantPayload(parsing: bytes) else { return }
        precondition(payload.bytes == bytes, "nothing is lost and nothing added")
    }
}
