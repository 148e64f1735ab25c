/// Who is in which room, and what each message leads to. Holds no socket: messages go in, effects come out.
///
/// A room is made by the first who joins and gone with the last who leaves. It holds two; in a room whose name begins with
/// `farEndRoomPrefix` the second place is the built-in far end's, where there is one.
struct RoomTable {
    static let farEndRoomPrefix = "echo"
    static let farEndName = "echo"

    /// A connection, in a room or not yet.
    struct MemberID: Hashable, Sendable {
        let rawValue: Int
    }

    struct Limits: Sendable {
        /// In UTF-8 bytes. Descriptions have some ten thousand.
        var messageLength = 256 * 1024
        var rooms = 64
        /// In UTF-8 bytes, of a room's or member's name.
        var nameLength = 64
        /// Seconds for which a place is kept.
        var stay = 600
    }

    enum Effect: Equatable, Sendable {
        /// Give a member what the server says.
        case notify(MemberID, SignallingNotice)
        /// Give a member the other's message, as it came.
        case relay(MemberID, String)
        /// Give a member a message of the far end.
        case send(MemberID, SignallingMessage)
        /// Make a far end for this room.
        case openFarEnd(room: String)
        /// Give the room's far end a message.
        case tellFarEnd(room: String, SignallingMessage)
        case closeFarEnd(room: String)
        /// Somebody's place is kept for so many seconds: then ask `giveUp`.
        case expectBack(MemberID, seconds: Int)
    }

    private struct Room {
        var members: [MemberID] = []
        let hasFarEnd: Bool
    }

    private struct Member {
        let room: String
        let name: String
        /// For how long the place is kept when the connection ends.
        var stays: Int
        var isAway = false
    }

    private let limits: Limits
    private let hasFarEnds: Bool
    private var rooms: [String: Room] = [:]
    /// Those who have joined.
    private var members: [MemberID: Member] = [:]

    /// - Parameter hasFarEnds: whether a far end can be made for the rooms that are named for one.
    init(hasFarEnds: Bool, limits: Limits = Limits()) {
        self.hasFarEnds = hasFarEnds
        self.limits = limits
    }

    /// - Parameters:
    ///   - message: what `text` says.
    ///   - text: the message as it came, which is what the other member gets: what this server does not know of it survives.
    mutating func handle(_ message: SignallingMessage, text: String, from sender: MemberID) -> [Effect] {
        guard text.utf8.count <= limits.messageLength else {
            return [.notify(sender, .problem(SignallingProblem(.messageTooLong, "A message may have \(limits.messageLength) bytes.")))]
        }
        do {
            if case .join(let room, let name, let stays) = message { return try join(sender, room: room, name: name, stays: stays) }
            return try relay(message, text: text, from: sender)
        } catch {
            return [.notify(sender, .problem(error))]
        }
    }

    /// A message of the far end of `room`, for whoever is there.
    func handleFarEnd(_ message: SignallingMessage, room: String) -> [Effect] {
        rooms[room]?.members.map { .send($0, message) } ?? []
    }

    /// A connection has ended.
    mutating func leave(_ id: MemberID) -> [Effect] {
        guard let member = members[id], member.stays > 0, !member.isAway else { return remove(id) }
        members[id]?.isAway = true
        return [.expectBack(id, seconds: member.stays)]
    }

    /// Who was expected back has had the time.
    mutating func giveUp(_ id: MemberID) -> [Effect] { members[id]?.isAway == true ? remove(id) : [] }

    private mutating func remove(_ id: MemberID) -> [Effect] {
        guard let member = members.removeValue(forKey: id), var room = rooms[member.room] else { return [] }
        room.members.removeAll { $0 == id }
        rooms[member.room] = room.members.isEmpty ? nil : room
        return room.members.map { .notify($0, .left(name: member.name)) } + (room.hasFarEnd ? [.closeFarEnd(room: member.room)] : [])
    }

    private mutating func join(_ id: MemberID, room name: String, name memberName: String, stays: Int) throws(SignallingProblem) -> [Effect] {
        guard members[id] == nil else { throw SignallingProblem(.alreadyInARoom, "A connection joins one room, once.") }
        for candidate in [name, memberName] where candidate.isEmpty || candidate.utf8.count > limits.nameLength {
            throw SignallingProblem(.badName, "Names have 1 to \(limits.nameLength) bytes.")
        }
        var room: Room
        if let existing = rooms[name] {
            room = existing
        } else {
            guard rooms.count < limits.rooms else { throw SignallingProblem(.tooManyRooms, "There are \(limits.rooms) rooms already.") }
            room = Room(hasFarEnd: hasFarEnds && name.hasPrefix(Self.farEndRoomPrefix))
        }
        let stays = min(max(stays, 0), limits.stay)
        if let place = room.members.firstIndex(where: { members[$0]?.isAway == true && members[$0]?.name == memberName }) {
            members[room.members[place]] = nil
            room.members[place] = id
            rooms[name] = room
            members[id] = Member(room: name, name: memberName, stays: stays)
            return [.notify(id, .joined(room: name, name: memberName, members: others(than: id, in: room)))]
        }
        guard room.members.count < (room.hasFarEnd ? 1 : 2) else { throw SignallingProblem(.roomFull, "Two are in “\(name)” already.") }

        let others = room.members
        room.members.append(id)
        rooms[name] = room
        members[id] = Member(room: name, name: memberName, stays: stays)
        return (room.hasFarEnd ? [.openFarEnd(room: name)] : [])
            + [.notify(id, .joined(room: name, name: memberName, members: self.others(than: id, in: room)))]
            + others.map { .notify($0, .arrived(name: memberName)) }
    }

    private func others(than id: MemberID, in room: Room) -> [String] {
        room.hasFarEnd ? [Self.farEndName] : room.members.filter { $0 != id }.compactMap { members[$0]?.name }
    }

    private mutating func relay(_ message: SignallingMessage, text: String, from sender: MemberID) throws(SignallingProblem) -> [Effect] {
        guard let member = members[sender], let room = rooms[member.room] else {
            throw SignallingProblem(.notInARoom, "The first message is “join”.")
        }
        // Who has hung up does not come back.
        if message == .bye { members[sender]?.stays = 0 }
        if room.hasFarEnd { return [.tellFarEnd(room: member.room, message)] }
        let others = room.members.filter { $0 != sender }
        switch message {
        case .description, .callMe:
            if others.isEmpty { throw SignallingProblem(.nobodyThere, "Nobody else is in “\(member.room)”.") }
        case .join, .candidate, .bye:
            break  // Nobody misses these.
        }
        return others.map { .relay($0, text) }
    }
}
