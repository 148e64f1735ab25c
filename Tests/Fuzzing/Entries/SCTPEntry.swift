import Primitives
import SCTP
import VirtualClock

/// Packets of a hostile peer into an association that is up.
///
/// The input is a script: two transports are connected, then each step either gives the first one chunks made of the input, under the right
/// ports, tag and checksum; or lets the second one do something honest and changes bytes of the packets that come of it; or lets time pass.
/// usrsctp is a library in C: whatever comes, the process goes on, and what the channels tell keeps its order.
package enum SCTPEntry: FuzzEntry {
    package static let name = "sctp"

    package static func run(_ bytes: [UInt8]) {
        virtual_clock_begin_turn()
        var script = Script(bytes)
        script.run()
        virtual_clock_release()
        virtual_clock_end_turn()
    }

    private struct Script {
        private var reader: ByteReader
        private var now = Instant.zero
        private let victim = DataTransport()
        private let peer = DataTransport()
        /// The victim's verification tag, as the peer writes it; at offset 4 of every packet but the first.
        private var tag: [UInt8] = [0, 0, 0, 0]
        /// Changes to the next packets of the peer: where and what.
        private var changes: [(offset: Int, value: UInt8)] = []
        private var open: Set<DataChannelHandle> = []

        init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

        mutating func run() {
            virtual_clock_set(0)
            let label = DataChannelParameters(label: "a")
            give(.create(DataChannelHandle(rawValue: 1), label, id: nil, isNegotiated: false), to: victim)
            give(.connect(isClient: true), to: victim)
            give(.connect(isClient: false), to: peer)
            pass(steps: 20)
            // Bounded, so that no input takes long.
            for _ in 0..<64 { guard step() else { break } }
            changes = []
            pass(steps: 20)
            give(.shutDown, to: victim)
            give(.shutDown, to: peer)
            precondition(victim.state == .closed && victim.channels.isEmpty, "an end is an end")
            precondition(victim.openedCount == victim.closedCount, "what was opened is closed")
        }

        private mutating func step() -> Bool {
            guard let operation = reader.readUInt8() else { return false }
            switch operation % 6 {
            case 0:
                guard let length = reader.readUInt8(), let chunks = reader.readBytes(min(Int(length) * 4, reader.remaining)) else {
                    return false
                }
                give(.packet(packet(chunks)), to: victim)
            case 1:
                guard let offset = reader.readUInt8(), let value = reader.readUInt8() else { return false }
                changes.append((12 + Int(offset), value))
            case 2:
                guard let size = reader.readUInt8() else { return false }
                let message = DataMessage(isText: size.isMultiple(of: 2), bytes: [UInt8](repeating: size, count: Int(size) * 20))
                for handle in peer.channels.keys { give(.send(handle, message), to: peer) }
            case 3:
                guard let number = reader.readUInt8() else { return false }
                let reliability: SCTPMessage.Reliability = number.isMultiple(of: 2) ? .reliable : .retransmissions(0)
                let parameters = DataChannelParameters(label: "\(number)", isOrdered: number % 3 == 0, reliability: reliability)
                give(.create(DataChannelHandle(rawValue: 2 + Int(number)), parameters, id: nil, isNegotiated: false), to: peer)
            case 4:
                guard let which = reader.readUInt8() else { return false }
                let end = which.isMultiple(of: 2) ? peer : victim
                if let handle = end.channels.keys.min(by: { $0.rawValue < $1.rawValue }) { give(.close(handle), to: end) }
            default:
                guard let count = reader.readUInt8() else { return false }
                pass(steps: Int(count % 32))
            }
            return true
        }

        /// Lets 50 ms pass so often.
        private mutating func pass(steps: Int) {
            for _ in 0..<steps {
                now += .milliseconds(50)
                give(.timeout, to: victim)
                give(.timeout, to: peer)
            }
        }

        private mutating func give(_ input: DataTransport.Input, to end: DataTransport) {
            var pending = [(input, end === victim)]
            // An exchange that does not come to rest goes on with the next step.
            var count = 0
            while !pending.isEmpty, count < 500 {
                count += 1
                let (input, isForVictim) = pending.removeFirst()
                virtual_clock_set(now.nanoseconds)
                let end = isForVictim ? victim : peer
                end.handle(input, at: now)
                for packet in drain(end) { pending.append((.packet(isForVictim ? packet : changed(packet)), !isForVictim)) }
            }
        }

        private mutating func drain(_ end: DataTransport) -> [[UInt8]] {
            var packets: [[UInt8]] = []
            while true {
                switch end.pollOutput() {
                case .transmit(let packet): packets.append(packet)
                case .event(let event): if end === victim { check(event) }
                case .wait: return packets
                }
            }
        }

        private mutating func check(_ event: DataTransport.Event) {
            switch event {
            case .announced(let handle), .opened(let handle):
                precondition(open.insert(handle).inserted, "a channel opens once")
            case .message(let handle, let message):
                precondition(open.contains(handle), "messages come on open channels")
                precondition(message.bytes.count <= DataTransport.messageByteLimit, "no message is too long")
            case .closing(let handle): precondition(open.contains(handle), "only what is open closes")
            case .closed(let handle, _): open.remove(handle)
            case .stateChanged, .drained: break
            }
        }

        // MARK: Packets

        private mutating func changed(_ packet: [UInt8]) -> [UInt8] {
            // INIT has no tag yet.
            if packet.count > 12, packet[12] != 1 { tag = Array(packet[4..<8]) }
            guard !changes.isEmpty else { return packet }
            var packet = packet
            for (offset, value) in changes where offset < packet.count { packet[offset] ^= value }
            changes = []
            return Self.sealed(packet)
        }

        private func packet(_ chunks: [UInt8]) -> [UInt8] {
            Self.sealed([0x13, 0x88, 0x13, 0x88] + tag + [0, 0, 0, 0] + chunks)
        }

        /// With its checksum (RFC 9260 appendix A), the least significant byte first.
        private static func sealed(_ packet: [UInt8]) -> [UInt8] {
            var packet = packet
            for index in 8..<12 { packet[index] = 0 }
            var remainder: UInt32 = ~0
            for byte in packet { remainder = table[Int((remainder ^ UInt32(byte)) & 0xFF)] ^ remainder >> 8 }
            for index in 0..<4 { packet[8 + index] = UInt8(truncatingIfNeeded: ~remainder >> UInt32(8 * index)) }
            return packet
        }

        /// CRC32c.
        private static let table: [UInt32] = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ value >> 1 : value >> 1 }
        }
    }
}
