/// G.711 expanded and brought up to 48 kHz. It makes up nothing for losses: the playout does.
///
/// `@unchecked Sendable`: used by one thread at a time, whoever owns the object.
package final class G711Decoder: SpeechDecoder, @unchecked Sendable {
    /// 120 ms at 8 kHz.
    private static let mostBytes = 960

    package let codec: AudioCodec
    private let law: G711
    private let interpolator = TelephoneInterpolator(mostCount: mostBytes)
    private let narrow = UnsafeMutableBufferPointer<Float>.allocate(capacity: mostBytes)

    package init(_ law: G711) {
        self.law = law
        codec = law == .muLaw ? .pcmu : .pcma
        narrow.initialize(repeating: 0)
    }

    deinit { narrow.deallocate() }

    package func sampleCount(of packet: UnsafeRawBufferPointer) -> Int? {
        (1...Self.mostBytes).contains(packet.count) ? packet.count * 6 : nil
    }

    package func decode(_ packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? {
        guard let wanted = sampleCount(of: packet), target.count >= wanted else { return nil }
        for index in 0..<packet.count { narrow[index] = Float(law.decode(packet[index])) / 32_768 }
        return interpolator.process(UnsafeBufferPointer(rebasing: narrow[..<packet.count]), into: target)
    }

    package func redundantSampleCount(of packet: UnsafeRawBufferPointer) -> Int { 0 }
    package func announcesPause(_ packet: UnsafeRawBufferPointer) -> Bool { false }
    package func decodeRedundancy(in packet: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) -> Int? { nil }
    package func conceal(into target: UnsafeMutableBufferPointer<Float>) -> Bool { false }
    package func drain(into target: UnsafeMutableBufferPointer<Float>) -> Int { interpolator.drain(into: target) }
    package func reset() { interpolator.reset() }
}
