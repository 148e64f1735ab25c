import AudioCodecs
import Primitives
import Testing

@testable import Playout

@Suite struct StreamTimelineTests {
    private var timeline = StreamTimeline()

    private func packet(_ number: Int, _ timestamp: Int, at milliseconds: Int, ssrc: UInt32 = 1, codec: AudioCodec = .opus) -> PlayoutPacket {
        PlayoutPacket(
            codec: codec, ssrc: ssrc, sequenceNumber: UInt16(truncatingIfNeeded: number), timestamp: UInt32(truncatingIfNeeded: timestamp),
            arrival: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
    }

    private mutating func place(
        _ number: Int, _ timestamp: Int, at milliseconds: Int, ssrc: UInt32 = 1, codec: AudioCodec = .opus, count: Int = 960
    ) -> StreamTimeline.Place? {
        timeline.place(packet(number, timestamp, at: milliseconds, ssrc: ssrc, codec: codec), codec: codec, sampleCount: count)
    }

    @Test("Numbers and timestamps go on across their wraps")
    mutating func wraps() throws {
        let first = try #require(place(65_534, (1 << 32) - 960, at: 0))
        for step in 1...200_000 {
            let next = try #require(place(65_534 + step, (1 << 32) - 960 + 960 * step, at: 20 * step))
            #expect(next.sequence == first.sequence + Int64(step))
            #expect(next.start == first.start + Int64(960 * step))
            #expect(next.epoch == 0)
        }
    }

    @Test("Packets out of their order find their places, also across the wrap")
    mutating func reordering() throws {
        let first = try #require(place(65_535, 960 * 3, at: 0))
        let third = try #require(place(65_537, 960 * 5, at: 20))
        let second = try #require(place(65_536, 960 * 4, at: 30))
        let early = try #require(place(65_533, 960, at: 31))
        #expect(third.sequence - first.sequence == 2 && second.sequence - first.sequence == 1 && early.sequence - first.sequence == -2)
        #expect(third.start - first.start == 1_920 && second.start - first.start == 960 && early.start - first.start == -1_920)
        #expect([third, second, early].allSatisfy { $0.epoch == 0 })
    }

    @Test("Timestamps of G.711 are counted in its own clock")
    mutating func narrow() throws {
        let first = try #require(place(1, 0, at: 0, codec: .pcmu))
        let second = try #require(place(2, 160, at: 20, codec: .pcmu))
        #expect(second.start - first.start == 960)
    }

    @Test("A pause makes no new beginning, however long it is: timestamp and clock go on together")
    mutating func pause() throws {
        let first = try #require(place(7, 0, at: 0))
        let second = try #require(place(8, 48_000 * 600, at: 600_000))
        #expect(second.epoch == 0 && second.sequence == first.sequence + 1 && second.start == first.start + 48_000 * 600)
    }

    @Test("Another source begins where the former one ended; the former one's stragglers are refused, its return half a second later is not")
    mutating func newSource() throws {
        let old = try #require(place(100, 5_000, at: 0))
        let new = try #require(place(9, 77, at: 20, ssrc: 2))
        #expect(new.epoch == 1 && new.start == old.start + 960 && new.sequence > old.sequence)
        #expect(UInt16(truncatingIfNeeded: new.sequence) == 9)
        #expect(place(101, 5_960, at: 25) == nil)
        #expect(place(10, 1_037, at: 40, ssrc: 2)?.epoch == 1)
        #expect(place(140, 48_000, at: 900)?.epoch == 2)
    }

    @Test("A packet that the new source sent before the one that came first still has a place after all of the old one's")
    mutating func newSourceReordered() throws {
        let old = try #require(place(65_500, 0, at: 0))
        let new = try #require(place(5, 9_600, at: 20, ssrc: 2))
        let before = try #require(place(3, 7_680, at: 21, ssrc: 2))
        #expect(before.sequence == new.sequence - 2 && before.sequence > old.sequence)
        #expect(before.start == new.start - 1_920)
    }

    @Test("Numbers far ahead, far behind, or that the clock contradicts, begin the stream anew")
    mutating func restarts() throws {
        _ = place(1_000, 0, at: 0)
        #expect(place(1_000 + 3_001, 960, at: 20)?.epoch == 1, "far ahead")
        #expect(place(1_000 + 3_001 - 101, 1_920, at: 40)?.epoch == 2, "far behind")
        #expect(place(1_000 + 3_001 - 100, 1_920 + 48_000 * 60, at: 60)?.epoch == 3, "a minute in twenty milliseconds")
        #expect(place(1_000 + 3_001 - 99, 2_880 + 48_000 * 60, at: 120_000)?.epoch == 4, "twenty milliseconds in two minutes")
    }

    @Test("A burst held back by the network for under two seconds is no new beginning")
    mutating func heldBack() throws {
        _ = place(1, 0, at: 0)
        #expect(place(2, 960, at: 1_900)?.epoch == 0)
        #expect(place(95, 960 * 94, at: 1_910)?.epoch == 0)
    }

    @Test("RFC 7160: another codec of the same source goes on in the same epoch, its clock starting from what went before")
    mutating func codecChange() throws {
        let opus = try #require(place(10, 96_000, at: 0))
        let narrow = try #require(place(11, 16_160, at: 20, codec: .pcmu))
        #expect(narrow.epoch == 0 && narrow.sequence == opus.sequence + 1 && narrow.start == opus.start + 960)
        let later = try #require(place(12, 16_320, at: 40, codec: .pcmu))
        #expect(later.start == narrow.start + 960)
        #expect(place(10, 96_000, at: 41) == nil, "what the old codec sent before cannot be placed")
        // Two packets between are lost.
        let back = try #require(place(15, 100_000, at: 100))
        #expect(back.start == later.start + 3 * 960 && back.sequence == later.sequence + 3)
    }

    @Test("Packets without sound have numbers near those of the stream they belong to, or none")
    mutating func silent() {
        #expect(timeline.sequence(ofSilent: packet(5, 0, at: 0)) == nil)
        let first = place(65_535, 0, at: 0)
        #expect(timeline.sequence(ofSilent: packet(65_537, 0, at: 20)) == first.map { $0.sequence + 2 })
        #expect(timeline.sequence(ofSilent: packet(65_537, 0, at: 20, ssrc: 9)) == nil)
        #expect(timeline.sequence(ofSilent: packet(65_537 + 101, 0, at: 20)) == nil)
    }

    @Test("However many packets without sound come in a pause, each has its number, and so has the word after it")
    mutating func longSilence() throws {
        let first = try #require(place(65_500, 0, at: 0))
        for index in 1...1_000 {
            #expect(timeline.sequence(ofSilent: packet(65_500 + index, 160 * index, at: 20 * index)) == first.sequence + Int64(index))
        }
        let next = try #require(place(65_500 + 1_001, 960 * 1_001, at: 20 * 1_001))
        #expect(next.sequence == first.sequence + 1_001 && next.epoch == first.epoch)
    }
}
