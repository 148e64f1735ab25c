import SDPFixtures
import JSEP
import Primitives
import SDP
import Testing

@Suite struct DamagedDescriptionTests {
    @Test func `a damaged remote description is refused or answered, and what we write can be read`() throws {
        var random = RandomSource(seed: 9429)
        let models = [Fixtures.chromiumFullOffer, Fixtures.twilioOffer, Fixtures.janusOffer, Fixtures.aiortcOffer, Fixtures.freeSwitchOffer]
            .map { $0.split(separator: "\r\n").map(String.init) }
        var answered = 0
        for _ in 0..<1500 {
            var lines = models[Int(random.next() % 5)]
            for _ in 0...(random.next() % 3) {
                let at = Int(random.next() % UInt64(lines.count))
                switch random.next() % 4 {
                case 0: lines.remove(at: at)
                case 1: lines.insert(lines[Int(random.next() % UInt64(lines.count))], at: at)
                case 2: lines.swapAt(at, Int(random.next() % UInt64(lines.count)))
                default:
                    var bytes = Array(lines[at].utf8)
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: 0x20 + random.next() % 95)
                    lines[at] = String(decoding: bytes, as: UTF8.self)
                }
            }
            var callee = try makeCaller(2)
            let text = lines.joined(separator: "\r\n") + "\r\n"
            guard (try? callee.setRemote(.offer, sdp: text)) != nil else {
                #expect(callee.signalingState == .stable)
                continue
            }
            answered += 1
            _ = try callee.setLocal()
            _ = try SDPParser.parse(callee.currentLocalDescription?.sdp ?? "")
            _ = try SDPParser.parse(callee.currentRemoteDescription?.sdp ?? "")
            _ = try callee.setLocal(.offer)
        }
        #expect(answered > 300)
    }
}
