import Cryptography
import DTLS
import Primitives
import Testing
import VirtualClock

@Suite("DTLS on a bad network")
struct DTLSLossTests {
    @Test("A lost flight is sent again after exactly 50 ms of virtual time")
    func lostHello() {
        let association = Association()
        var isFirst = true
        association.path = { bytes, _ in
            defer { isFirst = false }
            return isFirst ? [] : [(bytes, .milliseconds(5))]
        }
        association.give(.start, to: association.client)
        #expect(association.client.wakeUp == .zero + .milliseconds(50))
        association.run()
        #expect(association.isConnected)
        #expect(association.now == .zero + .milliseconds(70))
    }

    @Test("Without virtual time the first wait is 50 ms by the system's clock")
    func realTime() throws {
        virtual_clock_release()
        let session = DTLSSession(role: .client, certificate: TestCertificates.first)
        let now = Instant.zero + .seconds(1000)
        session.handle(.start, at: now)
        var deadline: Instant?
        while true {
            if case .wait(let until) = session.pollOutput() {
                deadline = until
                break
            }
        }
        // Whatever the machine is busy with, no more than the wait is left, and not the years between two clocks.
        let wakeUp = try #require(deadline)
        #expect(wakeUp >= now && wakeUp <= now + .milliseconds(50))
    }

    @Test("The wait doubles from 50 ms to 6.4 s")
    func doubling() {
        let association = Association()
        var sent: [Instant] = []
        association.path = { [unowned association] _, _ in
            sent.append(association.now)
            return []
        }
        association.give(.start, to: association.client)
        association.run(for: .seconds(20))
        let waits = zip(sent.dropFirst(), sent).map { ($0 - $1).wholeMilliseconds }
        #expect(waits == [50, 100, 200, 400, 800, 1600, 3200, 6400, 6400])
    }

    @Test("Whichever datagram of the handshake is lost, both ends connect")
    func eachLost() {
        for lost in 0..<8 {
            let association = Association()
            var index = 0
            association.path = { bytes, _ in
                defer { index += 1 }
                return index == lost ? [] : [(bytes, .milliseconds(5))]
            }
            association.start()
            association.run()
            #expect(association.isConnected, "datagram \(lost) lost")
        }
    }

    @Test("When the last flight is lost, the client's retransmission brings it back")
    func lastFlightLost() {
        let association = Association()
        // Lost is the first thing that the server says after it has its keys.
        var hasLost = false
        association.path = { [unowned association] bytes, isFromClient in
            if !isFromClient, association.server.session.state != .handshaking, !hasLost {
                hasLost = true
                return []
            }
            return [(bytes, .milliseconds(5))]
        }
        association.start()
        association.run()
        #expect(hasLost)
        #expect(association.isConnected)
    }

    @Test("Loss, jitter, reordering, duplication and truncation at once: two hundred seeds all connect with the same keys")
    func storm() {
        for seed in 0..<200 {
            var random = RandomSource(seed: UInt64(seed))
            let association = Association()
            association.path = { bytes, _ in
                var copies: [(bytes: [UInt8], delay: Duration)] = []
                for _ in 0..<(Int.random(in: 0..<10, using: &random) == 0 ? 2 : 1) {
                    let dice = Int.random(in: 0..<100, using: &random)
                    if dice < 20 { continue }
                    let isCut = dice < 25
                    let count = isCut ? Int.random(in: 0...bytes.count, using: &random) : bytes.count
                    copies.append((Array(bytes[..<count]), .milliseconds(Int.random(in: 1...120, using: &random))))
                }
                return copies
            }
            association.start()
            association.run(until: { association.isConnected })
            #expect(association.isConnected, "seed \(seed)")
            #expect(association.client.keys?.localKey == association.server.keys?.remoteKey)
        }
    }

    @Test("The same seed of the network ends the handshake at the same moment, run by run")
    func repeatable() {
        func end(seed: UInt64) -> Instant {
            var random = RandomSource(seed: seed)
            let association = Association()
            association.path = { bytes, _ in
                Int.random(in: 0..<3, using: &random) == 0 ? [] : [(bytes, .milliseconds(Int.random(in: 1...40, using: &random)))]
            }
            association.start()
            association.run(until: { association.isConnected })
            return association.now
        }
        for seed in UInt64(0)..<20 { #expect(end(seed: seed) == end(seed: seed)) }
    }

    @Test("A ClientHello in small fragments, in any order, is put together")
    func fragmentedHello() {
        for isReversed in [false, true] {
            let association = Association()
            var isFirst = true
            association.path = { bytes, _ in
                guard isFirst else { return [(bytes, .milliseconds(5))] }
                isFirst = false
                let pieces = HandshakeFragments.split(bytes, into: 5)
                return (isReversed ? pieces.reversed() : pieces).map { ($0, .milliseconds(5)) }
            }
            association.start()
            association.run()
            #expect(association.isConnected)
            #expect(association.now == .zero + .milliseconds(20))
        }
    }

    @Test("Garbage at any time changes nothing")
    func garbage() {
        var random = RandomSource(seed: 7)
        let association = Association()
        func pelt() {
            for end in [association.client, association.server] {
                for count in 0..<60 {
                    var bytes = random.bytes(count)
                    if !bytes.isEmpty { bytes[0] = UInt8.random(in: 20...63, using: &random) }
                    association.give(.datagram(bytes), to: end)
                    // The header of a record, and garbage for a content.
                    let type = UInt8.random(in: 19...27, using: &random)
                    let epoch = UInt8.random(in: 0...2, using: &random)
                    let record = [type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, UInt8.random(in: 0...255, using: &random), 0, UInt8(count)]
                    association.give(.datagram(record + random.bytes(count)), to: end)
                }
            }
        }
        pelt()
        association.start()
        for _ in 0..<4 {
            pelt()
            association.run(for: .milliseconds(5))
        }
        association.run()
        #expect(association.isConnected)
        pelt()
        association.give(.applicationData([1]), to: association.client)
        association.run()
        #expect(association.server.messages == [[1]])
        #expect(association.server.session.dropCount > 0)
    }

    @Test("A protected record that is too short for its cipher is dropped, before the keys are there and after")
    func shortRecords() {
        let association = Association()
        func record(_ number: UInt8, _ count: Int) -> [UInt8] {
            [23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, number, 0, UInt8(count)] + [UInt8](repeating: 7, count: count)
        }
        association.start()
        for count in 1..<32 { association.give(.datagram(record(UInt8(100 + count), count)), to: association.server) }
        association.run()
        #expect(association.isConnected)
        for count in 1..<32 { association.give(.datagram(record(UInt8(200 + count), count)), to: association.server) }
        association.give(.applicationData([1]), to: association.client)
        association.run()
        #expect(association.server.messages == [[1]])
        #expect(association.server.failure == nil)
    }

    @Test("A lie about the length of a handshake message is dropped, not answered by an alert")
    func lyingLengths() {
        let association = Association()
        association.start()
        // A ClientHello's fragment that reaches beyond the message.
        let fragment: [UInt8] = [1, 0, 0, 10, 0, 0, 0, 0, 9, 0, 0, 4, 1, 2, 3, 4]
        association.give(.datagram([22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, UInt8(fragment.count)] + fragment), to: association.server)
        #expect(association.server.session.dropCount == 1)
        association.run()
        #expect(association.isConnected)
    }

    @Test("An old datagram that comes again after the handshake does no harm")
    func replay() {
        let association = Association()
        var history: [(bytes: [UInt8], isFromClient: Bool)] = []
        association.path = { bytes, isFromClient in
            history.append((bytes, isFromClient))
            return [(bytes, .milliseconds(5))]
        }
        association.start()
        association.run()
        for datagram in history {
            association.give(.datagram(datagram.bytes), to: datagram.isFromClient ? association.server : association.client)
        }
        association.run()
        association.give(.applicationData([5]), to: association.server)
        association.run()
        #expect(association.client.messages == [[5]])
        #expect(association.client.failure == nil && association.server.failure == nil)
    }
}
