/// `a=msid:stream track` (RFC 8830 §2): which media stream a section's track belongs to.
package struct MediaStreamIdentification: Sendable, Hashable {
    /// `-` where the track belongs to none.
    package var stream: String
    /// `nil` where it was left out, as RFC 9429 §5.2.1 allows.
    package var track: String?

    package init(stream: String, track: String? = nil) {
        self.stream = stream
        self.track = track
    }

    package init?(parsing value: String) {
        let fields = value.fields()
        guard (1...2).contains(fields.count) else { return nil }
        self.init(stream: fields[0], track: fields.count == 2 ? fields[1] : nil)
    }

    package var value: String { track.map { "\(stream) \($0)" } ?? stream }
}
