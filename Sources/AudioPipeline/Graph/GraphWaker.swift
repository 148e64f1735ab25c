/// How the audio thread tells the others that there is something for them. Called on the audio thread; does not wait (a write to a
/// non-blocking descriptor, say).
package protocol GraphWaker: AnyObject, Sendable {
    /// Encoded frames wait in a `SendStream`: for the network loop.
    func wakeLoop()
    /// Retired objects wait: for whoever calls `GraphControl.collect`.
    func wakeCollector()
}
