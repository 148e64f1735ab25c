import Primitives
import RTP
import Testing

@Suite("Numbers of RTP")
struct NumberTests {
    @Test("Sequence numbers wrap, and their distance is by the shorter way")
    func sequenceNumbers() {
        #expect(SequenceNumber(65_535).next == SequenceNumber(0))
        #expect(SequenceNumber(2).distance(from: SequenceNumber(65_534)) == 4)
        #expect(SequenceNumber(65_534).distance(from: SequenceNumber(2)) == -4)
    }

    @Test("An unwrapper goes on beyond the wrap, also backwards and below the first")
    func unwrapping() {
        var numbers = Unwrapper<UInt16>()
        let values = [65_534, 65_535, 1, 0, 65_535, 3].map { numbers.unwrap(UInt16($0)) }
        #expect(values == [65_534, 65_535, 65_537, 65_536, 65_535, 65_539])
        var timestamps = Unwrapper<UInt32>()
        let times = [5, 4_294_967_290, 10].map { timestamps.unwrap(UInt32($0)) }
        #expect(times == [5, -6, 10])
    }

    @Test("An unwrapper follows a counter that only rises through many wraps")
    func manyWraps() {
        var numbers = Unwrapper<UInt16>()
        var random = RandomSource(seed: 1)
        var truth: Int64 = 1000
        for _ in 0..<10_000 {
            truth += Int64.random(in: 0...2000, using: &random)
            let unwrapped = numbers.unwrap(UInt16(truncatingIfNeeded: truth))
            #expect(unwrapped == truth)
        }
    }

    @Test("NTP timestamps hold seconds and fractions, and give back the time of day")
    func ntp() {
        let clock = NTPClock(unixNanoseconds: 1_000_000_000_500_000_000, at: .zero + .seconds(7))
        let timestamp = clock.timestamp(at: .zero + .seconds(7))
        #expect(timestamp.rawValue >> 32 == 1_000_000_000 + 2_208_988_800)
        #expect(timestamp.rawValue & 0xFFFF_FFFF == 0x8000_0000)
        #expect(timestamp.unixMilliseconds == 1_000_000_000_500)
        let later = clock.timestamp(at: .zero + .seconds(8))
        #expect(later.middle &- timestamp.middle == 65_536)
        #expect(NTPClock(timeAtZero: .zero).timestamp(at: .zero).rawValue == 0)
    }
}
