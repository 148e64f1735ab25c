/// Which loudspeaker a microphone hears: the one of its own card (a headset, a laptop) if it is playing, else the default one, else
/// the one opened last.
enum EchoPairing {
    /// - Parameter outputs: the open loudspeakers, in the order opened.
    /// - Returns: the index in `outputs`, or `nil` where none is open.
    static func output(for input: AudioDevice, among outputs: [AudioDevice]) -> Int? {
        outputs.lastIndex { $0.groupID == input.groupID } ?? outputs.lastIndex(where: \.isDefault) ?? outputs.indices.last
    }
}
