import Primitives

/// The draft's §3.1.1 to §3.1.5: runs and vectors of two-bit statuses, then the steps of what came.
extension TransportFeedback {
    private enum Status: UInt16 {
        case missing = 0
        /// A step of one byte, not negative, follows.
        case near = 1
        /// A step of two bytes follows.
        case far = 2

        init(_ step: Int16?) { self = step.map { (0...255).contains($0) ? .near : .far } ?? .missing }
    }

    private static let longestRun = 0x1FFF
    /// Statuses in a vector of single bits, which knows no `far`, and of two bits.
    private static let shortVector = 14
    private static let longVector = 7

    /// `nil` for other feedback, for what is cut short, uses the reserved status, or tells of nothing or of too much.
    package init?(parsing packet: FeedbackPacket) {
        guard packet.format == Self.format else { return nil }
        var reader = ByteReader(packet.information)
        guard let first = reader.readUInt16(), let total = reader.readUInt16(), total > 0, total <= Self.mostPackets,
            let reference = reader.readUInt24(), let count = reader.readUInt8()
        else { return nil }
        var statuses: [Status] = []
        while statuses.count < total {
            guard let chunk = reader.readUInt16(), Self.read(chunk, into: &statuses, until: Int(total)) else { return nil }
        }
        self.init(first: first, count: count, reference: Int32(bitPattern: reference << 8) >> 8, steps: [])
        for status in statuses {
            switch status {
            case .missing:
                steps.append(nil)
            case .near:
                guard let step = reader.readUInt8() else { return nil }
                steps.append(Int16(step))
            case .far:
                guard let step = reader.readUInt16() else { return nil }
                steps.append(Int16(bitPattern: step))
            }
        }
    }

    /// What a chunk says beyond `total` is of no packet.
    private static func read(_ chunk: UInt16, into statuses: inout [Status], until total: Int) -> Bool {
        func append(_ bits: UInt16, times: Int = 1) -> Bool {
            guard let status = Status(rawValue: bits) else { return false }
            statuses.append(contentsOf: repeatElement(status, count: min(times, total - statuses.count)))
            return true
        }
        switch chunk >> 14 {
        case 0, 1:
            // A run of no packets would let a few bytes be read for ever.
            let run = Int(chunk & 0x1FFF)
            return run > 0 && append(chunk >> 13 & 3, times: run)
        case 2:
            return (0..<shortVector).allSatisfy { append(chunk >> (shortVector - 1 - $0) & 1) }
        case _:
            return (0..<longVector).allSatisfy { append(chunk >> (2 * (longVector - 1 - $0)) & 3) }
        }
    }

    /// As feedback about a source; `steps` must not be empty.
    package func packet(sender: SSRC, media: SSRC) -> FeedbackPacket {
        precondition(!steps.isEmpty && steps.count <= Self.mostPackets, "feedback tells of one packet at least")
        var writer = ByteWriter(reservingCapacity: 16 + steps.count)
        writer.write(first)
        writer.write(UInt16(steps.count))
        writer.writeUInt24(UInt32(bitPattern: reference) & 0xFF_FFFF)
        writer.write(count)
        var rest = steps.map { Status($0) }[...]
        while !rest.isEmpty { writer.write(Self.takeChunk(from: &rest)) }
        for step in steps {
            guard let step else { continue }
            if case .near = Status(step) { writer.write(UInt8(step)) } else { writer.write(UInt16(bitPattern: step)) }
        }
        writer.writeZeros((4 - writer.count % 4) % 4)
        return FeedbackPacket(format: Self.format, sender: sender, media: media, information: writer.bytes)
    }

    private static func takeChunk(from rest: inout ArraySlice<Status>) -> UInt16 {
        let run = rest.prefix(longestRun).prefix { $0 == rest.first }
        if let status = run.first, run.count >= shortVector || run.count == rest.count {
            rest = rest.dropFirst(run.count)
            return status.rawValue << 13 | UInt16(run.count)
        }
        let isShort = rest.prefix(shortVector).allSatisfy { $0 != .far }
        let (length, width) = isShort ? (shortVector, 1) : (longVector, 2)
        var chunk: UInt16 = isShort ? 0x8000 : 0xC000
        for (index, status) in rest.prefix(length).enumerated() { chunk |= status.rawValue << UInt16(width * (length - 1 - index)) }
        rest = rest.dropFirst(length)
        return chunk
    }
}
