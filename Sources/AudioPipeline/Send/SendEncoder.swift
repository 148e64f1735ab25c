import AudioCodecs
import AudioCore
package final class SendEncoder: @unchecked Sendable {
    static let mostSamples = 2880
    let payloadType: UInt8 = 0
    let clockRate = 48000
    let sampleCount = 960
    func encode(_ s: UnsafeBufferPointer<Float>, into: UnsafeMutableBufferPointer<UInt8>) -> Int { 0 }
    func tune(_ t: EncoderTuning) {}
}
package struct EncoderTuning: Sendable, Hashable {
}
