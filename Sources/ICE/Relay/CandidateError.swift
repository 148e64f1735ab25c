import Primitives

/// Why a server gave no candidate: `RTCPeerConnectionIceErrorEvent` (webrtc-pc §4.8.3).
package struct CandidateError: Sendable, Hashable {
    /// The server could not be reached (webrtc-pc §4.8.3).
    package static let unreachable: UInt16 = 701

    /// What the server was asked from; `nil` where there was no such socket yet.
    package var local: SocketAddress?
    /// The server's URL.
    package var url: String
    /// Of STUN, 300 to 699, or `unreachable`.
    package var code: UInt16
    /// For people.
    package var text: String

    package init(local: SocketAddress?, url: String, code: UInt16, text: String) {
        self.local = local
        self.url = url
        self.code = code
        self.text = text
    }
}
