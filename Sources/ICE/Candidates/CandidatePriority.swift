/// The numbers that order candidates and pairs.
package enum CandidatePriority {
    /// RFC 8445 §5.1.2.1, for the one component there is.
    package static func candidate(_ kind: CandidateKind, localPreference: UInt16, component: UInt16 = 1) -> UInt32 {
        kind.typePreference << 24 | UInt32(localPreference) << 8 | UInt32(256 - min(max(component, 1), 256))
    }

    /// RFC 8445 §6.1.2.3: `G` is the controlling end's candidate, `D` the controlled end's. A peer can write a priority beyond
    /// the 2³¹−1 that §5.1.2 allows, and the sum would overflow; it counts as 2³¹−1.
    package static func pair(controlling: UInt32, controlled: UInt32) -> UInt64 {
        let g = UInt64(min(controlling, .max >> 1))
        let d = UInt64(min(controlled, .max >> 1))
        return min(g, d) << 32 + 2 * max(g, d) + (g > d ? 1 : 0)
    }
}
