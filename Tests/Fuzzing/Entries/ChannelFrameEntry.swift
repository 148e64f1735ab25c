import Primitives
import SessionLayer

/// What a remote session sends to the engine. The first byte says how the rest is cut into pieces: however that is, the engine hears
/// the same of a relay that keeps the rules, never more than its limits allow, and never traps.
package enum ChannelFrameEntry: FuzzEntry {
    package static let name = "channel-frame"

    package static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let size = Int(first) + 1
        let pieces = stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
        let (inPieces, whole) = (delivered(pieces), delivered([stream]))
        // A breach ends what it is in, and what came with it in one piece is lost or not.
        if let inPieces, let whole { precondition(inPieces == whole, "how a stream is cut changes what it says") }
        var frames = ChannelFrameDecoder()
        frames.append(stream)
        while case .some(.some(let frame)) = try? frames.next() {
            let again = frame.bytes
            precondition(again.count <= 4 + ChannelFrame.longest + ChannelFrame.longestText, "what we write is no longer than what we read")
        }
    }

    /// The messages that come out, of all sessions together; `nil` where the rules were broken.
    private static func delivered(_ pieces: [[UInt8]]) -> [[UInt8]]? {
        let now = Instant(nanoseconds: 1_000_000_000)
        let channel = EngineEnd.ChannelID(1)
        var engine = EngineEnd(longestMessage: 1 << 16, random: RandomSource(seed: 1))
        var messages: [[UInt8]] = []
        var isBroken = false
        func drain() {
            while true {
                switch engine.pollOutput(at: now) {
                case .deliver(_, let message): messages.append(message)
                case .closeChannel: isBroken = true
                case .ended(_, let failure): isBroken = isBroken || failure?.code == .violation
                case .transmit, .opened, .suspended, .resumed: break
                case .wait: return
                }
            }
        }
        engine.handle(.channelOpened(channel), at: now)
        for piece in pieces {
            engine.handle(.received(channel, piece), at: now)
            drain()
        }
        precondition(engine.sessionCount <= EngineEnd.sessionLimit, "there are no more sessions than allowed")
        return isBroken ? nil : messages.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
