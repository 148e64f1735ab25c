import AudioCodecs
import AudioCore
import Glibc
import Primitives
import SpeechFixtures
import Testing

@testable import Playout

@Suite struct JitterBufferTests {
    private let speech: [Float]

    init() throws { speech = Array(try Speech.samples()[..<(48_000 * 10)]) }

    private func concealed(_ outcome: VirtualCall.Outcome) -> Double {
        Double(outcome.statistics.concealedSamples) / Double(max(1, outcome.statistics.totalSamplesReceived))
    }

    private func delay(_ outcome: VirtualCall.Outcome) -> Double {
        1_000 * outcome.statistics.playoutDelay / Double(max(1, outcome.statistics.jitterBufferEmittedCount))
    }

    /// How like the speech the recording is, at 8 kHz, by pieces of a quarter second, each at its own best lag; the median.
    private func likeness(_ heard: [Float]) -> Float {
        func narrow(_ samples: [Float]) -> [Float] {
            stride(from: 0, through: samples.count - 6, by: 6).map { samples[$0..<$0 + 6].reduce(0, +) / 6 }
        }
        let (sent, heard) = (narrow(speech), narrow(heard))
        var pieces: [Float] = []
        var lag = 0
        for start in stride(from: 8_000, to: sent.count - 4_000, by: 4_000) {
            let piece = sent[start..<start + 2_000]
            guard Speech.meanSquare(piece) > 1e-3 else { continue }
            let found = Speech.likeness(piece, heard, lags: max(0, lag - 400)..<(lag == 0 ? 2_400 : lag + 400))
            lag = found.lag
            pieces.append(found.correlation)
        }
        return pieces.sorted()[pieces.count / 2]
    }

    // MARK: What is heard

    @Test("On a network that loses and delays nothing all is heard as it was sent, 50 ms later at most", arguments: AudioCodec.allCases)
    func clean(codec: AudioCodec) {
        let outcome = VirtualCall(codec: codec).run(speech)
        #expect(likeness(outcome.heard) > 0.8)
        #expect(outcome.statistics.concealedSamples <= 480 * 8, "the last packet is followed by nothing")
        #expect(outcome.statistics.concealmentEvents <= 1)
        #expect(outcome.statistics.packetsDiscarded == 0)
        #expect(delay(outcome) < 50)
    }

    @Test("Packets of padding alone, which a sender probes the path with, change nothing and count as nothing")
    func padding() {
        var call = VirtualCall()
        let without = call.run(speech)
        call.isPadded = true
        let outcome = call.run(speech)
        #expect(outcome.statistics.packetsDiscarded == 0)
        #expect(outcome.statistics.concealmentEvents <= without.statistics.concealmentEvents)
        #expect(likeness(outcome.heard) > 0.8)
        #expect(delay(outcome) < delay(without) + 5)
    }

    @Test("Where padding has the number before, what is repeated is known by its time: nothing is played twice, and what was lost is played")
    func paddingBetweenRepeats() {
        var call = VirtualCall()
        call.isRedundant = true
        let without = call.run(speech)
        call.isPadded = true
        let outcome = call.run(speech)
        #expect(likeness(outcome.heard) > 0.8)
        #expect(abs(delay(outcome) - delay(without)) < 5)
        #expect(outcome.statistics.fecPacketsDiscarded == outcome.statistics.fecPacketsReceived)
        call.loss = 0.1
        let lossy = call.run(speech)
        #expect(likeness(lossy.heard) > 0.75)
        #expect(concealed(lossy) < 0.03)
    }

    @Test("Of one packet in ten that is lost, the repeat in the next leaves two in a hundred to make up, and less delay than twice the packet's")
    func lossWithRepeats() {
        var call = VirtualCall(loss: 0.1)
        call.isRedundant = true
        let outcome = call.run(speech)
        #expect(likeness(outcome.heard) > 0.75)
        #expect(concealed(outcome) < 0.03)
        #expect(outcome.statistics.fecPacketsReceived > 400)
        #expect(outcome.statistics.fecPacketsDiscarded > 300, "what had come was not needed again")
        #expect(delay(outcome) < 60)
    }

    @Test("Of one packet in ten that is lost, redundancy leaves little to make up")
    func lossWithRedundancy() {
        var call = VirtualCall(loss: 0.1)
        call.encoder.expectedLoss = 0.1
        let outcome = call.run(speech)
        #expect(likeness(outcome.heard) > 0.7)
        #expect(concealed(outcome) < 0.06)
        #expect(outcome.statistics.fecPacketsReceived > 100)
        #expect(delay(outcome) < 60)
    }

    @Test("Without redundancy what is lost is made up, of G.711 less what nobody misses, and no more", arguments: AudioCodec.allCases)
    func loss(codec: AudioCodec) {
        var call = VirtualCall(codec: codec, loss: 0.1)
        call.encoder.usesFEC = false
        let outcome = call.run(speech)
        let lost = 1 - Double(outcome.arrived) / Double(outcome.sent)
        // With Opus the counts differ by what is under way at the end.
        #expect(concealed(outcome) < (codec == .opus ? 1.01 * lost : lost))
        #expect(concealed(outcome) > (codec == .opus ? 0.95 : 0.7) * lost)
        #expect(outcome.heard.allSatisfy { abs($0) <= 1 })
        #expect(delay(outcome) < 60)
    }

    @Test("Jitter is waited for: little is made up", arguments: [15.0, 30, 60])
    func jitter(width: Double) {
        let outcome = VirtualCall(jitter: width).run(speech)
        #expect(concealed(outcome) < 0.02)
        #expect(likeness(outcome.heard) > 0.8)
        #expect(delay(outcome) < 2 * width + 40)
    }

    @Test("Packets that overtake each other or come twice are played once and in order")
    func disorder() {
        let outcome = VirtualCall(jitter: 5, reordering: 0.1, duplication: 0.1).run(speech)
        #expect(concealed(outcome) < 0.03)
        #expect(likeness(outcome.heard) > 0.8)
        #expect(outcome.statistics.packetsDiscarded == outcome.arrived - outcome.sent, "each second copy")
    }

    @Test("A network that held everything back for a while, and then gives it all at once, is caught up with")
    func spike() {
        var call = VirtualCall()
        // 400 ms of packets arrive together at the end of a spike.
        call.extra = { (200..<220).contains($0) ? Double(220 - $0) * 20 : 0 }
        let outcome = call.run(speech)
        #expect(outcome.delays[3...5].max() ?? 0 > 100, "late packets are used rather than thrown away")
        #expect(outcome.delays.last ?? 100 < 60)
        #expect(concealed(outcome) < 0.06)
    }

    @Test("In a pause with DTX there is background and no concealment, and the next word is whole")
    func discontinuous() {
        var call = VirtualCall()
        call.encoder.usesDTX = true
        let pause = [Float](repeating: 0, count: 96_000)
        let outcome = call.run(Array(speech[..<96_000]) + pause + Array(speech[96_000..<240_000]))
        #expect(outcome.kinds.count { $0 == .comfortNoise } > 100)
        #expect(concealed(outcome) < 0.02)
        let last = outcome.heard.suffix(120_000)
        #expect(Speech.meanSquare(last) > 0.3 * Speech.meanSquare(speech[120_000..<240_000]))
    }

    @Test("Nobody is there any more: made-up speech ends within a second and silence is silence")
    func end() {
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        #expect(buffer.frame(into: frame, at: .zero) == .silence)
        let encoder = OpusEncoder()
        var bytes = [UInt8](repeating: 0, count: 1_500)
        var now = Instant.zero
        for index in 0..<100 {
            let count = speech[48_000 + index * 960..<48_960 + index * 960].withUnsafeBufferPointer { samples in
                bytes.withUnsafeMutableBufferPointer { encoder.encode(samples, into: $0) }
            }
            let packet = PlayoutPacket(
                codec: .opus, ssrc: 1, sequenceNumber: UInt16(index), timestamp: UInt32(index * 960), arrival: now)
            bytes[..<count].withUnsafeBytes { _ = buffer.insert(packet, payload: $0) }
            for _ in 0..<2 {
                _ = buffer.frame(into: frame, at: now)
                now += .milliseconds(10)
            }
        }
        var kinds: [PlayoutKind] = []
        for _ in 0..<200 {
            kinds.append(buffer.frame(into: frame, at: now))
            now += .milliseconds(10)
        }
        #expect(kinds.contains(.concealment))
        #expect(kinds.suffix(90).allSatisfy { $0 == .silence })
        #expect(frame.meanSquare() == 0)
        #expect(buffer.statistics.concealmentEvents == 1)
    }

    // MARK: Long

    @Test("An hour with a clock that drifts: the delay does not grow, and next to nothing is made up", arguments: [-200.0, 200])
    func drift(partsPerMillion: Double) {
        let outcome = VirtualCall(jitter: 3, partsPerMillion: partsPerMillion).run(speech, repeats: 360)
        #expect(outcome.delays.count > 3_500)
        let early = outcome.delays[60..<360].reduce(0, +) / 300
        let late = outcome.delays.suffix(300).reduce(0, +) / 300
        #expect(abs(late - early) < 3)
        #expect(outcome.delays.dropFirst(5).max() ?? .infinity < 70)
        #expect(concealed(outcome) < 2e-4)
        // 200 parts in a million of an hour are 720 ms.
        let statistics = outcome.statistics
        let balance = Double(statistics.removedSamplesForAcceleration - statistics.insertedSamplesForDeceleration) / 48
        #expect(abs(balance - 3.6 * partsPerMillion) < 60)
    }

    // MARK: Hostile

    @Test("Bytes, numbers and timestamps of any kind never crash it, and it sounds again afterwards")
    func hostile() {
        var random = RandomSource(seed: 99)
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        var now = Instant.zero
        for round in 0..<20_000 {
            for _ in 0..<Int(random.next() % 4) {
                let codec = AudioCodec.allCases[Int(random.next() % 3)]
                let isNear = random.next() % 3 > 0
                let packet = PlayoutPacket(
                    content: random.next() % 9 == 0 ? .telephoneEvent : .speech(random.next() % 8 == 0 ? codec : .opus),
                    ssrc: random.next() % 40 == 0 ? UInt32(random.next() % 5) : 1,
                    sequenceNumber: isNear ? UInt16(truncatingIfNeeded: round) : UInt16(truncatingIfNeeded: random.next()),
                    timestamp: isNear ? UInt32(truncatingIfNeeded: round * 480) : UInt32(truncatingIfNeeded: random.next()), arrival: now)
                let payload = random.bytes(Int(random.next() % (random.next() % 20 == 0 ? 2_000 : 150)))
                payload.withUnsafeBytes { _ = buffer.insert(packet, payload: $0) }
            }
            _ = buffer.frame(into: frame, at: now)
            // The resampler of G.711 overshoots where full scale jumps; sinks clip.
            #expect(frame.samples.allSatisfy { abs($0) <= 2 })
            now += random.next() % 500 == 0 ? .seconds(3) : .milliseconds(10)
        }
        // A call of somebody well-behaved, from a new source.
        let encoder = OpusEncoder()
        var bytes = [UInt8](repeating: 0, count: 1_500)
        var kinds: [PlayoutKind] = []
        for index in 0..<200 {
            let count = speech[index * 960..<index * 960 + 960].withUnsafeBufferPointer { samples in
                bytes.withUnsafeMutableBufferPointer { encoder.encode(samples, into: $0) }
            }
            let packet = PlayoutPacket(codec: .opus, ssrc: 77, sequenceNumber: UInt16(index), timestamp: UInt32(index * 960), arrival: now)
            bytes[..<count].withUnsafeBytes { _ = buffer.insert(packet, payload: $0) }
            for _ in 0..<2 {
                kinds.append(buffer.frame(into: frame, at: now))
                now += .milliseconds(10)
            }
        }
        #expect(kinds.suffix(200).allSatisfy { $0 == .speech })
    }

    @Test("Nobody asks for frames: what comes is not kept without bound, and the newest is what is played then")
    func unattended() {
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        let payload: [UInt8] = [9 << 3, 0, 0, 0]
        for index in 0..<100_000 {
            let packet = PlayoutPacket(
                codec: .opus, ssrc: 1, sequenceNumber: UInt16(truncatingIfNeeded: index), timestamp: UInt32(truncatingIfNeeded: index * 960),
                arrival: Instant(nanoseconds: Int64(index) * 20_000_000))
            payload.withUnsafeBytes { _ = buffer.insert(packet, payload: $0) }
        }
        #expect(buffer.statistics.packetsDiscarded >= 100_000 - PacketStore.capacity)
        var now = Instant(nanoseconds: 100_000 * 20_000_000)
        for _ in 0..<20 {
            _ = buffer.frame(into: frame, at: now)
            now += .milliseconds(10)
        }
        #expect(buffer.statistics.jitterBufferEmittedCount > 0)
    }

    // MARK: Words about packets

    private func acceptance(_ number: Int, at milliseconds: Int, _ buffer: JitterBuffer, payload: [UInt8] = [9 << 3, 0, 0]) -> PlayoutAcceptance {
        let packet = PlayoutPacket(
            codec: .opus, ssrc: 1, sequenceNumber: UInt16(truncatingIfNeeded: number), timestamp: UInt32(truncatingIfNeeded: number * 960),
            arrival: Instant(nanoseconds: Int64(milliseconds) * 1_000_000))
        return payload.withUnsafeBytes { buffer.insert(packet, payload: $0) }
    }

    @Test("What becomes of a packet is said: it waits, is here already, has been played, came too late, or makes no sense")
    func acceptance() {
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        #expect(acceptance(1, at: 0, buffer) == .queued)
        #expect(acceptance(1, at: 1, buffer) == .duplicate)
        #expect(acceptance(2, at: 20, buffer, payload: []) == .useless)
        #expect(acceptance(2, at: 20, buffer, payload: [UInt8](repeating: 72, count: 1_501)) == .useless)
        for number in 3..<20 { #expect(acceptance(number, at: 20 * number, buffer) == .queued) }
        for tick in 0..<30 { _ = buffer.frame(into: frame, at: Instant(nanoseconds: Int64(360 + tick * 10) * 1_000_000)) }
        #expect(acceptance(10, at: 700, buffer) == .duplicate)
        #expect(acceptance(2, at: 700, buffer) == .late)
        #expect(buffer.statistics.packetsDiscarded == 4, "an empty packet is padding, and nothing was thrown away")
    }

    @Test("Keys are no sound, and the packets that tell of them are not missed")
    func telephoneEvents() {
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        var concealed = 0
        for index in 0..<300 {
            let now = Instant(nanoseconds: Int64(index) * 20_000_000)
            let isKey = (100..<110).contains(index)
            let packet = PlayoutPacket(
                content: isKey ? .telephoneEvent : .speech(.opus), ssrc: 1, sequenceNumber: UInt16(index),
                timestamp: UInt32((isKey ? 100 : index) * 960), arrival: now)
            [UInt8](isKey ? [5, 10, 0, 160] : [9 << 3, 0, 0]).withUnsafeBytes { payload in
                #expect(buffer.insert(packet, payload: payload) == (isKey ? .telephoneEvent : .queued))
            }
            for half in 0..<2 where buffer.frame(into: frame, at: now + .milliseconds(10 * half)) == .concealment { concealed += 1 }
        }
        #expect(concealed == 0)
    }

    /// A second of G.711, a pause of which only comfort noise tells, another second; what is heard of it, tick by tick.
    private func heardOfPause(descriptors: [(at: Int, bytes: [UInt8])], packets: Int = 250) -> (kinds: [PlayoutKind], levels: [Float], buffer: JitterBuffer) {
        let buffer = JitterBuffer()
        let frame = AudioFrame()
        let encoder = G711Encoder(.muLaw)
        var payload = [UInt8](repeating: 0, count: 160)
        var number: UInt16 = 65_500
        var kinds: [PlayoutKind] = []
        var levels: [Float] = []
        for index in 0..<packets {
            let now = Instant(nanoseconds: Int64(index) * 20_000_000)
            let isSpeech = index < 50 || index >= packets - 50
            let stamp = UInt32(truncatingIfNeeded: 4_294_960_000 + index * 160)
            func packet(_ content: PlayoutContent) -> PlayoutPacket {
                PlayoutPacket(content: content, ssrc: 1, sequenceNumber: number, timestamp: stamp, arrival: now)
            }
            if isSpeech {
                speech[(96_000 + index * 960)..<(96_960 + index * 960)].withUnsafeBufferPointer { samples in
                    payload.withUnsafeMutableBufferPointer { _ = encoder.encode(samples, into: $0) }
                }
                payload.withUnsafeBytes { _ = buffer.insert(packet(.speech(.pcmu)), payload: $0) }
                number &+= 1
            } else if let bytes = descriptors.first(where: { $0.at == index })?.bytes {
                bytes.withUnsafeBytes { _ = buffer.insert(packet(.comfortNoise), payload: $0) }
                number &+= 1
            }
            for half in 0..<2 {
                kinds.append(buffer.frame(into: frame, at: now + .milliseconds(10 * half)))
                levels.append(frame.meanSquare())
            }
        }
        return (kinds, levels, buffer)
    }

    @Test("A sender of G.711 that falls silent is heard as it says: noise of that level for as long as it lasts, nothing made up, and the next word whole")
    func comfortNoise() {
        let (kinds, levels, buffer) = heardOfPause(descriptors: [(50, [50, 100]), (150, [60, 100])])
        #expect(!kinds.contains(.concealment))
        #expect(kinds[110..<390].allSatisfy { $0 == .comfortNoise })
        #expect(abs(10 * log10(Speech.meanSquare(levels[120..<290].map { $0.squareRoot() })) + 50) < 1)
        #expect(abs(10 * log10(Speech.meanSquare(levels[320..<390].map { $0.squareRoot() })) + 60) < 1)
        #expect(buffer.statistics.concealedSamples == 0)
        // The whole of both seconds was played.
        #expect(buffer.statistics.jitterBufferEmittedCount >= 97 * 960)
        #expect(kinds.suffix(80).allSatisfy { $0 == .speech })
    }

    @Test("A pause may have more packets than any disorder; each changes what is heard")
    func longPause() {
        let descriptors = (50..<350).map { (at: $0, bytes: [UInt8(40 + ($0 - 50) / 10)]) }
        let (kinds, levels, buffer) = heardOfPause(descriptors: descriptors, packets: 400)
        #expect(!kinds.contains(.concealment))
        #expect(buffer.statistics.concealedSamples == 0)
        // 69 dB below overload at last.
        #expect(abs(10 * log10(Speech.meanSquare(levels[690..<700].map { $0.squareRoot() })) + 69) < 2)
        #expect(buffer.statistics.jitterBufferEmittedCount >= 97 * 960)
    }

    @Test("The numbers add up: what was handed over is what was played, made up, put in and left out")
    func accounts() {
        var call = VirtualCall(loss: 0.05, jitter: 40, reordering: 0.02, duplication: 0.02)
        call.encoder.expectedLoss = 0.05
        let outcome = call.run(speech)
        let statistics = outcome.statistics
        // Before the first packet nothing is counted.
        #expect(statistics.totalSamplesReceived <= outcome.kinds.count * 480 && statistics.totalSamplesReceived > (outcome.kinds.count - 20) * 480)
        #expect(statistics.jitterBufferEmittedCount <= statistics.totalSamplesReceived + statistics.removedSamplesForAcceleration)
        #expect(statistics.silentConcealedSamples <= statistics.concealedSamples)
        #expect(statistics.fecPacketsDiscarded <= statistics.fecPacketsReceived)
        #expect(statistics.concealmentEvents <= statistics.concealedSamples / 120)
        #expect(statistics.jitterBufferDelay > 0 && statistics.jitterBufferDelay < statistics.playoutDelay)
        #expect(statistics.jitterBufferTargetDelay > 0 && statistics.jitterBufferMinimumDelay <= statistics.jitterBufferTargetDelay)
        #expect(statistics.packetsDiscarded <= outcome.arrived)
    }
}
