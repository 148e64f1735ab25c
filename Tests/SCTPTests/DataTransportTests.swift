import Primitives
import SCTP
import Testing

@Suite struct DataTransportTests {
    @Test func aChannelMadeBeforeTheAssociationOpensWithIt() {
        Pair.run { pair in
            let parameters = DataChannelParameters(label: "chat", subprotocol: "json")
            pair.create(1, parameters, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.events.isEmpty && pair.server.transport.channels.count == 1 }
            let theirs = pair.server.transport.channels[DataChannelHandle(rawValue: -1)]
            #expect(theirs?.parameters == parameters)
            #expect(theirs?.id == 0)
            #expect(theirs?.state == .open)
            #expect(pair.client.has(.opened(DataChannelHandle(rawValue: 1))))
        }
    }

    @Test func textBinaryAndEmptyMessagesArriveAsWhatTheyAreInBothDirections() {
        Pair.run { pair in
            pair.connect()
            pair.create(1, at: pair.server)
            pair.run(for: .seconds(1)) { !pair.client.transport.channels.isEmpty }
            #expect(pair.client.transport.channels[DataChannelHandle(rawValue: -1)]?.id == 1)
            let messages = [
                DataMessage("grüß dich"), DataMessage(isText: false, bytes: [0, 255, 1]), DataMessage(""),
                DataMessage(isText: false, bytes: []),
            ]
            for message in messages { pair.give(.send(DataChannelHandle(rawValue: 1), message), to: pair.server) }
            for message in messages { pair.give(.send(DataChannelHandle(rawValue: -1), message), to: pair.client) }
            pair.run(for: .seconds(2)) { pair.client.messages(of: -1).count == 4 && pair.server.messages(of: 1).count == 4 }
            #expect(pair.client.messages(of: -1) == messages)
            #expect(pair.server.messages(of: 1) == messages)
        }
    }

    @Test func tenPercentLossAndReorderingLoseNothingOfAReliableChannel() {
        Pair.run { pair in
            var random = RandomSource(seed: 7)
            pair.path = { _ in
                Int.random(in: 0..<10, using: &random) == 0 ? nil : .milliseconds(Int.random(in: 10...60, using: &random))
            }
            pair.create(1, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(20)) { !pair.server.transport.channels.isEmpty }
            let sent = (0..<300).map { "message \($0) " + String(repeating: "x", count: $0 * 7) }
            for text in sent { pair.send(text, over: 1, from: pair.client) }
            pair.run(for: .seconds(120)) { pair.server.messages(of: -1).count == sent.count }
            #expect(pair.server.messages(of: -1).map { String(decoding: $0.bytes, as: UTF8.self) } == sent)
        }
    }

    @Test func aMessageOf256KiBArrivesWholeAndNoPacketIsTooLong() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            let bytes = (0..<DataTransport.messageByteLimit).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            pair.give(.send(DataChannelHandle(rawValue: 1), DataMessage(isText: false, bytes: bytes)), to: pair.client)
            pair.run(for: .seconds(30)) { !pair.server.messages(of: -1).isEmpty }
            #expect(pair.server.messages(of: -1) == [DataMessage(isText: false, bytes: bytes)])
            #expect(pair.client.sentPacketSizes.max() ?? 0 <= SCTPAssociation.packetByteCount)
        }
    }

    @Test func moreThanTheLibraryHoldsWaitsAndIsToldAsItLeaves() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            let bytes = [UInt8](repeating: 42, count: 100_000)
            for _ in 0..<30 { pair.give(.send(DataChannelHandle(rawValue: 1), DataMessage(isText: false, bytes: bytes)), to: pair.client) }
            func drained() -> Int {
                pair.client.events.reduce(0) { sum, event in
                    if case .drained(_, let count) = event { sum + count } else { sum }
                }
            }
            #expect(drained() < 30 * bytes.count)
            pair.run(for: .seconds(120)) { pair.server.messages(of: -1).count == 30 }
            #expect(pair.server.messages(of: -1).count == 30)
            #expect(drained() == 30 * bytes.count)
        }
    }

    @Test func aReaderWhoPausesStopsTheSenderAndLosesNothing() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.transport.channels.isEmpty }
            pair.give(.pauseReading(true), to: pair.server)
            let bytes = [UInt8](repeating: 42, count: 100_000)
            for _ in 0..<40 { pair.give(.send(DataChannelHandle(rawValue: 1), DataMessage(isText: false, bytes: bytes)), to: pair.client) }
            pair.run(for: .seconds(30))
            #expect(pair.server.messages(of: -1).isEmpty)
            let stuck = pair.client.transport.channels[DataChannelHandle(rawValue: 1)]?.messagesSent ?? 0
            #expect(stuck < 40)
            pair.give(.pauseReading(false), to: pair.server)
            pair.run(for: .seconds(120)) { pair.server.messages(of: -1).count == 40 }
            #expect(pair.server.messages(of: -1).count == 40)
        }
    }

    @Test func withoutRetransmissionsWhatIsLostStaysLost() {
        Pair.run { pair in
            pair.create(1, DataChannelParameters(isOrdered: false, reliability: .retransmissions(0)), at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.transport.channels.isEmpty }
            pair.send("first", over: 1, from: pair.client)
            pair.run(for: .seconds(1))
            pair.path = { isFromClient in isFromClient ? nil : .milliseconds(20) }
            pair.send("lost", over: 1, from: pair.client)
            pair.path = { _ in .milliseconds(20) }
            pair.run(for: .seconds(5))
            pair.send("last", over: 1, from: pair.client)
            pair.run(for: .seconds(5))
            #expect(pair.server.messages(of: -1) == [DataMessage("first"), DataMessage("last")])
        }
    }

    @Test func closingDeliversWhatWasSentBeforeAndClosesBothEnds() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.transport.channels.isEmpty }
            pair.send("last words", over: 1, from: pair.client)
            pair.close(1, at: pair.client)
            pair.run(for: .seconds(10)) { pair.client.transport.channels.isEmpty && pair.server.transport.channels.isEmpty }
            #expect(pair.server.messages(of: -1) == [DataMessage("last words")])
            #expect(
                pair.server.events.suffix(2) == [
                    .closing(DataChannelHandle(rawValue: -1)), .closed(DataChannelHandle(rawValue: -1), reason: nil),
                ])
            #expect(pair.client.has(.closed(DataChannelHandle(rawValue: 1), reason: nil)))
            #expect(pair.client.transport.closedCount == 1)
        }
    }

    @Test func aNumberIsFreeAgainAfterClosing() {
        Pair.run { pair in
            pair.connect()
            for handle in 1...5 {
                pair.create(handle, at: pair.client)
                pair.send("\(handle)", over: handle, from: pair.client)
                pair.run(for: .seconds(5)) { pair.server.messages(of: -handle).count == 1 }
                #expect(pair.client.transport.channels[DataChannelHandle(rawValue: handle)]?.id == 0)
                pair.close(handle, at: handle.isMultiple(of: 2) ? pair.client : pair.client)
                pair.run(for: .seconds(10)) { pair.client.transport.channels.isEmpty && pair.server.transport.channels.isEmpty }
                #expect(pair.server.messages(of: -handle) == [DataMessage("\(handle)")])
            }
        }
    }

    @Test func manyChannelsClosedAtOnceByBothEndsAreAllGone() {
        Pair.run { pair in
            pair.connect()
            for handle in 1...20 { pair.create(handle, at: handle.isMultiple(of: 2) ? pair.client : pair.server) }
            pair.run(for: .seconds(5)) { pair.client.transport.channels.count == 20 && pair.server.transport.channels.count == 20 }
            for handle in Array(pair.client.transport.channels.keys) { pair.close(handle.rawValue, at: pair.client) }
            for handle in Array(pair.server.transport.channels.keys) { pair.close(handle.rawValue, at: pair.server) }
            pair.run(for: .seconds(60)) { pair.client.transport.channels.isEmpty && pair.server.transport.channels.isEmpty }
            #expect(pair.client.transport.channels.isEmpty)
            #expect(pair.server.transport.channels.isEmpty)
        }
    }

    @Test func aNegotiatedChannelNeedsNoWords() {
        Pair.run { pair in
            pair.create(1, id: 7, isNegotiated: true, at: pair.client)
            pair.create(1, id: 7, isNegotiated: true, at: pair.server)
            pair.connect()
            pair.send("hello", over: 1, from: pair.server)
            pair.run(for: .seconds(2)) { !pair.client.messages(of: 1).isEmpty }
            #expect(pair.client.messages(of: 1) == [DataMessage("hello")])
            #expect(!pair.client.events.contains { if case .announced = $0 { true } else { false } })
        }
    }

    @Test func aNumberThatThePagesHaveAgreedOnMayBeHigh() {
        Pair.run { pair in
            for end in [pair.client, pair.server] { pair.create(1, id: 20_000, isNegotiated: true, at: end) }
            pair.connect()
            pair.send("high", over: 1, from: pair.client)
            pair.run(for: .seconds(2)) { !pair.server.messages(of: 1).isEmpty }
            #expect(pair.server.messages(of: 1) == [DataMessage("high")])
            #expect(pair.client.transport.streamCount == 20_001)
            #expect(pair.client.transport.refusal(ofID: 20_001) != nil)
        }
    }

    @Test func aNumberInUseIsRefused() {
        Pair.run { pair in
            pair.create(1, id: 7, isNegotiated: true, at: pair.client)
            pair.create(2, id: 7, isNegotiated: true, at: pair.client)
            #expect(pair.client.events.contains { if case .closed(DataChannelHandle(rawValue: 2), .some) = $0 { true } else { false } })
            #expect(pair.client.transport.channels.count == 1)
        }
    }

    @Test func endingTheConnectionClosesThePeersChannels() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.transport.channels.isEmpty }
            pair.give(.shutDown, to: pair.client)
            pair.run(for: .seconds(1)) { pair.server.transport.state == .closed }
            #expect(pair.server.transport.state == .closed)
            #expect(pair.server.events.contains { if case .closed(DataChannelHandle(rawValue: -1), .some) = $0 { true } else { false } })
            #expect(pair.client.has(.closed(DataChannelHandle(rawValue: 1), reason: nil)))
        }
    }

    @Test func aPathThatIsGoneForTwoMinutesLosesNothing() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            pair.run(for: .seconds(1)) { !pair.server.transport.channels.isEmpty }
            pair.path = { _ in nil }
            pair.send("into the void", over: 1, from: pair.client)
            pair.run(for: .seconds(120))
            pair.path = { _ in .milliseconds(20) }
            pair.run(for: .seconds(30)) { !pair.server.messages(of: -1).isEmpty }
            #expect(pair.server.messages(of: -1) == [DataMessage("into the void")])
        }
    }

    @Test func damagedPacketsOfThePeerAreDroppedAndTheAssociationLives() {
        Pair.run { pair in
            pair.create(1, at: pair.client)
            pair.connect()
            var random = RandomSource(seed: 3)
            for _ in 0..<2000 {
                pair.give(.packet([0x13, 0x88, 0x13, 0x88] + random.bytes(Int.random(in: 0...80, using: &random))), to: pair.server)
            }
            pair.send("still there", over: 1, from: pair.client)
            pair.run(for: .seconds(5)) { !pair.server.messages(of: -1).isEmpty }
            #expect(pair.server.messages(of: -1) == [DataMessage("still there")])
            #expect(pair.server.transport.packetsDropped > 0)
        }
    }
}
