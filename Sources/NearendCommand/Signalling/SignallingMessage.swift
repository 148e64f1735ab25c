/// A message between two members of a room, or to the server: one JSON object in one WebSocket text message.
///
/// ```json
/// {"type":"join","room":"demo","name":"agent","stays":30}
/// {"type":"description","description":{"type":"offer","sdp":"v=0…"}}
/// {"type":"candidate","candidate":{"candidate":"candidate:…","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"…"}}
/// {"type":"candidate","candidate":null}
/// {"type":"call-me"}
/// {"type":"bye"}
/// ```
enum SignallingMessage: Equatable, Sendable {
    /// To the server, first of all: enter a room under a name. Who loses the connection keeps the place for so many seconds, as with a telephone's registrar:
    /// the other hears of nothing if somebody of that name joins meanwhile.
    case join(room: String, name: String, stays: Int = 0)
    /// An offer or answer, as `RTCSessionDescription` gives it.
    case description(Description)
    /// A candidate as `RTCIceCandidate` gives it; nil: no more will come.
    case candidate(Candidate?)
    /// Asks the other member to be the one who calls.
    case callMe
    /// The sender has hung up.
    case bye

    struct Description: Codable, Equatable, Sendable {
        let type: String
        let sdp: String
    }

    struct Candidate: Codable, Equatable, Sendable {
        let candidate: String
        let sdpMid: String?
        let sdpMLineIndex: Int?
        let usernameFragment: String?
    }
}

extension SignallingMessage: Codable {
    private enum Key: String, CodingKey {
        case type, room, name, stays, description, candidate
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        switch try object.decode(String.self, forKey: .type) {
        case "join":
            self = .join(
                room: try object.decode(String.self, forKey: .room), name: try object.decode(String.self, forKey: .name),
                stays: try object.decodeIfPresent(Int.self, forKey: .stays) ?? 0)
        case "description": self = .description(try object.decode(Description.self, forKey: .description))
        case "candidate": self = .candidate(try object.decodeIfPresent(Candidate.self, forKey: .candidate))
        case "call-me": self = .callMe
        case "bye": self = .bye
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: object, debugDescription: "“\(other)” is not a message this server knows.")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .join(let room, let name, let stays):
            try object.encode("join", forKey: .type)
            try object.encode(room, forKey: .room)
            try object.encode(name, forKey: .name)
            if stays > 0 { try object.encode(stays, forKey: .stays) }
        case .description(let description):
            try object.encode("description", forKey: .type)
            try object.encode(description, forKey: .description)
        case .candidate(let candidate):
            try object.encode("candidate", forKey: .type)
            if let candidate { try object.encode(candidate, forKey: .candidate) } else { try object.encodeNil(forKey: .candidate) }
        case .callMe: try object.encode("call-me", forKey: .type)
        case .bye: try object.encode("bye", forKey: .type)
        }
    }
}
