@preconcurrency import Dispatch
import Engine
import Glibc
import Logging
import NIOCore
import NIOPosix

/// Listens for relays in virtual machines of this device (vsock(7)).
///
/// Connections are accepted here and not by SwiftNIO, which does not tell the machine that has connected.
package enum VsockListener {
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// AF_VSOCK and `struct sockaddr_vm` of <linux/vm_sockets.h>, which Glibc's module leaves out.
    private static let family: CInt = 40
    private static let anyMachine = UInt32.max

    private struct Address {
        var family = sa_family_t(VsockListener.family)
        var reserved: UInt16 = 0
        var port: UInt32 = 0
        var contextID: UInt32 = VsockListener.anyMachine
        var flags: UInt8 = 0
        var zeros: (UInt8, UInt8, UInt8) = (0, 0, 0)
    }

    /// Listens until the process ends.
    ///
    /// - Parameters:
    ///   - contextIDs: of the virtual machines that may connect; all of this device's where it is empty.
    ///
    /// Errors: this system has no vsock, or the port is taken.
    package static func listen(port: UInt32, contextIDs: Set<UInt32>, server: EngineServer, logger: Logger) throws(Problem) {
        let handle = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard handle >= 0 else { throw Problem(description: "no vsock on this system: \(String(cString: strerror(errno)))") }
        var address = Address(port: port)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, socklen_t(MemoryLayout<Address>.size)) == 0 }
        }
        guard isBound, Glibc.listen(handle, 16) == 0 else {
            let reason = String(cString: strerror(errno))
            close(handle)
            throw Problem(description: "the vsock port \(port) cannot be served: \(reason)")
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: handle, queue: DispatchQueue(label: "nearend.vsock"))
        source.setEventHandler {
            // Names itself, and so is kept.
            withExtendedLifetime(source) { accept(handle, contextIDs, server, logger) }
        }
        source.activate()
    }

    private static func accept(_ handle: CInt, _ contextIDs: Set<UInt32>, _ server: EngineServer, _ logger: Logger) {
        var address = Address()
        var length = socklen_t(MemoryLayout<Address>.size)
        let connection = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.accept(handle, $0, &length)
            }
        }
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard isWelcome(address.contextID, contextIDs) else {
            logger.warning("a connection of another virtual machine was refused", metadata: ["contextID": "\(address.contextID)"])
            close(connection)
            return
        }
        serve(connection, server, logger)
    }

    static func isWelcome(_ contextID: UInt32, _ contextIDs: Set<UInt32>) -> Bool { contextIDs.isEmpty || contextIDs.contains(contextID) }

    /// Brings an accepted connection to the engine.
    static func serve(_ connection: CInt, _ server: EngineServer, _ logger: Logger) {
        ClientBootstrap(group: NetworkLoop.eventLoop)
            .channelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(EngineChannelHandler(server)) }
            }
            .withConnectedSocket(connection)
            .whenFailure { error in logger.error("a connection could not be taken over", metadata: ["reason": "\(error)"]) }
    }
}
