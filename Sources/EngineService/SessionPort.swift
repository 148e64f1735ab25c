import CallProtocol
import Engine
import SessionLayer

/// A session over a remote desktop's channel as a link sees it.
@NetworkLoop
final class SessionPort: MessagePort {
    private let id: SessionID
    private weak var server: EngineServer?

    init(_ id: SessionID, server: EngineServer) {
        self.id = id
        self.server = server
    }

    var isWritable: Bool { server?.isWritable(id) ?? false }
    func write(_ message: [UInt8], about kind: MessageKind) { server?.send(message, about: kind, to: id) }
    func close() { server?.finish(id) }
}
