/// What `nearend echo` prints when calls can be placed.
struct ReadyAnnouncement {
    let address: String
    let port: Int

    /// An IPv6 address stands in brackets in a URL (RFC 3986 §3.2.2).
    private var authority: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }

    var sentence: String { "The softphone page is at http://\(authority)/ — control-C ends." }

    var json: String {
        #"{"type":"ready","port":\#(port),"page":"http://\#(authority)/","signal":"ws://\#(authority)\#(SignallingServer.path)"}"#
    }
}
