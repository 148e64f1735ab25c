/// The hash of a certificate as `a=fingerprint` says it (RFC 8122 §5).
package struct SDPFingerprint: Sendable, Hashable {
    /// In lower case: `sha-256`.
    package var algorithm: String
    /// Upper-case hexadecimal octets with colons between.
    package var value: String

    package init(algorithm: String, value: String) {
        self.algorithm = algorithm.lowercased()
        self.value = value.uppercased()
    }

    /// `nil` where it is not an algorithm and pairs of hexadecimal digits.
    package init?(parsing text: String) {
        let fields = text.fields()
        guard fields.count == 2, !fields[0].isEmpty else { return nil }
        let octets = fields[1].utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard octets.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isHexadecimalDigit) }) else { return nil }
        self.init(algorithm: fields[0], value: fields[1])
    }

    package var text: String { "\(algorithm) \(value)" }

    /// How many octets the algorithm's hash has; `nil` for one we cannot verify (MD5 among them).
    private var expectedOctets: Int? {
        switch algorithm {
        case "sha-1": 20
        case "sha-224": 28
        case "sha-256": 32
        case "sha-384": 48
        case "sha-512": 64
        case _: nil
        }
    }

    /// Whether the certificate of the other side can be checked by this.
    package var isVerifiable: Bool { expectedOctets.map { value.utf8.count == $0 * 3 - 1 } ?? false }
}
