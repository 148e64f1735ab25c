import SCTP

/// A message that claims to open a data channel.
package enum EstablishmentEntry: FuzzEntry {
    package static let name = "establishment"

    package static func run(_ bytes: [UInt8]) {
        guard let message = EstablishmentMessage(parsing: bytes) else { return }
        guard let again = EstablishmentMessage(parsing: message.bytes) else { preconditionFailure("what was read can be read again") }
        precondition(again == message, "a message that was written reads as what it was")
        // Limits beyond 16 bits saturate, and reliable channels have none. What follows an acknowledgement is passed over.
        guard case .open = message else { return }
        precondition(message.bytes.count == bytes.count, "nothing is lost and nothing added")
    }
}
