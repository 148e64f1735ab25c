import Cryptography
import Glibc
import JSONCoding
import Testing

@testable import EngineService

@Suite struct ShippedExtensionTests {
    @Test("the host serves the extension that lies beside it: its id follows from the manifest's key")
    func id() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let file = try #require(fopen("\(root)/extension-manifest/manifest.json", "r"))
        defer { fclose(file) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let manifest = try JSONText.parse(chunk[..<fread(&chunk, 1, chunk.count, file)])
        guard case .string(let key)? = manifest["key"] else {
            Issue.record("the manifest has no key, so the id would be another on each machine")
            return
        }
        // Chromium: the first 16 bytes of the hash, a letter from a to p for each half of a byte.
        let hash = HashFunction.sha256.digest(base64(key)).prefix(16)
        let letters = hash.flatMap { [$0 >> 4, $0 & 15] }.map { Character(Unicode.Scalar(UInt8(ascii: "a") + $0)) }
        #expect(String(letters) == ShippedExtension.id)
    }

    private func base64(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bits = 0
        var count = 0
        var bytes: [UInt8] = []
        for value in text.utf8.compactMap(alphabet.firstIndex(of:)) {
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return bytes
    }
}
