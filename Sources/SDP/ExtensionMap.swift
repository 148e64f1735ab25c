/// `a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level` (RFC 8285 §8).
package struct ExtensionMap: Sendable, Hashable {
    /// 1…14 travel in the one-byte form, up to 255 in the two-byte form; larger ones stand for maps yet to be given a number.
    package var id: UInt16
    package var direction: MediaDirection?
    package var uri: String
    package var attributes: String?

    package init(id: UInt16, direction: MediaDirection? = nil, uri: String, attributes: String? = nil) {
        self.id = id
        self.direction = direction
        self.uri = uri
        self.attributes = attributes
    }

    package init?(parsing value: String) {
        let fields = value.fields()
        guard fields.count >= 2 else { return nil }
        let head = fields[0].utf8Split(at: "/")
        guard head.count <= 2, let id = UInt16(digits: head[0]), id > 0 else { return nil }
        var direction: MediaDirection?
        if head.count == 2 {
            guard let written = MediaDirection(rawValue: head[1]) else { return nil }
            direction = written
        }
        self.init(
            id: id, direction: direction, uri: fields[1],
            attributes: fields.count > 2 ? fields[2...].joined(separator: " ") : nil)
    }

    package var value: String {
        "\(id)" + (direction.map { "/\($0.rawValue)" } ?? "") + " \(uri)" + (attributes.map { " \($0)" } ?? "")
    }

    /// RFC 5450: of video; agreed on as browsers do, and not sent.
    package static let transmissionOffset = "urn:ietf:params:rtp-hdrext:toffset"
    /// TS 26.114 of 3GPP §7.4.5, RFC 8852: of video, as above.
    package static let videoOrientation = "urn:3gpp:video-orientation"
    package static let streamID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    package static let repairedStreamID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    package static let audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    /// Packets counted across all streams of a transport, for feedback on them.
    package static let transportNumber = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    package static let mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
}
