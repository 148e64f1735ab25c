/// A line that is neither `v=`, `o=`, `s=`, `m=` nor `a=`, kept as it was written: `c=IN IP4 0.0.0.0`, `b=AS:30`, `t=0 0`.
package struct SDPLine: Sendable, Hashable {
    /// The letter before the equals sign.
    package var letter: Character
    package var value: String

    package init(_ letter: Character, _ value: String) {
        self.letter = letter
        self.value = value
    }
}
