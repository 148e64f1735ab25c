import CallProtocol
import ICE
import Primitives

/// A `stun:` or `turn:` URL of a page's configuration (RFC 7064, RFC 7065), as far as it matters here.
package struct ServerURL: Sendable, Hashable {
    /// What the server is asked for.
    package enum Service: Sendable, Hashable {
        /// An outer address, by UDP.
        case binding
        /// An address of its own.
        case relay(RelayProtocol)
        /// STUN over TLS and TURN over DTLS, which browsers pass over too.
        case none
    }

    package var host: String
    package var port: UInt16
    package var service: Service
    /// As the page wrote it.
    package var text: String
    package var username = ""
    package var credential = ""

    /// The servers to ask.
    ///
    /// Errors: URLs that webrtc-pc §4.4.1.6 refuses.
    static func servers(of configuration: Configuration) throws(ProtocolError) -> [ServerURL] {
        var servers: [ServerURL] = []
        for entry in configuration.iceServers ?? [] {
            for text in entry.urls {
                guard var server = ServerURL(text) else {
                    throw ProtocolError(.descriptionRefused, name: "SyntaxError", "'\(text.prefix(128))' is not a valid URL.")
                }
                server.username = entry.username ?? ""
                server.credential = entry.credential ?? ""
                if server.service != .none, !servers.contains(server) { servers.append(server) }
            }
        }
        return servers
    }

    /// `stun:host`, `turn:host:port?transport=tcp` and so on, with IPv6 addresses in brackets; `nil` for all else.
    package init?(_ text: String) {
        guard let schemeEnd = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<schemeEnd].lowercased()
        var rest = text[text.index(after: schemeEnd)...]
        var transport: Substring?
        if scheme.hasPrefix("turn"), let question = rest.firstIndex(of: "?") {
            let query = rest[rest.index(after: question)...]
            guard query.lowercased().hasPrefix("transport=") else { return nil }
            transport = query.dropFirst("transport=".count)
            rest = rest[..<question]
        }
        switch (scheme, transport?.lowercased()) {
        case ("stun", nil): service = .binding
        case ("turn", nil), ("turn", "udp"): service = .relay(.udp)
        case ("turn", "tcp"): service = .relay(.tcp)
        case ("turns", nil), ("turns", "tcp"): service = .relay(.tls)
        case ("stuns", nil), ("turns", "udp"): service = .none
        case (_, _): return nil
        }
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
        self.text = text
        guard let portText else {
            port = scheme.hasSuffix("s") ? 5349 : 3478
            return
        }
        guard let number = UInt16(portText), number > 0 else { return nil }
        port = number
    }
}
