import Glibc
import NIOCore
import Primitives

/// Between our addresses and SwiftNIO's, which are the kernel's.
extension NIOCore.SocketAddress {
    init(_ address: Primitives.SocketAddress) {
        switch address.ip {
        case .v4(let bits):
            var kernel = sockaddr_in()
            kernel.sin_family = sa_family_t(AF_INET)
            kernel.sin_port = address.port.bigEndian
            kernel.sin_addr.s_addr = bits.bigEndian
            self.init(kernel)
        case .v6(let high, let low, let zone):
            var kernel = sockaddr_in6()
            kernel.sin6_family = sa_family_t(AF_INET6)
            kernel.sin6_port = address.port.bigEndian
            kernel.sin6_scope_id = zone
            withUnsafeMutableBytes(of: &kernel.sin6_addr) { octets in
                octets.storeBytes(of: high.bigEndian, as: UInt64.self)
                octets.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            self.init(kernel)
        }
    }
}

extension Primitives.SocketAddress {
    /// `nil` for a Unix domain socket.
    init?(_ address: NIOCore.SocketAddress) {
        switch address {
        case .v4(let v4):
            self.init(ip: .v4(UInt32(bigEndian: v4.address.sin_addr.s_addr)), port: UInt16(bigEndian: v4.address.sin_port))
        case .v6(let v6):
            let (high, low) = withUnsafeBytes(of: v6.address.sin6_addr) { octets in
                (UInt64(bigEndian: octets.load(as: UInt64.self)), UInt64(bigEndian: octets.load(fromByteOffset: 8, as: UInt64.self)))
            }
            let zone = high >> 54 == 0xFE80 >> 6 ? v6.address.sin6_scope_id : 0
            self.init(ip: .v6(high: high, low: low, zone: zone), port: UInt16(bigEndian: v6.address.sin6_port))
        case .unixDomainSocket:
            return nil
        }
    }
}
