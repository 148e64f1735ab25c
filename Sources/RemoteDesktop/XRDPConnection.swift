import Glibc

/// Which connection of a remote desktop's client xrdp's channel server serves.
///
/// For every client that connects, xrdp opens a connection of its own to the channel server, at a socket beside the one for programs. The kernel numbers
/// such connections and lists them (proc(5), net/unix), so that a client that came back is told from one that never left, without asking the server.
package enum XRDPConnection {
    /// A name for the connection that is there now; `nil` where there is none.
    ///
    /// - Parameters:
    ///   - path: the channel server's socket for programs, `…/xrdpapi_10`.
    ///   - sockets: the kernel's table.
    static func name(at path: String, in sockets: String) -> String? {
        guard let server = serverPath(of: path) else { return nil }
        // Address, references, protocol, flags, type, state, inode, path. A connection has state 3; the listening socket has 1.
        let numbers = sockets.split(separator: "\n").compactMap { line -> Substring? in
            let fields = line.split(separator: " ", maxSplits: 7)
            return fields.count == 8 && fields[7] == server && fields[5] == "03" ? fields[6] : nil
        }
        return numbers.isEmpty ? nil : numbers.sorted().joined(separator: "+")
    }

    /// The kernel's table as it is now; empty where it cannot be read.
    static func sockets() -> String {
        guard let file = fopen("/proc/net/unix", "re") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while text.count < 16 << 20 {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            text += block[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `…/xrdp_chansrv_socket_10` of `…/xrdpapi_10`.
    private static func serverPath(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), path[slash...].hasPrefix("/xrdpapi_") else { return nil }
        return path[...slash] + "xrdp_chansrv_socket_" + path[slash...].dropFirst("/xrdpapi_".count)
    }
}
