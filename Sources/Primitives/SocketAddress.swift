/// An address and a UDP or TCP port.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    package var ip: IPAddress
    package var port: UInt16

    package init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// From text such as `192.0.2.1`; `nil` where it is no address.
    package init?(_ ip: String, port: UInt16) {
        guard let ip = IPAddress(ip) else { return nil }
        self.init(ip: ip, port: port)
    }

    package var description: String { ip.isV6 ? "[\(ip)]:\(port)" : "\(ip):\(port)" }
}
