import Cryptography
import Testing

@Suite("Message authentication")
struct MessageAuthenticationTests {
    @Test("HMAC-SHA1 gives the digests of RFC 2202 §3")
    func hmacSHA1() {
        let counting = (1...25).map { UInt8($0) }
        let repeated = { (byte: UInt8, count: Int) in [UInt8](repeating: byte, count: count) }
        let cases: [(key: [UInt8], message: [UInt8], digest: String)] = [
            (repeated(0x0B, 20), Array("Hi There".utf8), "b617318655057264e28bc0b6fb378c8ef146be00"),
            (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (repeated(0xAA, 20), repeated(0xDD, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
            (counting, repeated(0xCD, 50), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
            (repeated(0x0C, 20), Array("Test With Truncation".utf8), "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"),
            (
                repeated(0xAA, 80), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "aa4ae5e15272d00e95705637ce8a3b55ed402112"
            ),
            (
                repeated(0xAA, 80), Array("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data".utf8),
                "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
            ),
        ]
        for (key, message, digest) in cases {
            #expect(hexadecimal(MessageAuthentication.hmacSHA1(key: key, message: message)) == digest)
        }
    }

    @Test("HMAC-SHA256 gives the first digests of RFC 4231 §4")
    func hmacSHA256() {
        #expect(
            hexadecimal(MessageAuthentication.hmacSHA256(key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            hexadecimal(MessageAuthentication.hmacSHA256(key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("An empty key and an empty message have their code too")
    func empty() {
        #expect(
            hexadecimal(MessageAuthentication.hmacSHA1(key: [], message: [])) == "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d")
    }

    @Test("Codes of different length or content are not equal")
    func equality() {
        #expect(MessageAuthentication.isEqual([1, 2, 3], [1, 2, 3]))
        #expect(!MessageAuthentication.isEqual([1, 2, 3], [1, 2, 4]))
        #expect(!MessageAuthentication.isEqual([1, 2, 3], [1, 2]))
        #expect(MessageAuthentication.isEqual([], []))
    }
}
