import CallProtocol
import Primitives

/// A `stun:` URL of a page's configuration (RFC 7064), as far as it matters here.
package struct ServerURL: Sendable, Hashable {
    package var host: String
    package var port: UInt16

    /// The servers to ask for outer addresses.
    ///
    /// Errors: URLs that webrtc-pc §4.4.1.6 refuses. TURN servers are accepted and not used by this version; a policy that needs one is refused.
    static func stunServers(of configuration: Configuration) throws(ProtocolError) -> [ServerURL] {
        guard configuration.iceTransportPolicy != "relay" else {
            throw ProtocolError(.notSupported, "This version of Nearend reaches no relay; iceTransportPolicy “relay” cannot be had.")
        }
        var servers: [ServerURL] = []
        for text in (configuration.iceServers ?? []).flatMap(\.urls) {
            let lowered = text.lowercased()
            if lowered.hasPrefix("turn:") || lowered.hasPrefix("turns:") || lowered.hasPrefix("stuns:") { continue }
            guard let server = ServerURL(text) else {
                throw ProtocolError(.descriptionRefused, name: "SyntaxError", "'\(text.prefix(128))' is not a valid URL.")
            }
            if !servers.contains(server) { servers.append(server) }
        }
        return servers
    }

    /// `stun:host`, `stun:host:port`, with IPv6 addresses in brackets; `nil` for all else.
    package init?(_ text: String) {
        guard text.lowercased().hasPrefix("stun:") else { return nil }
        var rest = text.dropFirst(5)
        var portText: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let after = rest[rest.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            portText = after.isEmpty ? nil : after.dropFirst()
            rest = rest[rest.index(after: rest.startIndex)..<end]
        } else if let colon = rest.lastIndex(of: ":") {
            portText = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        let isHost = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "@") }
        guard !rest.isEmpty, rest.utf8.count <= 253, isHost else { return nil }
        host = String(rest)
        guard let portText else {
            port = 3478
            return
        }
        guard let number = UInt16(portText), number > 0 else { return nil }
        port = number
    }
}
