import Glibc

/// Writes ten seconds of a buzz in syllables and pauses as a WAV file (48 kHz, 16 bits): it keeps encoder, canceller and noise
/// suppression as busy as speech does.
func writeSpeechLikeSound(to path: String) throws {
    let rate = 48_000
    var samples: [Int16] = []
    var noise: UInt32 = 1
    for index in 0..<rate * 10 {
        noise = noise &* 1_664_525 &+ 1_013_904_223
        let time = Double(index) / Double(rate)
        let loudness = max(0, sin(time * 2 * .pi * 3)) * (time.truncatingRemainder(dividingBy: 3) < 2 ? 1 : 0.01)
        let pitch = 120 + 20 * sin(time * 2 * .pi * 0.7)
        let voice = (1...8).reduce(0) { $0 + sin(time * 2 * .pi * pitch * Double($1)) / Double($1) }
        samples.append(Int16(6000 * loudness * voice + Double(noise >> 16) / 65_536 * 60))
    }
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var bytes = Array("RIFF".utf8) + little(36 + samples.count * 2, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
    bytes += little(1, 2) + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2) + little(16, 2)
    bytes += Array("data".utf8) + little(samples.count * 2, 4)
    for sample in samples { bytes += little(Int(sample), 2) }
    guard let file = fopen(path, "w") else { throw SoundFileError() }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw SoundFileError() }
}

/// The directory cannot be written.
struct SoundFileError: Error {}
