/// One change on its way to the audio thread, and what it displaced on the way back.
///
/// The audio thread frees nothing: it hands the command itself back when it has carried it out, and with it all that the change no
/// longer needs. Whoever collects the command drops the last references.
/// `@unchecked Sendable`: the members are written before the command enters one ring (by whoever made it), by the audio thread
/// before it enters the other, and read after it has come out; each ring orders the accesses.
final class GraphCommand: @unchecked Sendable {
    let change: GraphChange
    /// What the change put out of use.
    var displaced: AnyObject?
    private let completion: (@Sendable () -> Void)?

    init(_ change: GraphChange, completion: (@Sendable () -> Void)?) {
        self.change = change
        self.completion = completion
    }

    /// Called by the collector, once.
    func finish() { completion?() }
}
