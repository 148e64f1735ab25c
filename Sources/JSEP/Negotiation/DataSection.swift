/// The section of the data channels: there is one at most, however many channels there are (RFC 8832 §4).
struct DataSection: Sendable, Hashable {
    /// The page has made a channel, so that offers have the section.
    var isWanted = false
    /// Its identification, while a description that is set has it.
    var mid: String?
    /// The identification it has been offered under before.
    var reservedMid: String?
}
