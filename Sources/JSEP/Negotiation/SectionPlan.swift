import SDP

/// What one audio section sends and receives.
package struct SectionPlan: Sendable, Hashable {
    /// A stream of the remote side that its description announces (RFC 5576).
    package struct RemoteSource: Sendable, Hashable {
        package var ssrc: UInt32
        package var cname: String?
    }
    /// The numbers of the header extensions we use; `nil` for those that were not agreed.
    package struct Extensions: Sendable, Hashable {
        /// RFC 6464.
        package var audioLevel: UInt8?
        /// RFC 9143 §15.
        package var mid: UInt8?
        /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §2; only where feedback on the numbers was agreed too.
        package var transportNumber: UInt8?

        package init(audioLevel: UInt8? = nil, mid: UInt8? = nil, transportNumber: UInt8? = nil) {
            self.audioLevel = audioLevel
            self.mid = mid
            self.transportNumber = transportNumber
        }
    }

    package var mid: String
    package var sectionIndex: Int
    package var kind: MediaKind
    package var transceiver: TransceiverHandle
    package var transport: TransportID
    /// What both descriptions allow, seen from us.
    package var direction: MediaDirection

    /// What we may send, with the remote side's numbers and parameters, in its order of preference.
    package var sendCodecs: [PlannedCodec]
    /// What may arrive, with our numbers and parameters.
    package var receiveCodecs: [PlannedCodec]
    /// The payload types under which what went before may be repeated beside Opus (RFC 2198); `nil` where that was not agreed.
    package var sendRedundancy: UInt8?
    package var receiveRedundancy: UInt8?
    /// The other side lists it before the codec itself: it is always to be sent, not only where packets are lost.
    package var prefersRedundancy: Bool
    /// The payload types under which the background is described beside G.711 (RFC 3389); `nil` where that was not agreed.
    package var sendComfortNoise: UInt8?
    package var receiveComfortNoise: UInt8?
    /// RFC 4733 payload types by clock rate.
    package var sendTelephoneEvents: [UInt32: UInt8]
    package var receiveTelephoneEvents: [UInt32: UInt8]
    package var sendExtensions: Extensions
    package var receiveExtensions: Extensions
    /// Extensions may have two-byte headers (RFC 8285 §6).
    package var allowsMixedExtensions: Bool

    package var localSSRC: UInt32
    package var cname: String
    package var remoteSources: [RemoteSource]
    package var remoteStreams: [String]

    /// Milliseconds the remote side would like in a packet, and at most.
    package var sendPacketTime: Int?
    package var sendMaximumPacketTime: Int?
    /// `b=TIAS`, or `b=AS` times a thousand, of the remote side: bit/s we should stay under.
    package var sendBandwidth: Int?
    /// RFC 5506.
    package var allowsReducedSizeRTCP: Bool
}
