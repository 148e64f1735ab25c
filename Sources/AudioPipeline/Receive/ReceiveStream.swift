import AudioCore
import Primitives
package final class ReceiveStream: @unchecked Sendable {
    let frame = AudioFrame()
    var isEnabled = true
    func tick(at now: Instant) -> Bool { false }
    func fallSilent() { frame.clear() }
}
