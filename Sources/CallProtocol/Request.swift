/// What the browser asks for, decoded once at the door. Each gets exactly one reply. docs/protocol.md has an example of each.
package enum Request: Sendable, Hashable {
    case openDocument(OpenDocument)
    case closeDocument
    case generateCertificate(GenerateCertificate)
    case keepDocument(KeepDocument)
    case reclaim(KeptReference)
    case endKept(KeptReference)
    case createPeerConnection(CreatePeerConnection)
    case setConfiguration(SetConfiguration)
    case addTransceiver(AddTransceiver)
    case setTransceiver(SetTransceiver)
    case stopTransceiver(TransceiverReference)
    case setParameters(SetParameters)
    case createOffer(CreateOffer)
    case createAnswer(CreateAnswer)
    case setLocalDescription(SetLocalDescription)
    case setRemoteDescription(SetRemoteDescription)
    case addIceCandidate(AddIceCandidate)
    case restartIce(ConnectionReference)
    case closePeerConnection(ConnectionReference)
    case getStats(GetStats)
    case insertDTMF(InsertDTMF)
    case createDataChannel(CreateDataChannel)
    case sendData(SendData)
    case closeDataChannel(ChannelReference)
    case enumerateDevices
    case getUserMedia(GetUserMedia)
    case cloneTrack(CloneTrack)
    case setMix(SetMix)
    case setTrack(SetTrack)
    case stopTrack(TrackReference)
    case setReceiver(SetReceiver)
    case provideSound(ProvideSound)
    case setPlayback(SetPlayback)
    case closePlayback(PlaybackReference)
    case watch(Watch)
    case status
    case collectLog
}

// MARK: - Parameters

package struct ConnectionReference: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
}

package struct TransceiverReference: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
}

package struct ChannelReference: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var channel: ChannelID
}

package struct TrackReference: Codable, Sendable, Hashable {
    package var track: TrackHandle
}

package struct PlaybackReference: Codable, Sendable, Hashable {
    package var playback: PlaybackHandle
}

/// A page's document, as the browser vouches for it.
package struct OpenDocument: Codable, Sendable, Hashable {
    /// `https://example.com`
    package var origin: String
    package var topOrigin: String?
    package var url: String?
    package var tab: Int?
    package var frame: Int?
    package var documentId: String?
}

/// How long the document's calls shall outlive it.
package struct KeepDocument: Codable, Sendable, Hashable {
    /// 0: not at all, as it is without this.
    package var seconds: Int
}

/// Calls that were kept, by the secret that `keepDocument` gave.
package struct KeptReference: Codable, Sendable, Hashable {
    package var token: String
}

/// RTCConfiguration (webrtc-pc §4.2.1), after the page's WebIDL conversion.
package struct Configuration: Codable, Sendable, Hashable {
    package struct Server: Codable, Sendable, Hashable {
        package var urls: [String]
        package var username: String?
        package var credential: String?
    }

    package var iceServers: [Server]?
    package var iceTransportPolicy: String?
    package var bundlePolicy: String?
    package var rtcpMuxPolicy: String?
    package var iceCandidatePoolSize: Int?

    /// Everything at its default.
    package init() {}
}

/// webrtc-pc §4.9.1 `generateCertificate`.
package struct GenerateCertificate: Codable, Sendable, Hashable {
    package enum Algorithm: String, Codable, Sendable, Hashable {
        /// On P-256.
        case ecdsa = "ECDSA"
        /// RSASSA-PKCS1-v1_5.
        case rsa = "RSA"
    }

    package var certificate: CertificateHandle
    package var algorithm: Algorithm
    /// Bits of an RSA key; without it 2048.
    package var modulusLength: Int?
}

package struct CreatePeerConnection: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var configuration: Configuration?
    /// The certificate to show; without it the engine's own.
    package var certificate: CertificateHandle?
}

package struct SetConfiguration: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var configuration: Configuration
}

package struct AddTransceiver: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
    /// `audio` or `video`.
    package var kind: String
    package var direction: String
    /// The local track to send; absent for none, or for one that is not the engine's.
    package var track: TrackHandle?
    /// The `id` of the sender's track, which the description shows.
    package var trackId: String?
    package var streams: [String]?
    /// The `id` that the page has already given the receiver's track.
    package var receiverTrackId: String?
    package var byAddTrack: Bool?
}

/// Members that are absent stay as they are.
package struct SetTransceiver: Codable, Sendable, Hashable {
    package struct CodecPreference: Codable, Sendable, Hashable {
        package var mimeType: String
        package var clockRate: UInt32
        package var channels: Int?
        package var sdpFmtpLine: String?
    }
    /// The sender's new source, whole.
    package struct Source: Codable, Sendable, Hashable {
        package var track: TrackHandle?
        package var trackId: String?
    }

    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
    package var direction: String?
    package var source: Source?
    package var streams: [String]?
    package var codecPreferences: [CodecPreference]?
    /// URIs of those to be negotiated.
    package var headerExtensions: [String]?
    package var byAddTrack: Bool?
}

package struct SetParameters: Codable, Sendable, Hashable {
    package struct Encoding: Codable, Sendable, Hashable {
        package var active: Bool
        package var maxBitrate: Int?
    }

    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
    package var encodings: [Encoding]
}

package struct CreateOffer: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var iceRestart: Bool?
    /// Whether pauses may be described instead of sent; so it is unless said otherwise.
    package var voiceActivityDetection: Bool?
}

package struct CreateAnswer: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var voiceActivityDetection: Bool?
}

/// Without `type` the operation chooses (webrtc-pc §4.4.1.5, “implicit”); without `sdp` it makes the description.
package struct SetLocalDescription: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var type: String?
    package var sdp: String?
}

package struct SetRemoteDescription: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var type: String
    package var sdp: String?
}

/// RTCIceCandidateInit; the end of candidates has none or an empty one.
package struct Candidate: Codable, Sendable, Hashable {
    package var candidate: String
    package var sdpMid: String?
    package var sdpMLineIndex: Int?
    package var usernameFragment: String?

    package init(candidate: String, sdpMid: String?, sdpMLineIndex: Int?, usernameFragment: String?) {
        self.candidate = candidate
        self.sdpMid = sdpMid
        self.sdpMLineIndex = sdpMLineIndex
        self.usernameFragment = usernameFragment
    }
}

package struct AddIceCandidate: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var candidate: Candidate?
}

package struct GetStats: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    /// Everything, rather than what has changed since the last report of this connection.
    package var full: Bool?
}

package struct InsertDTMF: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
    package var tones: String
    /// Milliseconds, 40…6000.
    package var duration: Int?
    /// Milliseconds, at least 30.
    package var interToneGap: Int?
}

/// RTCDataChannelInit (webrtc-pc §6.2), after the page's WebIDL conversion.
package struct CreateDataChannel: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var channel: ChannelID
    package var label: String
    package var `protocol`: String?
    /// Absent: in order.
    package var ordered: Bool?
    /// Milliseconds; at most one of this and the next.
    package var maxPacketLifeTime: Int?
    package var maxRetransmits: Int?
    package var negotiated: Bool?
    /// The stream; absent where the engine chooses.
    package var id: Int?
}

/// A message, with the members of `DataPayload`.
package struct SendData: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var channel: ChannelID
    package var text: String?
    package var data: String?
    package var isText: Bool?

    package var payload: DataPayload { DataPayload(text: text, data: data, isText: isText) }
}

package struct GetUserMedia: Codable, Sendable, Hashable {
    package struct Constraints: Codable, Sendable, Hashable {
        /// Absent: the default microphone.
        package var deviceId: String?
        package var echoCancellation: Bool?
        package var noiseSuppression: Bool?
        package var autoGainControl: Bool?

        /// None.
        package init() {}
    }

    /// The handle that the new track shall have.
    package var track: TrackHandle
    package var constraints: Constraints?
}

package struct CloneTrack: Codable, Sendable, Hashable {
    /// The handle that the clone shall have.
    package var track: TrackHandle
    package var from: TrackHandle
}

package struct SetTrack: Codable, Sendable, Hashable {
    package var track: TrackHandle
    package var enabled: Bool
}

package struct SetReceiver: Codable, Sendable, Hashable {
    package var connection: ConnectionHandle
    package var transceiver: TransceiverID
    package var enabled: Bool
}

/// A page's sound file, decoded: sent once, then named by its hash.
package struct ProvideSound: Codable, Sendable, Hashable {
    /// SHA-256 in hexadecimal digits.
    package var sound: String
    /// Base64 of 16-bit samples, least byte first: one channel at 48 kHz, at most a minute.
    package var data: String
}

/// An audio element's wishes, whole each time.
package struct SetPlayback: Codable, Sendable, Hashable {
    /// A connection's receiver, a local track, or a sound file that was provided.
    package struct Source: Codable, Sendable, Hashable {
        package var connection: ConnectionHandle?
        package var transceiver: TransceiverID?
        package var track: TrackHandle?
        /// Its hash.
        package var sound: String?
        /// Seconds into the file; absent: on from where it is.
        package var position: Double?
        package var loops: Bool?
        /// 0…16, beside the volume; absent: 1.
        package var gain: Double?
    }

    package var playback: PlaybackHandle
    package var sources: [Source]
    package var playing: Bool
    /// 0…1.
    package var volume: Double
    package var muted: Bool
    /// Empty or absent: the default loudspeaker.
    package var sinkId: String?
}

/// What shall be reported how often.
package struct Watch: Codable, Sendable, Hashable {
    /// Milliseconds between two levels; 0 ends them.
    package var levels: Int?
    /// Levels in one event; 1 where it is absent.
    package var levelsAtOnce: Int?
    /// Milliseconds between two reports; 0 ends them.
    package var stats: Int?
}
