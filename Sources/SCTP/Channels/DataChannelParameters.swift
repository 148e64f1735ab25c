/// What both ends agree on about a channel (RFC 8832 §5.1).
package struct DataChannelParameters: Sendable, Hashable {
    package var label: String
    /// The subprotocol; empty for none.
    package var subprotocol: String
    package var isOrdered: Bool
    package var reliability: SCTPMessage.Reliability

    package init(label: String = "", subprotocol: String = "", isOrdered: Bool = true, reliability: SCTPMessage.Reliability = .reliable) {
        self.label = label
        self.subprotocol = subprotocol
        self.isOrdered = isOrdered
        self.reliability = reliability
    }
}
