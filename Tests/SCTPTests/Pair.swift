import Primitives
import SCTP
import VirtualClock

/// Two transports and the path between them, in virtual time.
final class Pair {
    final class End {
        let transport: DataTransport
        let isClient: Bool
        var events: [DataTransport.Event] = []
        var wakeUp: Instant?
        var sentPacketSizes: [Int] = []

        init(isClient: Bool) {
            transport = DataTransport()
            self.isClient = isClient
        }

        func messages(of handle: Int) -> [DataMessage] {
            events.compactMap { event in
                if case .message(DataChannelHandle(rawValue: handle), let message) = event { message } else { nil }
            }
        }

        func has(_ event: DataTransport.Event) -> Bool { events.contains(event) }
    }

    let client = End(isClient: true)
    let server = End(isClient: false)
    var now = Instant.zero
    /// Of a packet: how long it takes, or `nil` where it is lost.
    var path: (_ isFromClient: Bool) -> Duration? = { _ in .milliseconds(20) }
    private var travelling: [(arrival: Instant, order: Int, bytes: [UInt8], isFromClient: Bool)] = []
    private var order = 0

    /// Runs a test of a pair while no other one runs.
    static func run(_ body: (Pair) throws -> Void) rethrows {
        virtual_clock_begin_turn()
        let pair = Pair()
        defer {
            pair.give(.shutDown, to: pair.client)
            pair.give(.shutDown, to: pair.server)
            virtual_clock_release()
            virtual_clock_end_turn()
        }
        try body(pair)
    }

    func give(_ input: DataTransport.Input, to end: End) {
        virtual_clock_set(now.nanoseconds)
        end.transport.handle(input, at: now)
        while true {
            switch end.transport.pollOutput() {
            case .transmit(let bytes):
                end.sentPacketSizes.append(bytes.count)
                guard let delay = path(end.isClient) else { continue }
                order += 1
                travelling.append((now + delay, order, bytes, end.isClient))
            case .event(let event): end.events.append(event)
            case .wait(let until):
                end.wakeUp = until
                return
            }
        }
    }

    func connect() {
        give(.connect(isClient: true), to: client)
        give(.connect(isClient: false), to: server)
        run { client.transport.state == .connected && server.transport.state == .connected }
    }

    func create(
        _ handle: Int, _ parameters: DataChannelParameters = DataChannelParameters(), id: UInt16? = nil, isNegotiated: Bool = false,
        at end: End
    ) {
        give(.create(DataChannelHandle(rawValue: handle), parameters, id: id, isNegotiated: isNegotiated), to: end)
    }

    func send(_ text: String, over handle: Int, from end: End) {
        give(.send(DataChannelHandle(rawValue: handle), DataMessage(text)), to: end)
    }

    func close(_ handle: Int, at end: End) { give(.close(DataChannelHandle(rawValue: handle)), to: end) }

    /// Lets time pass until `isDone`, or so much has passed.
    func run(for limit: Duration = .seconds(60), until isDone: () -> Bool = { false }) {
        let end = now + limit
        while !isDone() {
            let arrival = travelling.map(\.arrival).min()
            guard let next = [arrival, client.wakeUp, server.wakeUp].compactMap({ $0 }).min(), next <= end else { return }
            now = max(now, next)
            if let index = travelling.indices.filter({ travelling[$0].arrival <= now }).min(by: {
                travelling[$0].order < travelling[$1].order
            }) {
                let packet = travelling.remove(at: index)
                give(.packet(packet.bytes), to: packet.isFromClient ? server : client)
            } else {
                for end in [client, server] where end.wakeUp.map({ $0 <= now }) == true { give(.timeout, to: end) }
            }
        }
    }
}
