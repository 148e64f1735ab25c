/// Connections to relays that are reached by TCP or TLS. The agent numbers them; its owner opens and closes them.
package enum RelayStream {
    package struct ID: Sendable, Hashable {
        package let number: Int
    }

    /// What an agent wants of its owner.
    package enum Request: Sendable, Hashable {
        /// Connect, with TLS where the server's transport says so: its certificate must bear `host` and be trusted. Answered by `opened` or
        /// `closed`; the agent gives up by itself after `RelayTiming.connection`.
        case open(ID, RelayServer)
        case send(ID, [UInt8])
        /// Nothing more of this stream is wanted. What was sent before still goes out where it can.
        case close(ID)
    }

    /// What happens to a stream.
    package enum Report: Sendable {
        case opened(ID)
        case received(ID, [UInt8])
        /// It could not be opened, or has ended.
        case closed(ID, reason: String)
    }
}
