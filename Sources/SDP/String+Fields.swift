/// Cutting text at ASCII bytes. `Character` would not do: a carriage return with a line feed is one, and so is a letter with its
/// accents.
extension String {
    /// The parts between runs of spaces and tabs; none of them is empty.
    func fields() -> [String] {
        utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
    }

    /// The parts between separators, empty ones too; at least one.
    func utf8Split(at separator: Unicode.Scalar) -> [String] {
        let byte = UInt8(ascii: separator)
        return utf8.split(separator: byte, omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    /// What stands before and after the first separator; `nil` where there is none.
    func splitOnce(at separator: Unicode.Scalar) -> (String, String)? {
        guard let index = utf8.firstIndex(of: UInt8(ascii: separator)) else { return nil }
        return (String(self[..<index]), String(Substring(utf8[utf8.index(after: index)...])))
    }

    /// Without spaces and tabs at both ends.
    func trimmed() -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var view = Substring(self).utf8
        while let first = view.first, isBlank(first) { view.removeFirst() }
        while let last = view.last, isBlank(last) { view.removeLast() }
        return String(Substring(view))
    }
}

extension FixedWidthInteger {
    /// From digits alone (the standard library would take a sign); `nil` where they do not fit, or reach `limit`.
    init?(digits: String, below limit: Self? = nil) {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Self(digits) else { return nil }
        if let limit, value >= limit { return nil }
        self = value
    }
}

extension UInt8 {
    var isHexadecimalDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
}
