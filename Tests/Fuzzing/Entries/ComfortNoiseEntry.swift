import AudioCodecs

/// Descriptions of a background (RFC 3389), each behind a byte that says how long it is: whatever they say, what is made of them is sound.
package enum ComfortNoiseEntry: FuzzEntry {
    package static let name = "comfort-noise"

    package static func run(_ bytes: [UInt8]) {
        let decoder = SilenceDecoder()
        var samples = [Float](repeating: 0, count: 480)
        var rest = bytes[...]
        while let length = rest.popFirst() {
            let payload = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            guard let descriptor = payload.withUnsafeBytes({ SilenceDescriptor(parsing: $0) }) else { continue }
            var written = [UInt8](repeating: 0, count: SilenceDescriptor.mostBytes)
            let count = written.withUnsafeMutableBufferPointer { descriptor.write(into: $0) }
            let again = written[..<count].withUnsafeBytes { SilenceDescriptor(parsing: $0) }
            precondition(again == descriptor, "a description that was written reads as what it was")
            decoder.describe(descriptor)
            samples.withUnsafeMutableBufferPointer { decoder.generate(into: $0) }
            // The interpolation overshoots a little.
            precondition(samples.allSatisfy { abs($0) < 4 }, "noise is sound")
        }
    }
}
