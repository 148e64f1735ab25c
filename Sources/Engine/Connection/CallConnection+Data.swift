import CallProtocol
import JSEP
import Primitives
import SCTP

/// The page's data channels (webrtc-pc §6).
extension CallConnection {
    /// Channels at once: as many as an association has streams, where the page does not number them itself.
    private static let channelLimit = SCTPAssociation.usualStreamCount

    func createDataChannel(_ parameters: CreateDataChannel) throws(ProtocolError) -> Reply {
        let handle = DataChannelHandle(rawValue: parameters.channel.rawValue)
        let reliability: SCTPMessage.Reliability =
            if let count = parameters.maxRetransmits {
                .retransmissions(UInt16(clamping: count))
            } else if let milliseconds = parameters.maxPacketLifeTime {
                .lifetime(milliseconds: UInt16(clamping: milliseconds))
            } else {
                .reliable
            }
        let channel = DataChannelParameters(
            label: parameters.label, subprotocol: parameters.protocol ?? "", isOrdered: parameters.ordered ?? true, reliability: reliability
        )
        let known = driver?.read { $0.data?.channels } ?? [:]
        guard known[handle] == nil else { throw ProtocolError(.duplicateHandle, "\(parameters.channel) is in use already") }
        guard known.count < Self.channelLimit else {
            throw ProtocolError(.tooManyHandles, "a connection has at most \(Self.channelLimit) data channels")
        }
        try perform { peer, now throws(JSEPError) in
            try peer.createDataChannel(
                handle, channel, id: parameters.id.map { UInt16(clamping: $0) }, isNegotiated: parameters.negotiated ?? false, at: now)
        }
        return reply()
    }

    /// A channel that is not open any more takes messages and drops them: the page does not know yet.
    func send(_ parameters: SendData) throws(ProtocolError) -> Reply {
        guard let content = parameters.payload.content else {
            throw ProtocolError(.invalidParameter, "sendData: a message has either “text” or “data” in base64")
        }
        try perform { peer, now throws(JSEPError) in
            try peer.send(
                DataMessage(isText: content.isText, bytes: content.bytes), over: DataChannelHandle(rawValue: parameters.channel.rawValue),
                at: now)
        }
        return .done
    }

    func closeDataChannel(_ channel: ChannelID) {
        driver?.perform { peer, now in peer.closeDataChannel(DataChannelHandle(rawValue: channel.rawValue), at: now) }
    }

    /// The page's pipe has room again.
    func resumeData() {
        guard isDataPaused else { return }
        isDataPaused = false
        driver?.perform { peer, now in peer.pauseData(false, at: now) }
    }

    func tell(_ event: DataTransport.Event) {
        func id(_ channel: DataChannelHandle) -> ChannelID { ChannelID(rawValue: channel.rawValue) }
        switch event {
        case .stateChanged:
            tellStates()
        case .announced(let channel):
            guard let described = described(channel) else { return }
            session.tell(.dataChannelAnnounced(handle, id(channel), described))
        case .opened(let channel):
            guard let stream = stream(of: channel) else { return }
            session.tell(.dataChannelOpened(handle, id(channel), id: stream))
        case .message(let channel, let message):
            session.tell(.dataChannelMessage(handle, id(channel), DataPayload(isText: message.isText, bytes: message.bytes)))
            holdDataIfFull()
        case .drained(let channel, let byteCount):
            session.tell(.dataChannelDrained(handle, id(channel), bytes: byteCount))
        case .closing(let channel):
            session.tell(.dataChannelClosing(handle, id(channel)))
        case .closed(let channel, let reason):
            session.tell(.dataChannelClosed(handle, id(channel), reason: reason))
        }
    }

    /// What the page has no room for stays with the other side, whose association stops sending when its window is used up.
    private func holdDataIfFull() {
        if !session.canReport { pauseData() }
    }

    /// Messages are left with the other side.
    func pauseData() {
        guard !isDataPaused else { return }
        isDataPaused = true
        driver?.perform { peer, now in peer.pauseData(true, at: now) }
    }

    /// The channels that are open, as the page is told of one that the other side has opened.
    var openChannels: [(ChannelID, Event.AnnouncedChannel)] {
        let open = driver?.read { peer in peer.data?.channels.filter { $0.value.state == .open }.map(\.key) } ?? []
        return (open ?? []).sorted { $0.rawValue < $1.rawValue }.compactMap { handle in described(handle).map { (ChannelID(rawValue: handle.rawValue), $0) } }
    }

    private func stream(of channel: DataChannelHandle) -> Int? {
        driver?.read { peer in peer.data?.channels[channel]?.id.map(Int.init) } ?? nil
    }

    private func described(_ handle: DataChannelHandle) -> Event.AnnouncedChannel? {
        guard let channel = driver?.read({ peer in peer.data?.channels[handle] }), let stream = channel.id else { return nil }
        let (retransmits, lifetime): (Int?, Int?) =
            switch channel.parameters.reliability {
            case .reliable: (nil, nil)
            case .retransmissions(let count): (Int(count), nil)
            case .lifetime(let milliseconds): (nil, Int(milliseconds))
            }
        return Event.AnnouncedChannel(
            label: Self.withoutNUL(channel.parameters.label), protocol: Self.withoutNUL(channel.parameters.subprotocol),
            ordered: channel.parameters.isOrdered, maxPacketLifeTime: lifetime, maxRetransmits: retransmits, id: Int(stream))
    }

    /// U+0000 has no way through our JSON, and no place in a label.
    private static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }

    private func perform(_ body: (PeerConnection, Instant) throws(JSEPError) -> Void) throws(ProtocolError) {
        guard let driver else { throw ProtocolError(.invalidState, "the connection is closed") }
        do {
            try driver.perform(body)
        } catch let error as JSEPError {
            throw ProtocolError(error)
        } catch {
            throw ProtocolError(.engineFailure, "\(error)")
        }
    }
}
