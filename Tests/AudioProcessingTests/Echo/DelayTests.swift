import SpeechFixtures
import Testing

@testable import AudioProcessing

@Suite struct DelayTests {
    private let far: [Float]

    init() throws { far = Array(try Speech.samples()[96_000..<192_000]) }

    /// The far end, so many samples later.
    private func delayed(_ samples: Int) -> [Float] { far.indices.map { $0 >= samples ? 0.3 * far[$0 - samples] : 0 } }

    private func frame(_ samples: [Float], _ number: Int) -> [Float] { Array(samples[number * 480..<(number + 1) * 480]) }

    @Test("A delay of 133 ms is found within half a second of speech")
    func found() {
        let finder = DelayFinder(transform: FourierTransform(size: DelayFinder.blockSize))
        let heard = delayed(6_400)
        var first: Int?
        for number in 0..<100 {
            finder.insert(played: frame(far, number))
            finder.insert(heard: frame(heard, number))
            if first == nil, finder.lag != nil { first = number }
        }
        #expect(finder.lag == 13)
        #expect((first ?? 1_000) < 65)
    }

    @Test("Where there is no echo, none is found")
    func none() throws {
        let finder = DelayFinder(transform: FourierTransform(size: DelayFinder.blockSize))
        let near = Array(try Speech.samples()[600_000..<696_000])
        for number in 0..<200 {
            finder.insert(played: frame(far, number))
            finder.insert(heard: frame(near, number))
            if number > 100 { #expect(finder.lag == nil) }
        }
    }

    @Test("A jump is found to the sample, later as well as earlier", arguments: [1_200, 37, -1_200])
    func jump(by samples: Int) {
        let finder = JumpFinder(transform: FourierTransform(size: EchoPathFilter.blockSize))
        let predicted = delayed(2_000), heard = delayed(2_000 + samples)
        for number in 0..<60 { finder.insert(heard: frame(heard, number), echo: frame(predicted, number)) }
        let found = finder.search(length: 4_800)
        #expect(found.lag == samples)
        #expect(found.likeness > 0.9)
    }
}
