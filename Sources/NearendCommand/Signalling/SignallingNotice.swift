/// What the server itself tells a member.
///
/// ```json
/// {"type":"joined","room":"demo","name":"agent","members":["caller"]}
/// {"type":"arrived","name":"caller"}
/// {"type":"left","name":"caller"}
/// {"type":"error","error":"roomFull","message":"Two are in “demo” already."}
/// ```
enum SignallingNotice: Equatable, Sendable {
    /// The answer to `join`: who is in the room besides the one who joined.
    case joined(room: String, name: String, members: [String])
    /// The other member has come.
    case arrived(name: String)
    /// The other member has gone, whether it said `bye` or not.
    case left(name: String)
    /// A message was not carried out.
    case problem(SignallingProblem)
}

extension SignallingNotice: Encodable {
    private enum Key: String, CodingKey {
        case type, room, name, members, error, message
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .joined(let room, let name, let members):
            try object.encode("joined", forKey: .type)
            try object.encode(room, forKey: .room)
            try object.encode(name, forKey: .name)
            try object.encode(members, forKey: .members)
        case .arrived(let name):
            try object.encode("arrived", forKey: .type)
            try object.encode(name, forKey: .name)
        case .left(let name):
            try object.encode("left", forKey: .type)
            try object.encode(name, forKey: .name)
        case .problem(let problem):
            try object.encode("error", forKey: .type)
            try object.encode(problem.code.rawValue, forKey: .error)
            try object.encode(problem.reason, forKey: .message)
        }
    }
}
