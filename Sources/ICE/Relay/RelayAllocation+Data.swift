import Primitives

/// What goes through the relay (RFC 8656 §9 to §12).
extension RelayAllocation {
    /// What a message from the relay was.
    enum Reception: Sendable {
        /// Not for this allocation; the server may answer Binding requests on the same path.
        case foreign
        case consumed
        /// A peer's datagram.
        case data(from: SocketAddress, [UInt8])
    }

    mutating func receive(_ bytes: [UInt8], at now: Instant, random: inout RandomSource) -> Reception {
        guard let first = bytes.first else { return .foreign }
        switch first {
        case 64...79:  // RFC 8656 §12: the first byte tells ChannelData from all else.
            guard state == .allocated, let message = ChannelData.parse(bytes), let peer = channelPeers[message.channel] else {
                return .consumed
            }
            return .data(from: peer, message.data)
        case 0...3:
            guard let message = STUNMessage(parsing: bytes), message.fingerprint != .invalid else { return .foreign }
            if message.messageClass == .indication, message.method == STUNMessage.data {
                // RFC 8656 §11.4: only from addresses that were let in.
                guard state == .allocated, let peer = message.peerAddress, permissions[peer.ip] != nil,
                    let data = message.relayedData
                else { return .consumed }
                return .data(from: peer, data)
            }
            guard awaits(message.transactionID) else { return .foreign }
            handle(message, at: now, random: &random)
            return .consumed
        case _: return .foreign
        }
    }

    /// Sends a datagram to a peer: over a channel where there is one, in an indication where there is a permission; else it waits for one.
    mutating func send(_ data: [UInt8], to peer: SocketAddress, at now: Instant, random: inout RandomSource) {
        guard state == .allocated else { return }
        permissions[peer.ip]?.lastUse = now
        if let channel = channels[peer], channel.isBound {
            if let message = ChannelData.encode(data, channel: channel.number, isPadded: server.transport.isStream) {
                transmit(message)
            }
            return
        }
        permit(peer.ip, at: now, random: &random)
        guard let permission = permissions[peer.ip], !permission.isRefused else { return }
        if permission.isGranted {
            indicate(data, to: peer, random: &random)
        } else if permission.queue.count < RelayPermission.queueLimit {
            permissions[peer.ip]?.queue.append((peer, data))
        }
    }

    /// Lets an address in, as a check from there is to be heard.
    mutating func permit(_ ip: IPAddress, at now: Instant, random: inout RandomSource) {
        guard state == .allocated, permissions[ip] == nil, permissions.count < Self.permissionLimit,
            relayed.map({ $0.ip.isV6 == ip.isV6 }) ?? false
        else { return }
        permissions[ip] = RelayPermission(
            refreshAt: now + RelayTiming.permissionRefresh, expiry: now + RelayTiming.permissionLifetime, lastUse: now)
        request(.permission(ip), at: now, random: &random)
    }

    /// Has the peer stand behind a number from now on (RFC 8656 §12.1).
    mutating func bindChannel(to peer: SocketAddress, at now: Instant, random: inout RandomSource) {
        guard state == .allocated, channels[peer] == nil, ChannelData.numbers.contains(nextChannel) else { return }
        let number = nextChannel
        nextChannel += 1
        channels[peer] = RelayChannel(
            number: number, refreshAt: now + RelayTiming.channelRefresh, expiry: now + RelayTiming.lifetime)
        channelPeers[number] = peer
        request(.channel(peer, number), at: now, random: &random)
    }

    /// The relay lets `ip` in: what has waited goes out.
    mutating func grant(_ ip: IPAddress, at now: Instant, random: inout RandomSource) {
        guard var permission = permissions[ip] else { return }
        permission.isGranted = true
        permission.isRefused = false
        permission.refreshAt = now + RelayTiming.permissionRefresh
        permission.expiry = now + RelayTiming.permissionLifetime
        let waiting = permission.queue
        permission.queue = []
        permissions[ip] = permission
        for (peer, data) in waiting { indicate(data, to: peer, random: &random) }
    }

    mutating func renewPermissions(at now: Instant, random: inout RandomSource) {
        for (ip, permission) in permissions {
            if permission.expiry <= now {
                permissions[ip] = nil
            } else if permission.refreshAt <= now {
                permissions[ip]?.refreshAt = permission.expiry
                // One that nobody used may end.
                guard permission.lastUse + RelayTiming.permissionRefresh > now else { continue }
                request(.permission(ip), at: now, random: &random)
            }
        }
    }

    mutating func renewChannels(at now: Instant, random: inout RandomSource) {
        for (peer, channel) in channels {
            if channel.expiry <= now {
                // RFC 8656 §12: the number stays unused; another is taken if the peer is spoken to again.
                channels[peer] = nil
                channelPeers[channel.number] = nil
            } else if channel.refreshAt <= now {
                channels[peer]?.refreshAt = channel.expiry
                guard let permission = permissions[peer.ip], permission.lastUse + RelayTiming.permissionRefresh > now else { continue }
                request(.channel(peer, channel.number), at: now, random: &random)
            }
        }
    }

    private mutating func indicate(_ data: [UInt8], to peer: SocketAddress, random: inout RandomSource) {
        let id = STUNTransactionID(random: &random)
        let message = STUNMessage(
            .indication, method: STUNMessage.send, transactionID: id,
            attributes: [.xorPeerAddress(peer, id), STUNAttribute(.data, value: data)])
        transmit(message.encoded(addingFingerprint: false))
    }
}
