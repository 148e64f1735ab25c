import ICE

/// A candidate attribute, as pages hand it on from the other side.
package enum CandidateEntry: FuzzEntry {
    package static let name = "candidate"

    package static func run(_ bytes: [UInt8]) {
        guard let candidate = try? ICECandidate(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        let written = candidate.attributeValue
        precondition((try? ICECandidate(parsing: written)) == candidate, "a candidate that was written reads as what it was")
    }
}
