import Primitives

/// Something that only the applications at both ends understand (RFC 3550 §6.7).
package struct ApplicationPacket: Sendable, Hashable {
    /// 0…31.
    package var subtype: UInt8
    package var ssrc: SSRC
    /// Four characters of ASCII.
    package var name: UInt32
    /// A multiple of four bytes.
    package var data: [UInt8]

    package init(subtype: UInt8, ssrc: SSRC, name: UInt32, data: [UInt8]) {
        self.subtype = subtype
        self.ssrc = ssrc
        self.name = name
        self.data = data
    }

    init?(parsing reader: inout ByteReader, count: Int) {
        guard let ssrc = reader.readUInt32(), let name = reader.readUInt32() else { return nil }
        self.init(subtype: UInt8(count), ssrc: SSRC(ssrc), name: name, data: reader.readRest())
    }

    func write(into writer: inout ByteWriter) {
        writer.write(ssrc.rawValue)
        writer.write(name)
        writer.write(data)
    }
}
