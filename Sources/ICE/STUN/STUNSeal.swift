import Cryptography
import Primitives

/// MESSAGE-INTEGRITY of a message and the bytes that it covers (RFC 8489 §14.5).
struct STUNSeal: Sendable {
    /// HMAC-SHA1 is twenty bytes long.
    static let codeLength = 20

    /// Everything before the attribute, the header included.
    private let message: ArraySlice<UInt8>
    private let code: [UInt8]

    init(message: ArraySlice<UInt8>, code: [UInt8]) {
        self.message = message
        self.code = code
    }

    func isValid(key: [UInt8]) -> Bool { MessageAuthentication.isEqual(Self.code(over: message, key: key), code) }

    /// RFC 8489 §14.5: the header's length counts MESSAGE-INTEGRITY and nothing behind it.
    static func code(over message: ArraySlice<UInt8>, key: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: message.count)
        writer.write(message)
        writer.overwrite(UInt16(truncatingIfNeeded: message.count - STUNMessage.headerLength + 4 + codeLength), at: 2)
        return MessageAuthentication.hmacSHA1(key: key, message: writer.bytes)
    }
}
