/// Writes a session description with the lines in the order of RFC 8866 §5, each ended by CR LF.
package enum SDPWriter {
    package static func write(_ session: SessionDescription) -> String {
        var text = "v=0\r\no=\(session.origin.value)\r\ns=\(session.name)\r\n"
        append(session.lines, session.attributes, to: &text)
        for section in session.media {
            let count = section.portCount.map { "/\($0)" } ?? ""
            text += "m=\(section.kind) \(section.port)\(count) \(section.transportProtocol)"
            for format in section.formats { text += " \(format)" }
            text += "\r\n"
            append(section.lines, section.attributes, to: &text)
        }
        return text
    }

    private static func append(_ lines: [SDPLine], _ attributes: [SDPAttribute], to text: inout String) {
        for line in lines { text += "\(line.letter)=\(line.value)\r\n" }
        for attribute in attributes {
            text += "a=\(attribute.name)"
            if let value = attribute.value { text += ":\(value)" }
            text += "\r\n"
        }
    }
}
