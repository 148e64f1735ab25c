import CallProtocol
import NIOCore
import Primitives

/// Calls whose document has gone and that go on for a while, so that a later document of the same origin can take them back.
///
/// Whoever takes one back must show its token, which nobody but the extension has had, and be of its origin and desktop. A token counts once. What nobody takes
/// back in time ends, and so does what has nobody at the other end any more.
@NetworkLoop
package final class KeptCalls {
    /// One that is kept, for the person at the device.
    package struct Holding: Codable, Sendable, Hashable {
        package var desktop: String
        package var origin: String
        package var isMicrophoneOpen: Bool
        /// Until it ends by itself.
        package var seconds: Int
    }

    private struct Kept {
        let session: CallSession
        let desktop: String
        let end: Instant
        let timer: Scheduled<Void>
    }

    /// At once; one more ends with its document, as if it had not asked to be kept.
    package nonisolated static let limit = 8
    private static let tokenLength = 32

    /// How long a call is kept at most: the policy of this device.
    package let longest: Duration
    /// Called after a call has begun to be kept, and after its end.
    package var onChange: (@NetworkLoop () -> Void)?
    /// Engines whose link has lost its channel to that desktop: their documents may not be gone, but nobody reaches them.
    package var cutOff: @NetworkLoop (_ desktop: String) -> [CallEngine] = { _ in [] }

    private var kept: [Kept] = []

    /// - Parameter longest: zero: no call is kept.
    package init(longest: Duration = .zero) { self.longest = longest }

    package var holdings: [Holding] {
        kept.map {
            Holding(
                desktop: $0.desktop, origin: $0.session.origin, isMicrophoneOpen: $0.session.isMicrophoneOpen,
                seconds: Int(max(0, ($0.end - NetworkLoop.now).wholeMilliseconds / 1000)))
        }
    }

    /// What a document gets that wants its calls kept for so long; nothing where none are.
    func grant(seconds: Int) -> KeepRequest? {
        let time = min(.seconds(seconds), longest)
        guard time > .zero else { return nil }
        var random = RandomSource.system
        let token = random.bytes(Self.tokenLength).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return KeepRequest(token: token, time: time)
    }

    /// Takes a session over whose document has gone. `false` where it does not want that, has no call, or finds no place.
    func keep(_ session: CallSession, desktop: String) -> Bool {
        guard let wish = session.keepRequest, session.hasCall, kept.count < Self.limit else { return false }
        session.loseDocument()
        let end = NetworkLoop.now + wish.time
        let timer = NetworkLoop.schedule(at: end) { [weak self, weak session] in
            if let session { self?.end(session) }
        }
        kept.append(Kept(session: session, desktop: desktop, end: end, timer: timer))
        session.onOver = { [weak self, weak session] in
            // Not within what it is told by: closing a connection while it speaks would be closing it under itself.
            NetworkLoop.execute { if let session { self?.end(session) } }
        }
        onChange?()
        return true
    }

    /// The session that a token stands for. `nil` for one that stands for none, or not any more, or for another's: the caller learns no difference.
    func find(token: String, origin: String, desktop: String) -> CallSession? {
        let waiting = kept.lazy.filter { $0.desktop == desktop }.map(\.session) + cutOff(desktop).flatMap(\.openSessions)
        return waiting.first { $0.origin == origin && $0.keepRequest?.isNamed(by: token) == true }
    }

    /// Gives a session that was found to its next document; its token counts no more.
    func give(_ session: CallSession) {
        if let index = kept.firstIndex(where: { $0.session === session }) {
            kept.remove(at: index).timer.cancel()
            session.onOver = nil
            onChange?()
        } else {
            session.link?.surrender(session)
            session.loseDocument()
        }
    }

    /// Ends all. What is kept from now on is kept as ever.
    package func endAll() {
        for each in kept { end(each.session) }
    }

    private func end(_ session: CallSession) {
        guard let index = kept.firstIndex(where: { $0.session === session }) else { return }
        kept.remove(at: index).timer.cancel()
        session.close()
        onChange?()
    }

    /// Ends the one with that token, if it is of that origin and desktop.
    ///
    /// - Parameter origin: `nil` for any: the extension itself asks.
    func end(token: String, origin: String?, desktop: String) {
        let found = kept.first {
            $0.desktop == desktop && $0.session.keepRequest?.isNamed(by: token) == true && $0.session.origin == origin ?? $0.session.origin
        }
        if let found { end(found.session) }
    }
}
