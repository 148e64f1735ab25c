import Primitives

/// The little of DNS that asking for an address by multicast needs: one question out, address records in (RFC 1035 §4, RFC 6762).
package enum MulticastDNSMessage {
    private static let typeA: UInt16 = 1
    private static let typeAAAA: UInt16 = 28
    private static let classInternet: UInt16 = 1

    /// A query for both address families of `name`, asking for unicast answers (RFC 6762 §5.4); `nil` where a label is empty or over 63 octets.
    package static func query(name: String) -> [UInt8]? {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !labels.isEmpty, labels.allSatisfy({ (1...63).contains($0.utf8.count) }), name.utf8.count <= 253 else { return nil }
        var writer = ByteWriter(reservingCapacity: 96)
        // Header: id 0 (RFC 6762 §18.1), a standard query, two questions.
        for field: UInt16 in [0, 0, 2, 0, 0, 0] { writer.write(field) }
        for type in [typeA, typeAAAA] {
            for label in labels {
                writer.write(UInt8(label.utf8.count))
                writer.write(label.utf8)
            }
            writer.write(UInt8(0))
            writer.write(type)
            writer.write(classInternet | 0x8000)
        }
        return writer.bytes
    }

    /// The addresses that a response gives, with the name each belongs to in lower case; empty for what is no response.
    package static func addresses(inResponse bytes: [UInt8]) -> [(name: String, address: IPAddress)] {
        var reader = ByteReader(bytes)
        guard reader.skip(2), let flags = reader.readUInt16(), flags & 0x8000 != 0, flags & 0x000F == 0,
            let questions = reader.readUInt16(), let answers = reader.readUInt16(),
            let authorities = reader.readUInt16(), let additional = reader.readUInt16()
        else { return [] }
        for _ in 0..<questions {
            guard readName(&reader) != nil, reader.skip(4) else { return [] }
        }
        var found: [(String, IPAddress)] = []
        for _ in 0..<(Int(answers) + Int(authorities) + Int(additional)) {
            guard let name = readName(&reader), let type = reader.readUInt16(), let recordClass = reader.readUInt16(),
                reader.skip(4), let length = reader.readUInt16(), let data = reader.readBytes(Int(length))
            else { break }
            // The top bit of the class is the cache-flush bit (RFC 6762 §10.2).
            guard recordClass & 0x7FFF == classInternet, type == typeA && data.count == 4 || type == typeAAAA && data.count == 16,
                let address = IPAddress(octets: data)
            else { continue }
            found.append((name, address))
        }
        return found
    }

    /// A name at the reader's place, which moves past it; pointers are followed backwards only, so that no loop is possible.
    private static func readName(_ reader: inout ByteReader) -> String? {
        var labels: [String] = []
        var cursor = reader
        var hasJumped = false
        var limit = reader.position
        while let length = cursor.readUInt8() {
            switch length >> 6 {
            case 0 where length == 0:
                if !hasJumped { reader = cursor }
                return labels.joined(separator: ".").lowercased()
            case 0:
                guard let label = cursor.readBytes(Int(length)), labels.count < 128 else { return nil }
                labels.append(String(decoding: label, as: UTF8.self))
            case 3:
                guard let low = cursor.readUInt8() else { return nil }
                if !hasJumped { reader = cursor }
                hasJumped = true
                let target = Int(length & 0x3F) << 8 | Int(low)
                guard target < limit else { return nil }
                limit = target
                cursor = ByteReader(cursor.bytes, in: target..<cursor.bytes.count)
            default:
                return nil
            }
        }
        return nil
    }
}
