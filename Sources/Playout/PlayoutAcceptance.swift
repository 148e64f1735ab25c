/// What became of a packet that was handed to the playout.
package enum PlayoutAcceptance: Sendable, Hashable {
    /// It waits for its turn.
    case queued
    /// It is no sound but a telephone event, of which note was taken; the caller may want to know of it.
    case telephoneEvent
    /// Its turn has passed.
    case late
    /// It is here already.
    case duplicate
    /// It makes no sense: none of its codec's, too long, or from a source that has been replaced.
    case useless
}
