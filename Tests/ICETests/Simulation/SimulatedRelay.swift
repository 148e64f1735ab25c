import Cryptography
import Primitives

@testable import ICE

/// A TURN server in virtual time, as far as the times of RFC 8656 matter: nonces, lifetimes, permissions and channels end when they should.
/// Real servers are met in Tests/InteropTests.
struct SimulatedRelay {
    private struct Allocation {
        let client: SocketAddress
        let relayed: SocketAddress
        var expiry: Instant
        /// Until when each address is let in.
        var permissions: [IPAddress: Instant] = [:]
        var channels: [UInt16: (peer: SocketAddress, expiry: Instant)] = [:]
    }

    let address: SocketAddress
    var username = "nearend"
    var password = "secret"
    /// How long a nonce is taken.
    var nonceLifetime = Duration.seconds(3600)
    var lifetime = Duration.seconds(600)
    /// Sends everybody there.
    var alternate: SocketAddress?
    /// Refuses allocations.
    var refusal: STUNErrorCode?
    /// How the methods of requests and indications were used that it took.
    private(set) var count: [UInt16: Int] = [:]
    /// Datagrams of peers that had no permission.
    private(set) var turnedAway = 0
    private(set) var channelMessages = 0
    private var allocations: [Allocation] = []
    private var nextPort: UInt16 = 49_152
    private var nonceBegan: [UInt16: Instant] = [:]
    private var nonce: UInt16 = 0

    init(address: SocketAddress) { self.address = address }

    var relayedAddresses: [SocketAddress] { allocations.map(\.relayed) }

    func owns(_ address: SocketAddress) -> Bool { address == self.address || allocations.contains { $0.relayed == address } }

    /// What it sends when a datagram arrives.
    mutating func handle(_ datagram: Datagram, at now: Instant) -> [Datagram] {
        allocations.removeAll { $0.expiry <= now }
        guard datagram.local == address else { return fromPeer(datagram, at: now) }
        if let (number, data) = ChannelData.parse(datagram.bytes) {
            guard let allocation = allocation(of: datagram.remote), let channel = allocations[allocation].channels[number], channel.expiry > now
            else { return [] }
            channelMessages += 1
            return [Datagram(local: allocations[allocation].relayed, remote: channel.peer, bytes: data)]
        }
        guard let message = STUNMessage(parsing: datagram.bytes) else { return [] }
        if message.messageClass == .indication {
            guard message.method == STUNMessage.send, let peer = message.peerAddress, let data = message.relayedData,
                let index = allocation(of: datagram.remote), isAllowed(peer.ip, allocations[index], at: now)
            else { return [] }
            count[message.method, default: 0] += 1
            return [Datagram(local: allocations[index].relayed, remote: peer, bytes: data)]
        }
        let (reply, key) = answer(message, from: datagram.remote, at: now)
        return [Datagram(local: address, remote: datagram.remote, bytes: reply.encoded(key: key))]
    }

    private mutating func fromPeer(_ datagram: Datagram, at now: Instant) -> [Datagram] {
        guard let index = allocations.firstIndex(where: { $0.relayed == datagram.local }) else { return [] }
        guard isAllowed(datagram.remote.ip, allocations[index], at: now) else {
            turnedAway += 1
            return []
        }
        let client = allocations[index].client
        if let (number, _) = allocations[index].channels.first(where: { $0.value.peer == datagram.remote && $0.value.expiry > now }) {
            guard let bytes = ChannelData.encode(datagram.bytes, channel: number, isPadded: false) else { return [] }
            return [Datagram(local: address, remote: client, bytes: bytes)]
        }
        var random = RandomSource(seed: UInt64(now.nanoseconds))
        let id = STUNTransactionID(random: &random)
        let message = STUNMessage(
            .indication, method: STUNMessage.data, transactionID: id,
            attributes: [.xorPeerAddress(datagram.remote, id), STUNAttribute(.data, value: datagram.bytes)])
        return [Datagram(local: address, remote: client, bytes: message.encoded(addingFingerprint: false))]
    }

    private mutating func answer(_ request: STUNMessage, from client: SocketAddress, at now: Instant) -> (STUNMessage, [UInt8]?) {
        func refuse(_ code: STUNErrorCode, _ more: [STUNAttribute] = []) -> (STUNMessage, [UInt8]?) {
            let message = STUNMessage(
                .errorResponse, method: request.method, transactionID: request.transactionID, attributes: [.errorCode(code)] + more)
            return (message, nil)
        }
        guard let text = request.nonce, let began = text.count == 2 ? nonceBegan[UInt16(text[0]) << 8 | UInt16(text[1])] : nil,
            now < began + nonceLifetime
        else {
            nonce += 1
            nonceBegan[nonce] = now
            let challenge = [
                STUNAttribute(.realm, value: Array("test".utf8)),
                STUNAttribute(.nonce, value: [UInt8(nonce >> 8), UInt8(truncatingIfNeeded: nonce)]),
            ]
            return refuse(request.nonce == nil ? .unauthenticated : .staleNonce, challenge)
        }
        let key = HashFunction.md5.digest(Array("\(username):test:\(password)".utf8))
        guard request.username == username, request.isAuthentic(key: key) else {
            return refuse(.unauthenticated, [STUNAttribute(.realm, value: Array("test".utf8)), STUNAttribute(.nonce, value: text)])
        }
        count[request.method, default: 0] += 1
        func accept(_ attributes: [STUNAttribute] = []) -> (STUNMessage, [UInt8]?) {
            let message = STUNMessage(
                .successResponse, method: request.method, transactionID: request.transactionID, attributes: attributes)
            return (message, key)
        }
        if request.method == STUNMessage.allocate {
            if let refusal { return refuse(refusal) }
            if let alternate { return refuse(.tryAlternate, [STUNAttribute(.alternateServer, value: STUNAddressCoding.write(alternate, mask: .none))]) }
            guard allocation(of: client) == nil else { return refuse(.allocationMismatch) }
            let relayed = SocketAddress(ip: address.ip, port: nextPort)
            nextPort += 1
            allocations.append(Allocation(client: client, relayed: relayed, expiry: now + lifetime))
            let id = request.transactionID
            return accept([.xorRelayedAddress(relayed, id), .xorMappedAddress(client, id), .lifetime(lifetime)])
        }
        guard let index = allocation(of: client) else { return refuse(.allocationMismatch) }
        switch request.method {
        case STUNMessage.refresh:
            let wanted = min(request.lifetime ?? lifetime, lifetime)
            allocations[index].expiry = now + wanted
            if wanted == .zero { allocations.remove(at: index) }
            return accept([.lifetime(wanted)])
        case STUNMessage.createPermission:
            guard let peer = request.peerAddress else { return refuse(.badRequest) }
            allocations[index].permissions[peer.ip] = now + .seconds(300)
            return accept()
        case STUNMessage.channelBind:
            guard let peer = request.peerAddress, let number = request.attributes.first(where: { $0.type == .channelNumber })?.value,
                number.count == 4
            else { return refuse(.badRequest) }
            allocations[index].channels[UInt16(number[0]) << 8 | UInt16(number[1])] = (peer, now + .seconds(600))
            allocations[index].permissions[peer.ip] = now + .seconds(300)
            return accept()
        case _: return refuse(.badRequest)
        }
    }

    private func allocation(of client: SocketAddress) -> Int? { allocations.firstIndex { $0.client == client } }

    private func isAllowed(_ ip: IPAddress, _ allocation: Allocation, at now: Instant) -> Bool {
        allocation.permissions[ip].map { now < $0 } ?? false
    }
}
