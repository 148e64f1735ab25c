/// A message of an association, whole.
package struct SCTPMessage: Sendable, Hashable {
    /// How hard the library tries (RFC 3758, RFC 7496).
    package enum Reliability: Sendable, Hashable {
        case reliable
        /// Sent again so often at most.
        case retransmissions(UInt16)
        /// Sent and sent again for so long at most.
        case lifetime(milliseconds: UInt16)
    }

    package var stream: UInt16
    /// What the bytes mean (RFC 8831 §8).
    package var protocolIdentifier: UInt32
    package var bytes: [UInt8]
    /// Only of messages to send.
    package var isUnordered = false
    /// Only of messages to send.
    package var reliability = Reliability.reliable

    package init(
        stream: UInt16, protocolIdentifier: UInt32, bytes: [UInt8], isUnordered: Bool = false, reliability: Reliability = .reliable
    ) {
        self.stream = stream
        self.protocolIdentifier = protocolIdentifier
        self.bytes = bytes
        self.isUnordered = isUnordered
        self.reliability = reliability
    }
}
