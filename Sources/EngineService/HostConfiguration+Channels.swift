import DTLS
import JSONCoding
import RemoteDesktop

extension HostConfiguration {
    /// The files that one end of a TLS channel needs, all in PEM.
    package struct Identity: Decodable, Sendable {
        /// Our certificate, with those between it and the authority.
        var certificate: String
        var key: String
        /// Who signs the certificates of the other side.
        var authority: String
        /// `host:port`: to connect to, or to listen at.
        var address: String
        /// The name in the device's certificate, where it is not the host in `address`.
        var name: String?
        /// Names of which a desktop's certificate must bear one; without it, the authority is enough.
        var names: [String]?
    }

    package struct Vsock: Decodable, Sendable {
        var port: UInt32
        /// The machine that runs the engine; without it, the one that this virtual machine runs on.
        var contextID: UInt32?
        /// The virtual machines that may connect; without it, all.
        var contextIDs: [UInt32]?
    }

    /// Where the engine listens beside its socket; nowhere where a member is absent.
    package struct Listening: Decodable, Sendable {
        var tls: Identity?
        var vsock: Vsock?
    }

    /// The way to the device by TCP. Errors: it is not described, or its files cannot be used.
    package func tlsChannel() throws(ConfigurationError) -> TLSChannel {
        guard let described = remoteDesktop?.tls else { throw ConfigurationError(reason: "“remoteDesktop.tls” is missing") }
        let (host, port) = try Self.address(described.address, "remoteDesktop.tls.address")
        return TLSChannel(host: host, port: port, name: described.name, identity: try described.read(.client, "remoteDesktop.tls"))
    }

    /// The way to the device from a virtual machine. Errors: it is not described.
    package func vsockChannel() throws(ConfigurationError) -> VsockChannel {
        guard let described = remoteDesktop?.vsock else { throw ConfigurationError(reason: "“remoteDesktop.vsock” is missing") }
        // VMADDR_CID_HOST (vsock(7)).
        return VsockChannel(contextID: described.contextID ?? 2, port: described.port)
    }

    /// `host:port`, with brackets around an IPv6 address. Errors: what is something else.
    static func address(_ text: String, _ member: String) throws(ConfigurationError) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw ConfigurationError(reason: "“\(member)”: “\(text)” is no host:port")
        }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard !host.isEmpty, isBracketed || !host.contains(":") else { throw ConfigurationError(reason: "“\(member)”: “\(text)” is no host:port") }
        return (isBracketed ? String(host.dropFirst().dropLast()) : String(host), Int(port))
    }
}

extension HostConfiguration.Identity {
    func read(_ role: TLSIdentity.Role, _ member: String) throws(ConfigurationError) -> TLSIdentity {
        do throws(TLSIdentity.Problem) {
            return try TLSIdentity(role, certificate: certificate, key: key, authority: authority)
        } catch {
            throw ConfigurationError(reason: "“\(member)”: \(error)")
        }
    }
}
