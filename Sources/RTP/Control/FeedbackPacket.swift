import Primitives

/// An early word about a stream, such as a picture that is missing (RFC 4585 §6.1). Audio asks for none, so its content stays raw.
package struct FeedbackPacket: Sendable, Hashable {
    /// What the word is about, 0…31: 1 of the transport's is a generic NACK, 15 is transport-wide congestion control.
    package var format: UInt8
    package var sender: SSRC
    /// The source that is spoken about; zero where it is none in particular.
    package var media: SSRC
    /// A multiple of four bytes.
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
    }
}
