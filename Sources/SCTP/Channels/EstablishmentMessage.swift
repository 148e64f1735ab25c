import Primitives

/// A message of the Data Channel Establishment Protocol (RFC 8832 §5).
package enum EstablishmentMessage: Sendable, Hashable {
    /// Opens a channel on the stream it comes on. `priority` is RFC 8831's; nobody schedules by it.
    case open(DataChannelParameters, priority: UInt16)
    case acknowledgement

    private static let openType: UInt8 = 0x03
    private static let acknowledgementType: UInt8 = 0x02
    /// The bit of the channel type that makes it unordered.
    private static let unorderedBit: UInt8 = 0x80
    /// RFC 8832 §6.4, “Priority”: normal.
    package static let normalPriority: UInt16 = 256

    /// `nil` for anything else: an unknown type, lengths that do not add up, text that is no UTF-8.
    package init?(parsing bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        switch reader.readUInt8() {
        case Self.acknowledgementType:
            self = .acknowledgement
        case Self.openType:
            guard let type = reader.readUInt8(), let priority = reader.readUInt16(), let limit = reader.readUInt32(),
                let reliability = Self.reliability(type & ~Self.unorderedBit, limit), let labelLength = reader.readUInt16(),
                let protocolLength = reader.readUInt16(), let label = reader.readBytes(Int(labelLength)),
                let subprotocol = reader.readBytes(Int(protocolLength)), reader.isAtEnd,
                let labelText = String(validating: label, as: UTF8.self), let protocolText = String(validating: subprotocol, as: UTF8.self)
            else { return nil }
            let parameters = DataChannelParameters(
                label: labelText, subprotocol: protocolText, isOrdered: type & Self.unorderedBit == 0, reliability: reliability)
            self = .open(parameters, priority: priority)
        default:
            return nil
        }
    }

    /// A label or subprotocol beyond 65 535 bytes is cut; the page's are refused before they come here.
    package var bytes: [UInt8] {
        switch self {
        case .acknowledgement: return [Self.acknowledgementType]
        case .open(let parameters, let priority):
            let (type, limit): (UInt8, UInt32) =
                switch parameters.reliability {
                case .reliable: (0x00, 0)
                case .retransmissions(let count): (0x01, UInt32(count))
                case .lifetime(let milliseconds): (0x02, UInt32(milliseconds))
                }
            let label = parameters.label.utf8.prefix(Int(UInt16.max))
            let subprotocol = parameters.subprotocol.utf8.prefix(Int(UInt16.max))
            var writer = ByteWriter(reservingCapacity: 12 + label.count + subprotocol.count)
            writer.write(Self.openType)
            writer.write(type | (parameters.isOrdered ? 0 : Self.unorderedBit))
            writer.write(priority)
            writer.write(limit)
            writer.write(UInt16(label.count))
            writer.write(UInt16(subprotocol.count))
            writer.write(label)
            writer.write(subprotocol)
            return writer.bytes
        }
    }

    /// The limit is ignored for reliable channels; WebRTC's has 16 bits where the message has 32 (webrtc-pc §6.2), so longer ones saturate.
    private static func reliability(_ type: UInt8, _ limit: UInt32) -> SCTPMessage.Reliability? {
        switch type {
        case 0x00: .reliable
        case 0x01: .retransmissions(UInt16(clamping: limit))
        case 0x02: .lifetime(milliseconds: UInt16(clamping: limit))
        default: nil
        }
    }
}
