/// The hash of a certificate that a session description promises (RFC 8122 §5).
package struct CertificateFingerprint: Sendable, Hashable, CustomStringConvertible {
    package let algorithm: HashFunction
    /// As many as the algorithm gives.
    package let bytes: [UInt8]

    /// Of the certificate whose DER encoding is given (RFC 8122 §5: the hash covers the whole certificate).
    package init(of certificate: [UInt8], algorithm: HashFunction = .sha256) {
        self.algorithm = algorithm
        bytes = algorithm.digest(certificate)
    }

    /// From the value of `a=fingerprint`: `sha-256 AB:CD:…`.
    ///
    /// Names of algorithms are matched without regard to case (RFC 8122 §5), and so are the digits: writers are told to use
    /// upper case, and some do not. `nil` where the text is malformed or the function unknown; MD5 and MD2, which the grammar knows,
    /// are refused as RFC 8122 §5 asks.
    package init?(parsing text: String) {
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 2, let algorithm = HashFunction(rawValue: fields[0].lowercased()), algorithm != .md5,
            let bytes = Self.parseDigest(fields[1]), bytes.count == algorithm.byteCount
        else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// The digest alone, as RTCCertificateStats writes it: `AB:CD:…`.
    package var hexadecimal: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 3)
        for byte in bytes {
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The value of `a=fingerprint`.
    package var description: String { "\(algorithm.rawValue) \(hexadecimal)" }

    /// Whether the certificate whose DER encoding is given has this fingerprint.
    package func matches(_ certificate: [UInt8]) -> Bool {
        MessageAuthentication.isEqual(algorithm.digest(certificate), bytes)
    }

    private static func parseDigest(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        for pair in text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard pair.count == 2, let first = pair.first.flatMap(digit), let second = pair.last.flatMap(digit) else { return nil }
            bytes.append(first << 4 | second)
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
