/// Something that is heard, and how loud.
package struct SoundInput: Sendable {
    package let source: SoundSource
    /// 0…; above 1 it is louder than it came.
    package let gain: Float

    package init(_ source: SoundSource, gain: Float = 1) {
        self.source = source
        self.gain = max(0, gain)
    }
}

extension [SoundInput] {
    /// Each source once: the gains of one that comes several ways add up, as its sound does.
    func merged() -> [SoundInput] {
        var merged: [SoundInput] = []
        for input in self {
            if let index = merged.firstIndex(where: { $0.source.isSame(as: input.source) }) {
                merged[index] = SoundInput(input.source, gain: merged[index].gain + input.gain)
            } else {
                merged.append(input)
            }
        }
        return merged
    }

    func holds(_ source: SoundSource) -> Bool {
        for input in self where input.source.isSame(as: source) { return true }
        return false
    }

    /// 0 where it is not in.
    func gain(of source: SoundSource) -> Float {
        for input in self where input.source.isSame(as: source) { return input.gain }
        return 0
    }
}
