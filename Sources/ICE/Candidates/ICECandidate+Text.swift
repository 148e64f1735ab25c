import Primitives

/// The candidate attribute of RFC 8839 §5.1.
extension ICECandidate {
    /// Longer attributes are refused; real ones stay under 300 bytes.
    private static let longestAttribute = 2048

    /// Parses `candidate:…`, with or without the `a=` of a line of SDP.
    package init(parsing attribute: String) throws(ICEError) {
        func malformed(_ reason: String) -> ICEError { ICEError(.malformedCandidate, "\(reason): “\(attribute.prefix(256))”") }
        guard attribute.utf8.count <= Self.longestAttribute else { throw malformed("candidate is too long") }
        var text = Substring(attribute)
        if text.hasPrefix("a=") { text = text.dropFirst(2) }
        guard text.hasPrefix("candidate:") else { throw malformed("candidate attribute expected") }
        // Bytes, not characters: a combining mark after a blank makes one character with it. Control characters separate too, so that none
        // gets into a line of SDP.
        let fields = text.utf8.dropFirst("candidate:".utf8.count).split { $0 <= 0x20 || $0 == 0x7F }.map(Substring.init)
        guard fields.count >= 8, fields[6] == "typ" else {
            throw malformed("candidate needs foundation, component, transport, priority, address, port and type")
        }
        guard (1...32).contains(fields[0].utf8.count) else { throw malformed("foundation needs 1 to 32 characters") }
        guard let component = UInt16(fields[1]), (1...256).contains(component) else {
            throw malformed("component needs a number from 1 to 256")
        }
        guard let priority = UInt32(fields[3]) else { throw malformed("priority needs a number") }
        guard let port = UInt16(fields[5]) else { throw malformed("port needs a number up to 65535") }
        guard let address = CandidateAddress(fields[4], port: port) else { throw malformed("address or name expected") }
        guard let kind = CandidateKind(rawValue: fields[7].lowercased()) else { throw malformed("unknown type of candidate") }
        self.init(
            foundation: String(fields[0]), component: component, transport: CandidateTransport(fields[2]), priority: priority,
            address: address, kind: kind)

        var relatedHost: Substring?
        var relatedPort: UInt16?
        // A name without its value at the end is left out: RFC 8839 §5.1 has unknown extensions ignored.
        for index in stride(from: 8, to: fields.count - 1, by: 2) {
            let (name, value) = (fields[index], fields[index + 1])
            switch name {
            case "raddr": relatedHost = value
            case "rport": relatedPort = UInt16(value)
            case "tcptype": tcpType = String(value)
            case "ufrag": usernameFragment = String(value)
            default: extensions.append(CandidateExtension(name: String(name), value: String(value)))
            }
        }
        if let relatedHost, let relatedPort, case .ip(let related) = CandidateAddress(relatedHost, port: relatedPort) {
            relatedAddress = related
        }
    }

    /// `candidate:…`, without the `a=`.
    package var attributeValue: String {
        var text = "candidate:\(foundation) \(component) \(transport.text) \(priority) "
        switch address {
        case .ip(let address): text += "\(address.ip.withoutZone) \(address.port)"
        case .name(let host, let port): text += "\(host) \(port)"
        }
        text += " typ \(kind.rawValue)"
        if let relatedAddress { text += " raddr \(relatedAddress.ip.withoutZone) rport \(relatedAddress.port)" }
        if let tcpType { text += " tcptype \(tcpType)" }
        for item in extensions { text += " \(item.name) \(item.value)" }
        if let usernameFragment { text += " ufrag \(usernameFragment)" }
        return text
    }
}

extension CandidateAddress {
    /// `nil` where the text is neither an address nor a name. The zone of an address means nothing to another machine.
    fileprivate init?(_ text: Substring, port: UInt16) {
        let unzoned = text.prefix { $0 != "%" }
        if let ip = IPAddress(String(unzoned)) {
            self = .ip(SocketAddress(ip: ip, port: port))
            return
        }
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        // A last label of digits alone is a misspelt address (RFC 1123 §2.1).
        let lastLabel = text.split(separator: ".").last ?? ""
        guard isName, (1...253).contains(text.utf8.count), lastLabel.utf8.contains(where: { !(0x30...0x39).contains($0) })
        else { return nil }
        self = .name(String(text), port: port)
    }
}
