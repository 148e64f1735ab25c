import AudioDevices
import Engine
import Glibc
import Logging
import Primitives
import SessionLayer
import Testing

@testable import EngineService

@Suite struct VsockListenerTests {
    @Test("virtual machines that are named may connect, and all where none is")
    func contextIDs() {
        #expect(VsockListener.isWelcome(3, []))
        #expect(VsockListener.isWelcome(3, [3, 4]))
        #expect(!VsockListener.isWelcome(5, [3, 4]))
    }

    /// What comes after accept(2), with a pair of sockets for one of vsock: not every kernel carries vsock to itself.
    @Test("a connection that was accepted reaches the engine, which opens a session")
    func served() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = await EngineServer.silent(logger: logger)
        var ends: [CInt] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        VsockListener.serve(ends[1], server, logger)
        let desktop = ends[0]
        let isConnected = await Task.detached { Self.greet(over: desktop) }.value
        #expect(isConnected)
        #expect(await server.perform(.report).sessions.map(\.channel.desktop) == ["agent@machine"])
        close(desktop)
        await server.stop()
    }

    /// Speaks as a relay does until it is let in. Waits for the socket, for at most ten seconds.
    private static func greet(over handle: CInt) -> Bool {
        let now = Instant(nanoseconds: 1)
        var relay = RelayEnd(desktop: "agent@machine", at: now)
        relay.handle(.timeout, at: now)
        var isWaiting = false
        while !isWaiting {
            switch relay.pollOutput(at: now) {
            case .openChannel: relay.handle(.channelOpened, at: now)
            case .transmit(let bytes): _ = write(handle, bytes, bytes.count)
            case .wait: isWaiting = true
            case .connected: return true
            case .closeChannel, .ended: return false
            case .deliver, .disconnected: break
            }
            guard isWaiting else { continue }
            var event = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
            var bytes = [UInt8](repeating: 0, count: 4096)
            guard poll(&event, 1, 10_000) > 0, case let count = read(handle, &bytes, bytes.count), count > 0 else { return false }
            relay.handle(.received(Array(bytes[..<count])), at: now)
            isWaiting = false
        }
        return false
    }
}

extension EngineServer {
    /// One without a microphone, which keeps no answers.
    fileprivate static func silent(logger: Logger) -> EngineServer {
        EngineServer(
            devices: .virtual(microphone: nil, loops: false, loudspeaker: "/dev/null"), network: NetworkPolicy(), microphone: MicrophonePolicy(),
            answers: ConsentStore(path: "/dev/null/none"), grace: .seconds(1), logger: logger)
    }
}
