/// What a mix is made of. Whole and immutable: a change is a new state.
package final class MixState: Sendable {
    package let inputs: [SoundInput]

    package init(_ inputs: [SoundInput] = []) { self.inputs = inputs.merged() }
}
