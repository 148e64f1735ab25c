import SDP

extension MediaDescription {
    /// Adds a candidate of ours below those already there, and lets the `m=` and `c=` lines name the best.
    mutating func addLocalCandidate(_ value: String) {
        let line = SDPAttribute("candidate", value)
        if let last = attributes.lastIndex(where: { $0.name == "candidate" }) {
            attributes.insert(line, at: last + 1)
        } else {
            attributes.insert(line, at: attributes.firstIndex { $0.name == "ice-ufrag" } ?? attributes.endIndex)
        }
        placeDefaultCandidate()
    }

    /// Writes the default destination into `m=` and `c=` (RFC 8839 §4.2.1.2), choosing as Chromium does: relayed before reflexive
    /// before
    /// host, IPv4 before IPv6, UDP only. A name cannot be written there and stands for “not known” (RFC 9429 §5.2.1).
    mutating func placeDefaultCandidate() {
        guard !isRejected else { return }
        var best: (rank: Int, isV6: Bool, summary: CandidateSummary)?
        for value in candidates {
            guard let summary = CandidateSummary(parsing: value), summary.component == 1, summary.transport == "udp" else { continue }
            let rank = ["host": 1, "srflx": 2, "relay": 3][summary.type] ?? 0
            let isV6 = summary.address.utf8.contains(UInt8(ascii: ":"))
            if let best, best.isV6 == isV6 ? rank <= best.rank : isV6 { continue }
            best = (rank, isV6, summary)
        }
        guard let best else { return }
        let isName = !best.isV6 && !best.summary.address.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        port = isName ? 9 : best.summary.port
        connection = isName ? .unspecified : ConnectionData(best.isV6 ? .ip6 : .ip4, best.summary.address)
    }
}
