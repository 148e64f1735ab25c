import JSONCoding

/// Of `createPeerConnection`, `addTransceiver`, `setTransceiver`, `stopTransceiver`, `setLocalDescription` and `addIceCandidate`.
package struct SnapshotResult: Codable, Sendable, Hashable {
    package var snapshot: Snapshot
    package init(snapshot: Snapshot) { self.snapshot = snapshot }
}

/// Of `generateCertificate`.
package struct CertificateResult: Codable, Sendable, Hashable {
    /// RTCDtlsFingerprint (webrtc-pc §5.5.1).
    package struct Fingerprint: Codable, Sendable, Hashable {
        package var algorithm: String
        /// In lower case, as the page reads it.
        package var value: String

        package init(algorithm: String, value: String) {
            self.algorithm = algorithm
            self.value = value
        }
    }

    package var fingerprint: Fingerprint
    package init(fingerprint: Fingerprint) { self.fingerprint = fingerprint }
}

/// Of `createOffer` and `createAnswer`.
package struct DescriptionResult: Codable, Sendable, Hashable {
    package var type: String
    package var sdp: String
    package var snapshot: Snapshot

    package init(type: String, sdp: String, snapshot: Snapshot) {
        self.type = type
        self.sdp = sdp
        self.snapshot = snapshot
    }
}

/// Of `setLocalDescription` and `setRemoteDescription`: with the tracks whose events the page fires, in this order: `receiversMuted`
/// (`mute`), `tracksRemoved` (`removetrack`), `tracksAdded` (`addtrack`, `track`); those of `transceiversRemoved` end.
package struct NegotiationResult: Codable, Sendable, Hashable {
    package struct TrackChange: Codable, Sendable, Hashable {
        package var transceiver: TransceiverID
        package var streams: [String]

        package init(transceiver: TransceiverID, streams: [String]) {
            self.transceiver = transceiver
            self.streams = streams
        }
    }

    package var snapshot: Snapshot
    package var receiversMuted: [TransceiverID]
    package var tracksRemoved: [TrackChange]
    package var tracksAdded: [TrackChange]
    package var transceiversRemoved: [TransceiverID]

    package init(
        snapshot: Snapshot, receiversMuted: [TransceiverID], tracksRemoved: [TrackChange], tracksAdded: [TrackChange],
        transceiversRemoved: [TransceiverID]
    ) {
        self.snapshot = snapshot
        self.receiversMuted = receiversMuted
        self.tracksRemoved = tracksRemoved
        self.tracksAdded = tracksAdded
        self.transceiversRemoved = transceiversRemoved
    }
}

/// Of `enumerateDevices`.
package struct DevicesResult: Codable, Sendable, Hashable {
    package var devices: [DeviceDescription]
    package init(devices: [DeviceDescription]) { self.devices = devices }
}

/// Of `getUserMedia`.
package struct UserMediaResult: Codable, Sendable, Hashable {
    /// As `MediaStreamTrack.getSettings` gives it (mediacapture-main §4.3.8).
    package struct Settings: Codable, Sendable, Hashable {
        package var sampleRate: Int
        package var sampleSize: Int
        package var channelCount: Int
        package var latency: Double
        package var echoCancellation: Bool
        package var noiseSuppression: Bool
        package var autoGainControl: Bool

        package init(latency: Double, echoCancellation: Bool, noiseSuppression: Bool, autoGainControl: Bool) {
            sampleRate = 48_000
            sampleSize = 16
            channelCount = 1
            self.latency = latency
            self.echoCancellation = echoCancellation
            self.noiseSuppression = noiseSuppression
            self.autoGainControl = autoGainControl
        }
    }

    package var label: String
    package var deviceId: String
    package var groupId: String
    package var settings: Settings

    package init(label: String, deviceId: String, groupId: String, settings: Settings) {
        self.label = label
        self.deviceId = deviceId
        self.groupId = groupId
        self.settings = settings
    }
}

/// Of `getStats`, and in the event `stats`: what has changed since the last report of the connection.
package struct StatsResult: Codable, Sendable, Hashable {
    /// Milliseconds since 1970.
    package var timestamp: Double
    /// Members that are new or different, by the id of their object.
    package var changed: [String: [String: JSONValue]]
    /// Objects that are no more.
    package var removed: [String]

    package init(timestamp: Double, changed: [String: [String: JSONValue]], removed: [String]) {
        self.timestamp = timestamp
        self.changed = changed
        self.removed = removed
    }
}
