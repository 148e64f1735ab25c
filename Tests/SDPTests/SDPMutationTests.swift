import SDPFixtures
import Testing

@testable import SDP

/// A generator that repeats itself (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct SDPMutationTests {
    @Test func `damaged descriptions are refused or read, and what is read can be written and read again`() throws {
        var generator = SeededGenerator(state: 8866)
        let models = [Fixtures.chromiumOffer, Fixtures.twilioOffer, Fixtures.freeSwitchOffer, Fixtures.baresipAnswer].map { Array($0.utf8) }
        var accepted = 0
        for _ in 0..<3000 {
            var bytes = models[Int.random(in: 0..<models.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(UInt8.random(in: 0...127, using: &generator), at: at)
                case _: bytes.removeSubrange(at..<min(bytes.count, at + 20))
                }
                if bytes.isEmpty { bytes = [10] }
            }
            guard let session = try? SDPParser.parse(String(decoding: bytes, as: UTF8.self)) else { continue }
            accepted += 1
            let text = SDPWriter.write(session)
            let again = try SDPParser.parse(text)
            #expect(SDPWriter.write(again) == text)
        }
        #expect(accepted > 500)
    }
}
