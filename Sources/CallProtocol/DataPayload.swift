import Primitives

/// A message of a data channel as the protocol carries it: page data in words, never media.
///
/// A text travels as it is, in `text`. Bytes travel in `data`, as base64; so does a text that JSON would blow up or has no way to say (control
/// characters, above all U+0000), with `isText`. Either way a message of 256 KiB, the longest there is, stays below the longest frame.
package struct DataPayload: Codable, Sendable, Hashable {
    package var text: String?
    /// Base64 (RFC 4648 §4).
    package var data: String?
    package var isText: Bool?

    /// - Parameter bytes: of a text, its UTF-8; what is none is repaired, as the page would.
    package init(isText: Bool, bytes: [UInt8]) {
        guard isText else {
            data = Base64.encode(bytes)
            return
        }
        let isSimple = bytes.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        if isSimple {
            text = String(decoding: bytes, as: UTF8.self)
        } else {
            data = Base64.encode(Array(String(decoding: bytes, as: UTF8.self).utf8))
            self.isText = true
        }
    }

    package init(text: String?, data: String?, isText: Bool?) {
        self.text = text
        self.data = data
        self.isText = isText
    }

    /// The message's kind and bytes; `nil` where it is neither a text nor base64, or both.
    package var content: (isText: Bool, bytes: [UInt8])? {
        switch (text, data) {
        case (let text?, nil): return (true, Array(text.utf8))
        case (nil, let data?): return Base64.decode(data).map { (isText ?? false, $0) }
        case (nil, nil), (_?, _?): return nil
        }
    }
}
