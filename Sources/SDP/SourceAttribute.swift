/// `a=ssrc:1831723074 cname:Ee9F3RQ2S1Ig6OFH` (RFC 5576 §4.1).
package struct SourceAttribute: Sendable, Hashable {
    package var ssrc: UInt32
    package var name: String
    package var argument: String?

    package init(ssrc: UInt32, name: String, argument: String? = nil) {
        self.ssrc = ssrc
        self.name = name
        self.argument = argument
    }

    package init?(parsing value: String) {
        guard let (number, rest) = value.splitOnce(at: " "), let ssrc = UInt32(digits: number), !rest.isEmpty else { return nil }
        if let (name, argument) = rest.splitOnce(at: ":") {
            self.init(ssrc: ssrc, name: name, argument: argument)
        } else {
            self.init(ssrc: ssrc, name: rest)
        }
    }

    package var value: String { "\(ssrc) \(name)" + (argument.map { ":\($0)" } ?? "") }
}
