import Testing

@testable import AudioCodecs

@Suite struct OpusPacketTests {
    private func hasRedundancy(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { OpusPacket.hasRedundancy($0) } }

    /// A packet of one frame (code 0): its table of contents, then the first byte of the SILK layer.
    private func packet(configuration: UInt8, stereo: Bool = false, frame: [UInt8]) -> [UInt8] {
        [configuration << 3 | (stereo ? 4 : 0)] + frame
    }

    @Test(
        "RFC 6716 §4.2.3: the flag of redundancy follows one voice activity flag for each 20 ms of SILK",
        arguments: [
            (1, 0b0100_0000), (0, 0b0100_0000), (2, 0b0010_0000), (3, 0b0001_0000),
            (9, 0b0100_0000), (10, 0b0010_0000), (11, 0b0001_0000), (13, 0b0100_0000), (15, 0b0100_0000),
        ] as [(UInt8, UInt8)])
    func monoFlags(configuration: UInt8, flag: UInt8) {
        #expect(hasRedundancy(packet(configuration: configuration, frame: [flag, 0])))
        #expect(!hasRedundancy(packet(configuration: configuration, frame: [~flag, 0xFF])))
    }

    @Test("Either channel of two may have it: the second one's flags follow the first one's")
    func stereoFlags() {
        #expect(hasRedundancy(packet(configuration: 9, stereo: true, frame: [0b0100_0000])))
        #expect(hasRedundancy(packet(configuration: 9, stereo: true, frame: [0b0001_0000])))
        #expect(!hasRedundancy(packet(configuration: 9, stereo: true, frame: [0b1010_1111])))
        // 60 ms: three activity flags and the redundancy's, twice.
        #expect(hasRedundancy(packet(configuration: 11, stereo: true, frame: [0b0000_0001])))
        #expect(!hasRedundancy(packet(configuration: 11, stereo: true, frame: [0b1110_1110])))
    }

    @Test("Packets of the CELT layer alone have none", arguments: UInt8(16)...31)
    func celt(configuration: UInt8) { #expect(!hasRedundancy(packet(configuration: configuration, frame: [0xFF, 0xFF]))) }

    @Test("§3.2: the first frame is found behind the lengths of two frames, and of as many as there are")
    func frameLengths() {
        let head: UInt8 = 9 << 3
        let flag: UInt8 = 0x40
        #expect(hasRedundancy([head | 1, flag, 0, 0, 0]), "code 1: two of one length")
        #expect(hasRedundancy([head | 2, 2, flag, 0, 0]), "code 2: a length of one byte")
        #expect(hasRedundancy([head | 2, 252, 0, flag]), "code 2: a length of two bytes")
        #expect(!hasRedundancy([head | 2, flag, 0, 0]), "code 2: the length is no frame")
        #expect(hasRedundancy([head | 3, 2, flag, 0]), "code 3: constant, no padding")
        #expect(hasRedundancy([head | 3, 64 | 2, 1, flag, 0, 0]), "code 3: a byte of padding")
        #expect(hasRedundancy([head | 3, 64 | 1, 255, 3, flag] + [UInt8](repeating: 0, count: 257)), "code 3: long padding")
        #expect(hasRedundancy([head | 3, 128 | 3, 1, 252, 1, flag, 0]), "code 3: variable, lengths of one and two bytes")
    }

    @Test("Every packet cut short tells nothing, and reads no byte that is not there")
    func cutShort() {
        let whole: [[UInt8]] = [
            [9 << 3, 0x40], [9 << 3 | 1, 0x40], [9 << 3 | 2, 1, 0x40], [9 << 3 | 3, 128 | 3, 1, 1, 0x40], [9 << 3 | 3, 64 | 1, 255, 255, 255],
        ]
        for packet in whole {
            for count in 0..<packet.count { #expect(!hasRedundancy(Array(packet[..<count])), "\(packet) cut to \(count)") }
        }
        #expect(!hasRedundancy([9 << 3 | 3, 64 | 1] + [UInt8](repeating: 255, count: 40)), "padding without an end")
        #expect(!hasRedundancy([9 << 3 | 3, 128 | 63] + [UInt8](repeating: 255, count: 10)), "lengths without an end")
    }

    @Test("One or two bytes hold no sound (§2.1.9)")
    func emptiness() {
        func isEmpty(_ count: Int) -> Bool { [UInt8](repeating: 9 << 3, count: count).withUnsafeBytes { OpusPacket.isEmpty($0) } }
        #expect(!isEmpty(0) && isEmpty(1) && isEmpty(2) && !isEmpty(3))
    }
}
