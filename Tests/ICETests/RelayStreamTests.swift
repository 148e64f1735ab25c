import Primitives
import Testing

@testable import ICE

@Suite struct RelayStreamTests {
    @Test("a stream is cut into messages however its bytes arrive", arguments: 1...20 as ClosedRange<UInt64>)
    func cutting(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var messages: [[UInt8]] = []
        for _ in 0..<50 {
            let data = random.bytes(Int.random(in: 0...300, using: &random))
            if Bool.random(using: &random) {
                messages.append(try #require(ChannelData.encode(data, channel: 0x4001, isPadded: true)))
            } else {
                let id = STUNTransactionID(random: &random)
                messages.append(STUNMessage(.indication, method: STUNMessage.data, transactionID: id, attributes: [STUNAttribute(.data, value: data)]).encoded())
            }
        }
        var stream = messages.flatMap(\.self)[...]
        var reader = RelayStreamReader()
        var found: [[UInt8]] = []
        while !stream.isEmpty {
            let count = min(stream.count, Int.random(in: 1...700, using: &random))
            reader.append(Array(stream.prefix(count)))
            stream = stream.dropFirst(count)
            while let message = reader.next() { found.append(message) }
        }
        #expect(found == messages)
        #expect(!reader.isBroken)
    }

    @Test("a stream that is no TURN is given up")
    func foreign() {
        var reader = RelayStreamReader()
        reader.append(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
        // “H” is 0x48, which ChannelData begins with; what follows is not.
        _ = reader.next()
        reader.append([UInt8](repeating: 0xFF, count: 70_000))
        while reader.next() != nil {}
        #expect(reader.isBroken)
    }

    @Test("padding is not data", arguments: 0...9)
    func padding(length: Int) throws {
        let data = [UInt8](repeating: 7, count: length)
        let bytes = try #require(ChannelData.encode(data, channel: 0x4FFF, isPadded: true))
        #expect(bytes.count % 4 == 0)
        let parsed = try #require(ChannelData.parse(bytes))
        #expect(parsed.channel == 0x4FFF && parsed.data == data)
    }

    @Test("a stream that does not open ends gathering with 701")
    func unopened() {
        var agent = ICEAgent(
            configuration: ICEConfiguration(relays: [RelayTests.server(transport: .tls)]), isControlling: true, random: RandomSource(seed: 1))
        agent.handle(.localAddress(.at("192.0.2.1")), at: .zero)
        agent.handle(.noMoreLocalAddresses, at: .zero)
        var opened: RelayStream.ID?
        var outputs: [ICEAgent.Output] = []
        func drain() {
            while true {
                let output = agent.pollOutput()
                outputs.append(output)
                if case .stream(.open(let id, _)) = output { opened = id }
                if case .wait = output { return }
            }
        }
        drain()
        #expect(!agent.isGatheringComplete)
        guard let opened else {
            Issue.record("no stream was asked for")
            return
        }
        agent.handle(.stream(.closed(opened, reason: "no route")), at: .zero + .seconds(1))
        drain()
        #expect(outputs.contains(.event(.candidateError(CandidateError(local: nil, url: "turn:relay.example", code: 701, text: "no route")))))
        #expect(agent.isGatheringComplete)
    }
}
