/// `a=rtpmap:111 opus/48000/2` (RFC 8866 §6.6).
package struct RTPMap: Sendable, Hashable {
    package var payloadType: UInt8
    package var encodingName: String
    /// In Hz.
    package var clockRate: UInt32
    /// For audio; 1 where it is not written.
    package var channels: Int

    package init(payloadType: UInt8, encodingName: String, clockRate: UInt32, channels: Int = 1) {
        self.payloadType = payloadType
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
    }

    package init?(parsing value: String) {
        guard let (format, rest) = value.splitOnce(at: " "), let payloadType = UInt8(digits: format, below: 128),
            case let parts = rest.trimmed().utf8Split(at: "/"), (2...3).contains(parts.count), !parts[0].isEmpty,
            let clockRate = UInt32(digits: parts[1]), clockRate > 0
        else { return nil }
        // RFC 8866 §6.6 has only audio use the third part; for anything else it means nothing to us.
        let channels = parts.count == 3 ? Int(digits: parts[2]) : 1
        guard let channels, (1...255).contains(channels) else { return nil }
        self.init(payloadType: payloadType, encodingName: parts[0], clockRate: clockRate, channels: channels)
    }

    package var value: String {
        "\(payloadType) \(encodingName)/\(clockRate)" + (channels > 1 ? "/\(channels)" : "")
    }
}
