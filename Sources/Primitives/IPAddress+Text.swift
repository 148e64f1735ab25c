/// Addresses as people and SDP write them: dotted quads, and RFC 4291 §2.2 read, RFC 5952 written.
extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Parses `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1` and `fe80::1%3` (numeric zones only); `nil` for all else.
    package init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let address = Self.parseV6(text) else { return nil }
            self = address
        } else {
            guard let bits = Self.parseV4(text) else { return nil }
            self = .v4(bits)
        }
    }

    package var description: String {
        switch self {
        case .v4(let bits):
            return "\(bits >> 24).\(bits >> 16 & 0xFF).\(bits >> 8 & 0xFF).\(bits & 0xFF)"
        case .v6(let high, let low, let zone):
            let groups = (0..<8).map { index in
                UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
            }
            let text = Self.compress(groups)
            return zone == 0 ? text : "\(text)%\(zone)"
        }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let octet = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func parseV6(_ text: String) -> IPAddress? {
        var body = Substring(text)
        var zone: UInt32 = 0
        if let percent = body.firstIndex(of: "%") {
            guard let number = UInt32(body[body.index(after: percent)...]) else { return nil }
            zone = number
            body = body[..<percent]
        }
        guard body.utf8.count <= 45, let halves = splitAtGap(body) else { return nil }
        guard let head = parseGroups(halves.head), let tail = halves.tail.map(parseGroups) ?? .some([]) else { return nil }
        let count = head.count + tail.count
        guard halves.tail == nil ? count == 8 : count <= 7 else { return nil }
        let groups = head + Array(repeating: 0, count: 8 - count) + tail
        let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return .v6(high: high, low: low, zone: zone)
    }

    /// The parts before and after the one `::`; no tail where there is none, `nil` where there are two.
    private static func splitAtGap(_ text: Substring) -> (head: Substring, tail: Substring?)? {
        var gap: Substring.Index?
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                guard gap == nil else { return nil }
                gap = index
                index = text.index(after: next)
            } else {
                index = next
            }
        }
        guard let gap else { return (text, nil) }
        return (text[..<gap], text[text.index(gap, offsetBy: 2)...])
    }

    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let bits = parseV4(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"), let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as `::`, the first of equals.
    private static func compress(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        func join(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !best.isEmpty else { return join(groups[...]) }
        return join(groups[..<best.lowerBound]) + "::" + join(groups[best.upperBound...])
    }
}
