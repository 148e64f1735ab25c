import Primitives

/// What a transport has moved and dropped, for RTCTransportStats (webrtc-stats §6.19).
package struct TransportStatistics: Sendable, Hashable {
    package var packetsSent = 0
    package var packetsReceived = 0
    /// Bytes of UDP payload.
    package var bytesSent = 0
    package var bytesReceived = 0
    package var lastPacketSent: Instant?
    package var lastPacketReceived: Instant?
    /// Datagrams of no known protocol, or that came before there was anybody to read them.
    package var datagramsDropped = 0
}
