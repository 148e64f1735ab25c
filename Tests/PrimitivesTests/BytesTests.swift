import Primitives
import Testing

@Suite struct BytesTests {
    @Test("what a writer writes, a reader reads")
    func roundTrip() {
        var writer = ByteWriter()
        writer.write(UInt8(1))
        writer.write(UInt16(0x0203))
        writer.writeUInt24(0xFF04_0506)
        writer.write(UInt32(0x0708_090A))
        writer.write(UInt64(0x0B0C_0D0E_0F10_1112))
        #expect(writer.bytes == Array(1...18))
        writer.overwrite(0xAABB, at: 1)
        var reader = ByteReader(writer.bytes)
        #expect(reader.readUInt8() == 1)
        #expect(reader.readUInt16() == 0xAABB)
        #expect(reader.readUInt24() == 0x040506)
        #expect(reader.readUInt32() == 0x0708_090A)
        #expect(reader.readUInt64() == 0x0B0C_0D0E_0F10_1112)
        #expect(reader.isAtEnd)
    }

    @Test("a reader that ends too early answers nil and consumes nothing")
    func shortInput() {
        var reader = ByteReader([1, 2, 3])
        #expect(reader.readUInt32() == nil)
        #expect(reader.readBytes(4) == nil)
        #expect(reader.readBytes(-1) == nil)
        let skipped = reader.skip(4)
        #expect(!skipped)
        #expect(reader.remaining == 3)
        var slice = reader.readSlice(2)
        #expect(slice?.readUInt24() == nil)
        #expect(slice?.readUInt16() == 0x0102)
        #expect(reader.readRest() == [3])
    }

    @Test("a seed repeats its numbers and another seed does not")
    func seededRandom() {
        var first = RandomSource(seed: 7)
        var again = RandomSource(seed: 7)
        var other = RandomSource(seed: 8)
        let numbers = (0..<8).map { _ in first.next() }
        #expect(numbers == (0..<8).map { _ in again.next() })
        #expect(numbers != (0..<8).map { _ in other.next() })
        #expect(first.iceCharacters(24).utf8.count == 24)
    }

    @Test("time is arithmetic on nanoseconds and saturates")
    func instants() {
        let start = Instant.zero + .milliseconds(20)
        #expect(start - Instant.zero == .milliseconds(20))
        #expect(start < start + .nanoseconds(1))
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(fraction: 0.25).wholeMilliseconds == 250)
    }
}
