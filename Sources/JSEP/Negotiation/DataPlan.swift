/// What both descriptions say of the data channels.
package struct DataPlan: Sendable, Hashable {
    package var mid: String
    package var transport: TransportID
    package var localPort: UInt16
    package var remotePort: UInt16
    /// Largest message that may be sent, in bytes.
    package var maximumMessageSize: Int
}
