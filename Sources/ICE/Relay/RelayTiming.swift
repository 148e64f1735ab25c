/// The times of TURN, each with its source.
package enum RelayTiming {
    /// How long a stream may take to open, TLS included.
    package static let connection = Duration.seconds(8)
    /// How long a server may take to answer a request over UDP. RFC 8489 §6.2.1 gives up after 39.5 s; a page that waits for all
    /// candidates does not.
    package static let transaction = Duration.seconds(5)
    /// RFC 8489 §6.2.1 doubles the time between two transmissions; not beyond this.
    package static let longestRetransmission = Duration.seconds(2)
    /// Asked for, and the default of RFC 8656 §3.2.
    package static let lifetime = Duration.seconds(600)
    /// An allocation is refreshed so long before it expires, or at half its lifetime if that is later.
    package static let refreshMargin = Duration.seconds(60)
    /// A permission lasts 300 s (RFC 8656 §9); it is renewed while it is in use.
    package static let permissionRefresh = Duration.seconds(240)
    package static let permissionLifetime = Duration.seconds(300)
    /// A channel lasts 600 s (RFC 8656 §12).
    package static let channelRefresh = Duration.seconds(540)
    /// Before a refresh that nobody answered is tried anew.
    package static let retry = Duration.seconds(5)
}
