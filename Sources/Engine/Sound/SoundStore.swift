import CallProtocol
import Primitives

/// The sound files that pages have sent down, by origin and hash: a file comes once, however many documents play it.
@NetworkLoop
final class SoundStore {
    /// A minute at 48 kHz; pages keep what is longer.
    static let longestSound = 60 * 48_000
    /// Samples of all files together, 64 MB of them. Beyond it the oldest go.
    private static let capacity = 32 << 20
    /// A SHA-256 in hexadecimal digits.
    private static let hashLength = 64

    private struct Key: Hashable {
        let origin: String
        let hash: String
    }

    private var sounds: [Key: [Int16]] = [:]
    /// Oldest first.
    private var order: [Key] = []
    private var count = 0

    /// Keeps a file.
    ///
    /// Errors: `invalidParameter` where the hash is none, or the data are not base64 of 16-bit samples of at most a minute.
    func keep(_ sound: ProvideSound, of origin: String) throws(ProtocolError) {
        let hash = sound.sound
        guard hash.utf8.count == Self.hashLength else {
            throw ProtocolError(.invalidParameter, "“sound” must be a SHA-256 in hexadecimal digits")
        }
        guard sound.data.utf8.count <= Self.longestSound * 2 * 4 / 3 + 4, let bytes = Base64.decode(sound.data), bytes.count.isMultiple(of: 2),
            !bytes.isEmpty, bytes.count <= Self.longestSound * 2
        else { throw ProtocolError(.invalidParameter, "“data” must be base64 of 16-bit samples, at most a minute of them") }
        let key = Key(origin: origin, hash: hash)
        guard sounds[key] == nil else { return }
        let samples = stride(from: 0, to: bytes.count, by: 2).map { Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8) }
        while count + samples.count > Self.capacity, let oldest = order.first {
            order.removeFirst()
            count -= sounds.removeValue(forKey: oldest)?.count ?? 0
        }
        sounds[key] = samples
        order.append(key)
        count += samples.count
    }

    /// One channel at 48 kHz; `nil` where that origin has sent no such file, or so long ago that it was let go.
    func samples(_ hash: String, of origin: String) -> [Int16]? { sounds[Key(origin: origin, hash: hash)] }
}
