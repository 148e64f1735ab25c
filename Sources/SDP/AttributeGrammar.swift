/// What the value of each attribute we understand has to look like.
enum AttributeGrammar {
    /// What is wrong with the attribute, or `nil`. Attributes we do not know are always right.
    static func complaint(about attribute: SDPAttribute) -> String? {
        guard !attribute.name.isEmpty else { return "an attribute has a name" }
        guard let rule = rules[attribute.name] else { return nil }
        guard let value = attribute.value else { return "\(attribute.name) needs a value" }
        return rule.holds(value) ? nil : rule.complaint
    }

    private struct Rule: Sendable {
        let complaint: String
        let holds: @Sendable (String) -> Bool
    }

    private static let rules: [String: Rule] = [
        "rtpmap": Rule(complaint: "rtpmap is a payload type, a name and a clock rate") { RTPMap(parsing: $0) != nil },
        "fmtp": Rule(complaint: "fmtp is a format and its parameters") { FormatParameters(parsing: $0) != nil },
        "rtcp-fb": Rule(complaint: "rtcp-fb is a format and a kind of feedback") { RTCPFeedback(parsing: $0) != nil },
        "extmap": Rule(complaint: "extmap is a number above 0 and a URI") { ExtensionMap(parsing: $0) != nil },
        "group": Rule(complaint: "group is a meaning and identifications") { SDPGroup(parsing: $0) != nil },
        "msid": Rule(complaint: "msid is a stream and a track") { MediaStreamIdentification(parsing: $0) != nil },
        "ssrc": Rule(complaint: "ssrc is a 32-bit number and an attribute") { SourceAttribute(parsing: $0) != nil },
        "setup": Rule(complaint: "setup is active, passive, actpass or holdconn") { SetupRole(rawValue: $0) != nil },
        "fingerprint": Rule(complaint: "fingerprint is an algorithm and pairs of hexadecimal digits") {
            SDPFingerprint(parsing: $0) != nil
        },
        "mid": Rule(complaint: "mid is a token") { isToken($0) },
        "ice-ufrag": Rule(complaint: "ice-ufrag is one word") { isWord($0) },
        "ice-pwd": Rule(complaint: "ice-pwd is one word") { isWord($0) },
        "candidate": Rule(complaint: "a candidate has at least eight fields, the seventh being “typ”") { isCandidate($0) },
        "ptime": Rule(complaint: "ptime is a number of milliseconds") { isNumber($0) },
        "maxptime": Rule(complaint: "maxptime is a number of milliseconds") { isNumber($0) },
        "sctp-port": Rule(complaint: "sctp-port is a port") { UInt16(digits: $0) != nil },
    ]

    /// RFC 8866 §9 `token`; the sender's blanks around it are not part of it, so there may be none.
    private static func isToken(_ value: String) -> Bool {
        let others = Array("!#$%&'*+-.^_`{|}~".utf8)
        return !value.isEmpty
            && value.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || others.contains(byte)
            }
    }

    private static func isWord(_ value: String) -> Bool { value.fields().count == 1 && value.trimmed() == value }

    /// Milliseconds. Some write a fraction; nobody wants an error for it.
    private static func isNumber(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    /// RFC 8839 §5.1, as far as it tells a candidate from something else. The agent reads the rest.
    static func isCandidate(_ value: String) -> Bool {
        let fields = value.fields()
        return fields.count >= 8 && fields[6] == "typ" && UInt16(digits: fields[1]) != nil && UInt32(digits: fields[3]) != nil
            && UInt16(digits: fields[5]) != nil
    }
}
