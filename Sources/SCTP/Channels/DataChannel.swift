/// One channel: its parameters, how far it has come, and what waits to be sent.
package struct DataChannel: Sendable {
    /// RTCDataChannelState (webrtc-pc §6.2).
    package enum State: String, Sendable, Hashable {
        /// The association, or the channel's number, is not there yet.
        case connecting
        case open
        /// One side has said that it will send no more; what was to be sent before may still be on its way.
        case closing
        case closed
    }

    /// What stands between `closing` and `closed` (RFC 8831 §6.7).
    struct Closing: Sendable, Hashable {
        /// Our side of the stream: to be reset, asked for, done.
        enum Ours: Sendable, Hashable { case due, asked, done }
        var ours = Ours.due
        var isTheirsDone = false
        var isComplete: Bool { ours == .done && isTheirsDone }
    }

    package let handle: DataChannelHandle
    package let parameters: DataChannelParameters
    /// Both pages have made it, with the number agreed on between them; nothing is said about it on the wire.
    package let isNegotiated: Bool
    /// The stream in both directions; `nil` until the association's roles are known.
    package internal(set) var id: UInt16?
    /// The number is ours, and not the page's.
    var hasAssignedID = false
    package internal(set) var state = State.connecting
    package internal(set) var messagesSent = 0
    package internal(set) var bytesSent = 0
    package internal(set) var messagesReceived = 0
    package internal(set) var bytesReceived = 0
    /// Messages that the library has no room for yet, in order.
    var waiting = DataMessageQueue()
    /// The message that opens it, or the answer to that, has not been sent yet.
    var establishment: EstablishmentMessage?
    /// Until the peer is known to have the channel, messages go in order behind the one that opens it (RFC 8832 §6).
    var isAcknowledged: Bool
    var closing = Closing()

    init(handle: DataChannelHandle, parameters: DataChannelParameters, id: UInt16?, isNegotiated: Bool, isOpenedByPeer: Bool) {
        self.handle = handle
        self.parameters = parameters
        self.id = id
        self.isNegotiated = isNegotiated
        isAcknowledged = isNegotiated || isOpenedByPeer
        if isOpenedByPeer {
            establishment = .acknowledgement
        } else if !isNegotiated {
            establishment = .open(parameters, priority: EstablishmentMessage.normalPriority)
        }
    }
}
