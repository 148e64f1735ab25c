import NIOCore

/// The open connections and far ends of the signalling server, and the room table that says who hears what.
///
/// Lives on one event loop, with all its connections.
final class Switchboard {
    private var table: RoomTable
    private let farEndFactory: (any FarEndFactory)?
    /// What writes to a member's connection.
    private var writers: [RoomTable.MemberID: (String) -> Void] = [:]
    private var farEnds: [String: any FarEnd] = [:]
    private var lastID = 0
    private let eventLoop: any EventLoop

    init(farEnds: (any FarEndFactory)?, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        table = RoomTable(hasFarEnds: farEnds != nil)
        farEndFactory = farEnds
    }

    func connect(write: @escaping (String) -> Void) -> RoomTable.MemberID {
        lastID += 1
        let id = RoomTable.MemberID(rawValue: lastID)
        writers[id] = write
        return id
    }

    func receive(_ text: String, from id: RoomTable.MemberID) {
        do {
            perform(table.handle(try SignallingText.parse(text), text: text, from: id))
        } catch {
            perform([.notify(id, .problem(error))])
        }
    }

    func disconnect(_ id: RoomTable.MemberID) {
        writers[id] = nil
        perform(table.leave(id))
    }

    /// The server ends: far ends hang up and finish their recordings.
    func close() {
        for farEnd in farEnds.values { farEnd.close() }
        farEnds = [:]
    }

    private func perform(_ effects: [RoomTable.Effect]) {
        for effect in effects {
            switch effect {
            case .notify(let id, let notice): writers[id]?(SignallingText.write(notice))
            case .relay(let id, let text): writers[id]?(text)
            case .send(let id, let message): writers[id]?(SignallingText.write(message))
            case .openFarEnd(let room):
                farEnds[room] = farEndFactory?.makeFarEnd(room: room) { [weak self] message in
                    guard let self else { return }
                    perform(table.handleFarEnd(message, room: room))
                }
            case .tellFarEnd(let room, let message): farEnds[room]?.receive(message)
            case .expectBack(let id, let seconds):
                eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(seconds))) { [weak self] in
                    guard let self else { return }
                    perform(table.giveUp(id))
                }
            case .closeFarEnd(let room): farEnds.removeValue(forKey: room)?.close()
            }
        }
    }
}
