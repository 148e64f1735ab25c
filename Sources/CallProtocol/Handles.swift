/// Names that page, worker and engine give to what they share. Positive ones are minted by the page or worker, negative ones by the
/// engine; none is ever read off the wire of a call.
package protocol Handle: RawRepresentable, Codable, Sendable, Hashable, Comparable, CustomStringConvertible where RawValue == Int {
    init(rawValue: Int)
}

extension Handle {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    package var description: String { String(rawValue) }
}

/// A document that the worker has opened; 0 is the worker itself.
package struct DocumentNumber: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let worker = DocumentNumber(rawValue: 0)
}

/// An `RTCPeerConnection` of a document.
package struct ConnectionHandle: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}

/// An `RTCRtpTransceiver` of a connection; negative where a remote description made it.
package struct TransceiverID: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}

/// An `RTCCertificate` of a document.
package struct CertificateHandle: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}

/// A local `MediaStreamTrack` of a document.
package struct TrackHandle: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}

/// An `RTCDataChannel` of a connection; negative where the other side has opened it.
package struct ChannelID: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}

/// An audio element of a document.
package struct PlaybackHandle: Handle {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}
