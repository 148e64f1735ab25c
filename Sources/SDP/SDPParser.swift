/// Reads a session description (RFC 8866 §9).
///
/// As tolerant as Chromium and a little more: lines may end with LF alone, the last one with nothing, empty lines may follow it,
/// optional lines may come in any order, and attributes we do not understand are kept. What we do understand must be well formed:
/// better an error with a line number than a call with half its parameters.
package struct SDPParser {
    /// - Throws: `SDPError` with the number of the first line that is wrong.
    package static func parse(_ text: String) throws(SDPError) -> SessionDescription {
        var parser = SDPParser(lines: try splitLines(text))
        return try parser.session()
    }

    private let lines: [String]
    /// Index of the next line to read.
    private var next = 0

    private init(lines: [String]) { self.lines = lines }

    private static func splitLines(_ text: String) throws(SDPError) -> [String] {
        guard text.utf8.count <= SDPLimits.bytes else {
            throw SDPError(.tooLarge, line: 1, "a description has at most \(SDPLimits.bytes) bytes, this has \(text.utf8.count)")
        }
        var lines: [String] = []
        for slice in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let content = slice.last == UInt8(ascii: "\r") ? slice.dropLast() : slice
            guard content.count <= SDPLimits.lineBytes else {
                throw SDPError(.tooLarge, line: lines.count + 1, "a line has at most \(SDPLimits.lineBytes) bytes")
            }
            // They would end a line for whoever reads what we write.
            guard !content.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) else {
                throw SDPError(.malformedLine, line: lines.count + 1, "a line holds a NUL or a carriage return")
            }
            guard lines.count <= SDPLimits.lines else {
                throw SDPError(.tooLarge, line: lines.count, "a description has at most \(SDPLimits.lines) lines")
            }
            lines.append(String(Substring(content)))
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    // MARK: - Levels

    private mutating func session() throws(SDPError) -> SessionDescription {
        guard try take("v", "a description begins with “v=0”") == "0" else {
            throw SDPError(.malformedValue, line: next, "only version 0 is known: “\(lines[next - 1])”")
        }
        guard let origin = SDPOrigin(parsing: try take("o", "the second line is “o=”")) else {
            throw SDPError(.malformedValue, line: next, "an origin has six fields: “\(lines[next - 1])”")
        }
        var session = SessionDescription(origin: origin, name: try take("s", "the third line is “s=”"), lines: [])
        try level(lines: &session.lines, attributes: &session.attributes)
        // RFC 8866 §5.9. Where it stands among the optional lines does not matter to us.
        guard session.lines.contains(where: { $0.letter == "t" }) else {
            throw SDPError(.missingLine, line: next + 1, "a description has a “t=” line before its first section")
        }
        while next < lines.count {
            guard session.media.count < SDPLimits.mediaSections else {
                throw SDPError(.tooLarge, line: next + 1, "a description has at most \(SDPLimits.mediaSections) sections")
            }
            session.media.append(try section())
        }
        return session
    }

    private mutating func section() throws(SDPError) -> MediaDescription {
        let value = try take("m", "a section begins with “m=”")
        let fields = value.fields()
        guard fields.count >= 3 else { throw malformed("a section has a kind, a port and a protocol") }
        let port = fields[1].utf8Split(at: "/")
        guard port.count <= 2, let number = UInt16(digits: port[0]) else { throw malformed("a port is a number up to 65535") }
        let count = port.count == 2 ? Int(digits: port[1]) : nil
        guard port.count == 1 || count != nil else { throw malformed("a number of ports is a number") }
        guard SDPParser.isKnownProtocol(fields[2]) else { throw malformed("“\(fields[2])” is no protocol we know") }
        var section = MediaDescription(
            kind: fields[0], port: number, portCount: count, transportProtocol: fields[2], formats: Array(fields[3...]), lines: [])
        if section.transportProtocol.contains("RTP/") {
            // RFC 8866 §5.14: for RTP the formats are payload types, and there is at least one.
            guard !section.formats.isEmpty, section.payloadTypes.count == section.formats.count else {
                throw malformed("the formats of RTP are payload types from 0 to 127")
            }
        }
        try level(lines: &section.lines, attributes: &section.attributes)
        return section
    }

    /// The lines up to the next section.
    private mutating func level(lines others: inout [SDPLine], attributes: inout [SDPAttribute]) throws(SDPError) {
        var payloadNames: [UInt8: (String, UInt32)] = [:]
        while next < lines.count {
            let (letter, value) = try split(lines[next], at: next)
            guard letter != "m" else { return }
            next += 1
            guard letter == "a" else {
                others.append(SDPLine(letter, value))
                continue
            }
            let attribute = value.splitOnce(at: ":").map { SDPAttribute($0.0, $0.1) } ?? SDPAttribute(value)
            if let complaint = AttributeGrammar.complaint(about: attribute) {
                throw SDPError(.malformedAttribute, line: next, "\(complaint): “\(lines[next - 1])”")
            }
            if attribute.name == "rtpmap", let map = attribute.value.flatMap(RTPMap.init(parsing:)) {
                let meaning = (map.encodingName.lowercased(), map.clockRate)
                if let earlier = payloadNames[map.payloadType], earlier != meaning {
                    throw SDPError(
                        .malformedAttribute, line: next, "payload type \(map.payloadType) has two meanings: “\(lines[next - 1])”")
                }
                payloadNames[map.payloadType] = meaning
            }
            attributes.append(attribute)
        }
    }

    // MARK: - Lines

    private mutating func take(_ letter: Character, _ expectation: String) throws(SDPError) -> String {
        guard next < lines.count else { throw SDPError(.missingLine, line: next + 1, "\(expectation), but the text ends") }
        let (found, value) = try split(lines[next], at: next)
        next += 1
        guard found == letter else { throw SDPError(.missingLine, line: next, "\(expectation), not “\(lines[next - 1])”") }
        return value
    }

    private func split(_ line: String, at index: Int) throws(SDPError) -> (Character, String) {
        let bytes = line.utf8
        guard let letter = bytes.first, (0x61...0x7A).contains(letter),
            case let equals = bytes.index(after: bytes.startIndex), equals < bytes.endIndex, bytes[equals] == UInt8(ascii: "=")
        else {
            throw SDPError(.malformedLine, line: index + 1, "a line is a small letter, “=” and a value: “\(line)”")
        }
        return (Character(Unicode.Scalar(letter)), String(Substring(bytes[bytes.index(after: equals)...])))
    }

    private func malformed(_ reason: String) -> SDPError {
        SDPError(.malformedValue, line: next, "\(reason): “\(lines[next - 1])”")
    }

    /// RTP with any profile (RFC 3551, 3711, 4585, 5124, 5764), and the data channel's (RFC 8841).
    private static func isKnownProtocol(_ name: String) -> Bool {
        let profiles = ["RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"]
        let carriers = ["", "UDP/TLS/", "TCP/TLS/", "TCP/"]
        if carriers.contains(where: { carrier in profiles.contains { carrier + $0 == name } }) { return true }
        return ["DTLS/SCTP", "UDP/DTLS/SCTP", "TCP/DTLS/SCTP"].contains(name)
    }
}
