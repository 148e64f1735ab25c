import AudioCodecs
import AudioCore
import Primitives
import RTP
import Testing

@testable import AudioPipeline

/// An encoder whose bytes say what it was given; says nothing about silence when it does DTX.
private final class FakeEncoder: SpeechEncoder, @unchecked Sendable {
    let codec: AudioCodec
    let usesDTX: Bool
    private(set) var tunings: [EncoderTuning] = []

    init(_ codec: AudioCodec, usesDTX: Bool = false) {
        self.codec = codec
        self.usesDTX = usesDTX
    }

    func encode(_ samples: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let isSilent = samples.allSatisfy { $0 == 0 }
        if isSilent && usesDTX { return 0 }
        target[0] = UInt8(samples.count / 480)
        target[1] = isSilent ? 0 : 1
        return 2
    }

    func adapt(bitrate: Int, expectedLoss: Double) { tunings.append(EncoderTuning(bitrate: bitrate, expectedLoss: expectedLoss)) }
}

extension SendStream {
    /// All that waits in the ring.
    fileprivate func drain() -> [(header: EncodedFrameHeader, bytes: [UInt8])] {
        var records: [(header: EncodedFrameHeader, bytes: [UInt8])] = []
        while let record = frames.read({ ($0, Array($1)) }) { records.append((record.0, record.1)) }
        return records
    }
}

@Suite struct SendStreamTests {
    private func sender(_ rig: GraphRig, track: LocalTrack?, encoder: SendEncoder?) -> SendStream {
        let stream = SendStream(initialTimestamp: 0xFFFF_FF00)
        rig.control.perform(.addSender(stream))
        rig.control.perform(.setSenderTrack(stream, track))
        rig.control.perform(.setEncoder(stream, encoder))
        return stream
    }

    @Test("Opus frames come every 20 ms, 960 units apart and across the timestamp's wrap, the first one marked, and wake the loop")
    func opus() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: FakeEncoder(.opus), payloadType: 111))
        rig.tick(8)
        let records = stream.drain()
        #expect(records.map(\.header.rtpTimestamp) == [0xFFFF_FF00, 0x2C0, 0x680, 0xA40])
        #expect(records.map(\.header.marker) == [true, false, false, false])
        #expect(records.map(\.bytes) == Array(repeating: [2, 1], count: 4))
        #expect(records.allSatisfy { $0.header.payloadType == 111 && $0.header.duration == 960 && $0.header.content == .audio })
        #expect(records[0].header.tick == 10_000_000)
        #expect(records[0].header.tickTimestamp == 0x2C0)
        #expect(rig.waker.loop.load(ordering: .relaxed) == 4)
        #expect(stream.statistics.read().framesEncoded == 4)
        #expect(stream.statistics.read().bytesEncoded == 8)
    }

    @Test("G.711 counts in 8 kHz, and a change of codec carries the timestamp on at the new rate")
    func codecChange() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: FakeEncoder(.pcmu), payloadType: 0, packetMilliseconds: 40))
        rig.tick(8)
        rig.control.perform(.setEncoder(stream, SendEncoder(encoder: FakeEncoder(.opus), payloadType: 111)))
        rig.tick(4)
        let headers = stream.drain().map(\.header)
        #expect(headers.map(\.payloadType) == [0, 0, 111, 111])
        #expect(headers.map { $0.rtpTimestamp &- 0xFFFF_FF00 } == [0, 320, 640, 1600])
        #expect(headers.map(\.duration) == [320, 320, 960, 960])
        #expect(headers.map(\.marker) == [true, false, true, false])
    }

    @Test("a disabled track is sent as silence; without a track, or not allowed to, nothing is sent and time goes on")
    func muting() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: FakeEncoder(.opus), payloadType: 111))
        rig.control.perform(.setTrackEnabled(track, false))
        rig.tick(4)
        _ = stream.drain()
        rig.tick(2)
        let silent = stream.drain()
        #expect(silent.map(\.bytes) == [[2, 0]])
        #expect(silent[0].header.audioLevel == 127 && !silent[0].header.hasVoice)
        rig.control.perform(.setTrackEnabled(track, true))
        rig.control.perform(.setSenderTrack(stream, nil))
        rig.tick(3)
        rig.control.perform(.setSenderTrack(stream, track))
        rig.control.perform(.setSending(stream, false))
        rig.tick(4)
        #expect(stream.drain().isEmpty)
        rig.control.perform(.setSending(stream, true))
        rig.tick(2)
        let after = stream.drain()
        #expect(after.map { $0.header.rtpTimestamp &- 0xFFFF_FF00 } == [13 * 480])
        #expect(after[0].header.marker)
        #expect(after[0].header.audioLevel == 20 && after[0].header.hasVoice)
    }

    @Test("after a silence that DTX left out, the next frame is marked, and its timestamp says how long the silence was")
    func discontinuous() {
        let rig = GraphRig()
        let track = rig.addTrack { (4..<12).contains($0) ? 0 : 0.1 }
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: FakeEncoder(.opus, usesDTX: true), payloadType: 111))
        rig.tick(16)
        let headers = stream.drain().map(\.header)
        #expect(headers.map { ($0.rtpTimestamp &- 0xFFFF_FF00) / 480 } == [0, 2, 12, 14])
        #expect(headers.map(\.marker) == [true, false, true, false])
        #expect(stream.statistics.read().framesUnsent == 4)
    }

    @Test("where comfort noise was agreed on, a pause in G.711 is described in packets of its own type, and the next frame is marked")
    func comfortNoise() {
        let rig = GraphRig()
        let track = rig.addTrack { (50..<150).contains($0) ? 0 : 0.1 }
        let encoder = SendEncoder(encoder: G711Encoder(.muLaw), payloadType: 0, comfortNoisePayloadType: 13)
        let stream = sender(rig, track: track, encoder: encoder)
        rig.tick(200)
        let records = stream.drain()
        let described = records.filter { $0.header.payloadType == 13 }
        #expect(described.count >= 3 && described.count <= 5)
        #expect(described.allSatisfy { !$0.header.marker && !$0.header.hasVoice && $0.bytes.count <= SilenceDescriptor.mostBytes })
        #expect(described.allSatisfy { $0.bytes.first.map { $0 > 70 } ?? false })
        let voice = records.filter { $0.header.payloadType == 0 }
        #expect(voice.filter(\.header.marker).count == 2)
        #expect(voice.count > 55 && voice.count < 70)
        // 200 ms after its beginning.
        #expect(described.first.map { ($0.header.rtpTimestamp &- 0xFFFF_FF00) / 80 } == 72)
    }

    @Test("Opus has its own way, and without an agreement a pause is sent like all else", arguments: [true, false])
    func noComfortNoise(isOpus: Bool) {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0 }
        let codec: any SpeechEncoder & Sendable = isOpus ? FakeEncoder(.opus) : G711Encoder(.muLaw)
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: codec, payloadType: 0, comfortNoisePayloadType: isOpus ? 13 : nil))
        rig.tick(100)
        #expect(stream.drain().map(\.header.payloadType) == Array(repeating: 0, count: 50))
    }

    @Test("a key is sent in the place of the voice on the same line of timestamps, and its changes are told without bytes")
    func tones() throws {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: FakeEncoder(.opus), payloadType: 111))
        rig.tick(4)
        _ = stream.drain()
        let tones = try #require(DTMFToneList("5"))
        rig.control.perform(.sendTones(stream, ToneRequest(tones: tones, payloadType: 110, clockRate: 48_000, duration: 100, gap: 50)))
        rig.tick(40)
        let records = stream.drain()
        let five = try #require(DTMFTone(character: UInt8(ascii: "5")))
        #expect(records.first?.header.content == .toneChange(.began(five)))
        #expect(records.first?.bytes == [])
        let events = records.filter { $0.header.content == .telephoneEvent }
        #expect(
            events.allSatisfy { $0.header.payloadType == 110 && $0.header.rtpTimestamp &- 0xFFFF_FF00 == 4 * 480 && $0.bytes.count == 4 })
        #expect(events.map(\.header.marker) == [true] + Array(repeating: false, count: events.count - 1))
        let parsed = events.compactMap { TelephoneEvent(parsing: $0.bytes) }
        #expect(parsed.map(\.code) == Array(repeating: 5, count: events.count))
        #expect(parsed.filter(\.isEnd).count == 3)
        #expect(parsed.last?.duration == 4800)
        // Voice: none while the key lasts, then marked again, on the same line.
        let voice = records.filter { $0.header.content == .audio }.map(\.header)
        #expect(voice.first.map { ($0.rtpTimestamp &- 0xFFFF_FF00) / 480 } == 14)
        #expect(voice.first?.marker == true)
        #expect(records.contains { $0.header.content == .toneChange(.finished) })
    }

    @Test("where sending stops, the keys that are left are forgotten")
    func tonesStopped() throws {
        let rig = GraphRig()
        let stream = sender(rig, track: nil, encoder: SendEncoder(encoder: FakeEncoder(.pcma), payloadType: 8))
        let tones = try #require(DTMFToneList("123"))
        rig.control.perform(.sendTones(stream, ToneRequest(tones: tones, payloadType: 101, clockRate: 8_000)))
        rig.tick(5)
        #expect(!stream.drain().isEmpty)
        rig.control.perform(.setSending(stream, false))
        rig.control.perform(.setSending(stream, true))
        rig.tick(100)
        #expect(stream.drain().isEmpty)
    }

    @Test("tuning reaches the encoder, and a loop that does not read costs the newest frames, which are counted")
    func tuningAndOverflow() {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let encoder = FakeEncoder(.opus)
        let stream = sender(rig, track: track, encoder: SendEncoder(encoder: encoder, payloadType: 111))
        let tuning = EncoderTuning(bitrate: 20_000, expectedLoss: 0.1)
        rig.control.perform(.tuneEncoder(stream, tuning))
        rig.tick(140)
        #expect(encoder.tunings == [tuning])
        #expect(stream.statistics.read().framesDropped == 6)
        #expect(stream.drain().count == 64)
    }

    @Test("Frames are repeated as asked, not across a pause, and come out again with the numbers they had")
    func repeats() throws {
        let rig = GraphRig()
        let track = rig.addTrack { _ in 0.1 }
        let encoder = SendEncoder(encoder: OpusEncoder(), payloadType: 111, redundancyPayloadType: 63)
        let stream = sender(rig, track: track, encoder: encoder)
        rig.control.perform(.tuneEncoder(stream, EncoderTuning(bitrate: 20_000, expectedLoss: 0, repeats: 0b101)))
        rig.tick(8)
        var records = stream.drain()
        #expect(records.map(\.header.payloadType) == [111, 63, 63, 63])
        let packets = records.enumerated().map { index, record in
            RTPPacket(
                payloadType: PayloadType(truncating: record.header.payloadType), sequenceNumber: SequenceNumber(UInt16(index)),
                timestamp: record.header.rtpTimestamp, ssrc: SSRC(7), payload: record.bytes)
        }
        let last = try #require(RedundantSpeech(parsing: packets[3], at: .zero, formats: [111: .speech(.opus)]))
        #expect(last.frames.map(\.packet.sequenceNumber) == [3, 2, 0])
        #expect(last.frames.map(\.packet.timestamp) == [3, 2, 0].map { packets[$0].timestamp })
        #expect(last.frames.map(\.packet.isRepeat) == [false, true, true])
        #expect(last.frames[2].payload == records[0].bytes)
        #expect(RedundantSpeech(parsing: packets[3], at: .zero, formats: [:]) == nil)

        rig.control.perform(.setSending(stream, false))
        rig.tick(2)
        rig.control.perform(.setSending(stream, true))
        rig.tick(4)
        records = stream.drain()
        #expect(records.map(\.header.payloadType) == [111, 63])
    }

    @Test("Copies may be encoded for themselves, with fewer bits, and decode like any frame; the frames keep theirs")
    func copies() throws {
        let rig = GraphRig()
        let track = rig.addTrack { Float($0 % 7) / 10 - 0.3 }
        let encoder = SendEncoder(encoder: OpusEncoder(), payloadType: 111, redundancyPayloadType: 63, copyEncoder: OpusEncoder())
        let stream = sender(rig, track: track, encoder: encoder)
        rig.control.perform(.tuneEncoder(stream, EncoderTuning(bitrate: 32_000, expectedLoss: 0, repeats: 0b10, copyBitrate: 10_000)))
        rig.tick(100)
        let payloads = stream.drain().filter { $0.header.payloadType == 63 }.compactMap { RedundantPayload(parsing: $0.bytes) }
        #expect(payloads.count == 48)
        let decoder = OpusDecoder()
        for payload in payloads {
            let copy = try #require(payload.repeats.first)
            #expect(payload.repeats.count == 1 && copy.timestampOffset == 1_920)
            #expect(copy.bytes.withUnsafeBytes { decoder.sampleCount(of: $0) } == 960)
        }
        let (own, copied) = (payloads.reduce(0) { $0 + $1.primary.bytes.count }, payloads.reduce(0) { $0 + $1.repeats[0].bytes.count })
        #expect(copied < own)
    }
}
