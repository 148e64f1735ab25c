/// What a page's audio graph leads together into a track, whole each time. The first one makes the track.
package struct SetMix: Codable, Sendable, Hashable {
    /// As an OscillatorNode has it (`type`).
    package enum Tone: String, Codable, Sendable, Hashable {
        case sine, square, sawtooth, triangle
    }

    /// A connection's receiver, a local track, a sound file that was provided, or a tone.
    package struct Input: Codable, Sendable, Hashable {
        /// The page's number for it. A file or tone that the mix has under that number already goes on.
        package var input: Int
        /// 0…16.
        package var gain: Double
        package var connection: ConnectionHandle?
        package var transceiver: TransceiverID?
        package var track: TrackHandle?
        /// Its hash.
        package var sound: String?
        package var tone: Tone?
        /// Hz, of a tone: 0…24,000.
        package var frequency: Double?
        /// Seconds until a file or tone begins that the mix has not yet; absent: at once.
        package var delay: Double?
        /// Seconds until a file or tone ends, from now; absent: with the file, or never.
        package var end: Double?
        /// Seconds into a file that the mix has not yet.
        package var position: Double?
        package var loops: Bool?
        /// The part of the file that loops, in seconds; absent or empty: all of it.
        package var loopStart: Double?
        package var loopEnd: Double?
    }

    /// The handle that the track has, or shall have.
    package var track: TrackHandle
    package var inputs: [Input]
}
