import Primitives

/// An early word about a stream, such as a picture that is missing, or about a transport (RFC 4585 §6.1). Its content stays raw here.
package struct FeedbackPacket: Sendable, Hashable {
    /// What the word is about, 0…31: 1 of the transport's is a generic NACK, 15 is transport-wide congestion control.
    package var format: UInt8
    package var sender: SSRC
    /// The source that is spoken about; zero where it is none in particular.
    package var media: SSRC
    /// Written as a multiple of four bytes.
    package var information: [UInt8]

    package init(format: UInt8, sender: SSRC, media: SSRC, information: [UInt8]) {
        self.format = format
        self.sender = sender
        self.media = media
        self.information = information
    }

    init?(parsing reader: inout ByteReader, count: Int) {
        guard let sender = reader.readUInt32(), let media = reader.readUInt32() else { return nil }
        self.init(format: UInt8(count), sender: SSRC(sender), media: SSRC(media), information: reader.readRest())
    }

    func write(into writer: inout ByteWriter) {
        writer.write(sender.rawValue)
        writer.write(media.rawValue)
        writer.write(information)
        writer.writeZeros((4 - information.count % 4) % 4)
    }
}
