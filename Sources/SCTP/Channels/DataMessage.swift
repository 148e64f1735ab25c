/// A message of a channel, as the page knows it.
package struct DataMessage: Sendable, Hashable {
    /// A string, in UTF-8; else an `ArrayBuffer` or `Blob`.
    package var isText: Bool
    package var bytes: [UInt8]

    package init(isText: Bool, bytes: [UInt8]) {
        self.isText = isText
        self.bytes = bytes
    }

    package init(_ text: String) { self.init(isText: true, bytes: Array(text.utf8)) }
}

/// Payload protocol identifiers (RFC 8831 §8).
enum PayloadProtocol {
    static let establishment: UInt32 = 50
    static let text: UInt32 = 51
    static let binary: UInt32 = 53
    static let emptyText: UInt32 = 56
    static let emptyBinary: UInt32 = 57
}

extension DataMessage {
    /// SCTP has no empty messages: one byte stands for none (RFC 8831 §6.6).
    var payload: (protocolIdentifier: UInt32, bytes: [UInt8]) {
        if bytes.isEmpty { return (isText ? PayloadProtocol.emptyText : PayloadProtocol.emptyBinary, [0]) }
        return (isText ? PayloadProtocol.text : PayloadProtocol.binary, bytes)
    }

    /// `nil` for what is no message of a channel, such as the deprecated pieces of messages (52, 54).
    init?(_ message: SCTPMessage) {
        switch message.protocolIdentifier {
        case PayloadProtocol.text: self.init(isText: true, bytes: message.bytes)
        case PayloadProtocol.binary: self.init(isText: false, bytes: message.bytes)
        case PayloadProtocol.emptyText: self.init(isText: true, bytes: [])
        case PayloadProtocol.emptyBinary: self.init(isText: false, bytes: [])
        default: return nil
        }
    }
}
