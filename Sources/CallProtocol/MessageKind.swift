/// What a message is about, for whoever counts what crosses a remote desktop's channel.
package enum MessageKind: String, Codable, Sendable, CaseIterable {
    /// Descriptions, candidates, states, devices: what a call itself takes.
    case signalling
    /// What pages ask for once a second.
    case statistics
    /// Loudness, for meters.
    case levels
    /// Files of a page's own sounds, once each.
    case sounds
    /// What pages send and receive over data channels.
    case data
}

extension Request {
    package var kind: MessageKind {
        switch self {
        case .getStats, .status, .collectLog: .statistics
        case .provideSound: .sounds
        case .sendData: .data
        default: .signalling
        }
    }
}

extension Event {
    package var kind: MessageKind {
        switch self {
        case .levels: .levels
        case .stats: .statistics
        case .dataChannelMessage, .dataChannelDrained: .data
        default: .signalling
        }
    }
}
