/// An entry of `setCodecPreferences` (webrtc-pc §5.4.1), as the page gave it.
package struct CodecPreference: Sendable, Hashable {
    package var mimeType: String
    package var clockRate: UInt32
    package var channels: Int?
    package var sdpFmtpLine: String?

    package init(mimeType: String, clockRate: UInt32, channels: Int? = nil, sdpFmtpLine: String? = nil) {
        self.mimeType = mimeType
        self.clockRate = clockRate
        self.channels = channels
        self.sdpFmtpLine = sdpFmtpLine
    }

    /// Whether it names that codec (webrtc-pc §5.3 "codec match"); mime types ignore case.
    func names(_ capability: CodecCapability) -> Bool {
        mimeType.lowercased() == capability.mimeType.lowercased() && clockRate == capability.clockRate
            && (channels ?? 1) == capability.channels && sdpFmtpLine == capability.parameters
    }
}
