import Foundation

/// What arrived when: records of the time in nanoseconds (64 bits), the length (16 bits) and an RTP packet in the clear, little-endian.
enum Trace {
    static func read(_ path: String) throws -> [(nanoseconds: Int64, packet: [UInt8])] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var packets: [(nanoseconds: Int64, packet: [UInt8])] = []
        var position = 0
        while position + 10 <= bytes.count {
            let time = bytes[position..<position + 8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
            let length = Int(bytes[position + 8]) | Int(bytes[position + 9]) << 8
            position += 10
            guard position + length <= bytes.count else { break }
            packets.append((time, Array(bytes[position..<position + length])))
            position += length
        }
        return packets
    }

    static func append(_ packet: [UInt8], at nanoseconds: Int64, to data: inout Data) {
        withUnsafeBytes(of: nanoseconds.littleEndian) { data.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt16(packet.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: packet)
    }
}
