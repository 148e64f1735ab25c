import Primitives
import RTP

/// Payloads of telephone events, eight bytes each: four of the payload, four that make its timestamp and the time since the last one.
package enum TelephoneEventEntry: FuzzEntry {
    package static let name = "telephone-event"

    package static func run(_ bytes: [UInt8]) {
        var receiver = TelephoneEventReceiver()
        var now = Instant.zero
        for start in stride(from: 0, to: bytes.count, by: 8) {
            let record = Array(bytes[start..<min(start + 8, bytes.count)])
            guard let event = TelephoneEvent(parsing: Array(record.prefix(4))) else { return }
            precondition(TelephoneEvent(parsing: event.bytes) == event, "an event that was written reads as what it was")
            let rest = record.dropFirst(4) + [0, 0, 0, 0]
            let timestamp = UInt32(rest[rest.startIndex]) << 8 | UInt32(rest[rest.startIndex + 1])
            now += .milliseconds(Int(rest[rest.startIndex + 2]) * 4)
            _ = receiver.handleTimeout(at: now)
            _ = receiver.handle(event, timestamp: timestamp, at: now)
        }
    }
}
