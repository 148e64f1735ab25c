import Testing

@testable import NearendCommand

@Suite struct RoomTableTests {
    typealias MemberID = RoomTable.MemberID
    private let first = MemberID(rawValue: 1)
    private let second = MemberID(rawValue: 2)
    private let third = MemberID(rawValue: 3)

    private func problem(_ code: SignallingProblem.Code) -> SignallingNotice { .problem(SignallingProblem(code, "")) }

    @Test func theSecondToJoinLearnsWhoIsThereAndTheFirstWhoCame() {
        var table = RoomTable(hasFarEnds: false)
        let alone = table.handle(.join(room: "demo", name: "agent"), text: "", from: first)
        #expect(alone == [.notify(first, .joined(room: "demo", name: "agent", members: []))])
        let together = table.handle(.join(room: "demo", name: "caller"), text: "", from: second)
        #expect(
            together == [
                .notify(second, .joined(room: "demo", name: "caller", members: ["agent"])), .notify(first, .arrived(name: "caller")),
            ])
    }

    @Test func aMessageReachesTheOtherMemberAsItCame() {
        var table = RoomTable(hasFarEnds: false)
        _ = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        _ = table.handle(.join(room: "demo", name: "b"), text: "", from: second)
        _ = table.handle(.join(room: "elsewhere", name: "c"), text: "", from: third)
        let text = #"{"type":"bye","because":"a member this server does not know"}"#
        let relayed = table.handle(.bye, text: text, from: first)
        #expect(relayed == [.relay(second, text)])
    }

    @Test func aRoomHoldsTwo() {
        var table = RoomTable(hasFarEnds: false)
        _ = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        _ = table.handle(.join(room: "demo", name: "b"), text: "", from: second)
        let refused = table.handle(.join(room: "demo", name: "c"), text: "", from: third)
        #expect(refused == [.notify(third, problem(.roomFull))])
    }

    @Test func aRoomIsGoneWithTheLastWhoLeaves() {
        var table = RoomTable(hasFarEnds: false, limits: .init(rooms: 1))
        _ = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        let refused = table.handle(.join(room: "other", name: "b"), text: "", from: second)
        #expect(refused == [.notify(second, problem(.tooManyRooms))])
        let left = table.leave(first)
        #expect(left == [])
        let welcome = table.handle(.join(room: "other", name: "b"), text: "", from: second)
        #expect(welcome == [.notify(second, .joined(room: "other", name: "b", members: []))])
    }

    @Test func aPlaceIsKeptForWhoSaysSoAndTheOtherHearsOfNothing() {
        var table = RoomTable(hasFarEnds: false)
        _ = table.handle(.join(room: "demo", name: "a", stays: 30), text: "", from: first)
        _ = table.handle(.join(room: "demo", name: "b"), text: "", from: second)
        let lost = table.leave(first)
        #expect(lost == [.expectBack(first, seconds: 30)])
        // Another one does not get the place.
        let refused = table.handle(.join(room: "demo", name: "c"), text: "", from: third)
        #expect(refused == [.notify(third, problem(.roomFull))])
        let back = table.handle(.join(room: "demo", name: "a", stays: 30), text: "", from: third)
        #expect(back == [.notify(third, .joined(room: "demo", name: "a", members: ["b"]))])
        let late = table.giveUp(first)
        #expect(late == [])
        let relayed = table.handle(.bye, text: "bye", from: third)
        #expect(relayed == [.relay(second, "bye")])
        let left = table.leave(third)
        #expect(left == [.notify(second, .left(name: "a"))], "who has hung up does not come back")
    }

    @Test func aPlaceThatNobodyTakesAgainIsGivenUp() {
        var table = RoomTable(hasFarEnds: true)
        _ = table.handle(.join(room: "echo", name: "a", stays: 100_000), text: "", from: first)
        let lost = table.leave(first)
        #expect(lost == [.expectBack(first, seconds: 600)])
        let over = table.giveUp(first)
        #expect(over == [.closeFarEnd(room: "echo")])
        let anew = table.handle(.join(room: "echo", name: "a"), text: "", from: second)
        #expect(anew.first == .openFarEnd(room: "echo"))
    }

    @Test func theOtherLearnsThatAMemberHasLeft() {
        var table = RoomTable(hasFarEnds: false)
        _ = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        _ = table.handle(.join(room: "demo", name: "b"), text: "", from: second)
        let left = table.leave(second)
        #expect(left == [.notify(first, .left(name: "b"))])
        let nothing = table.leave(second)
        #expect(nothing == [])
    }

    @Test func whatIsOutOfTurnIsRefusedAndTheMemberStays() {
        var table = RoomTable(hasFarEnds: false, limits: .init(messageLength: 20))
        let early = table.handle(.bye, text: "", from: first)
        #expect(early == [.notify(first, problem(.notInARoom))])
        let nameless = table.handle(.join(room: "", name: "a"), text: "", from: first)
        #expect(nameless == [.notify(first, problem(.badName))])
        let long = table.handle(.join(room: String(repeating: "x", count: 65), name: "a"), text: "", from: first)
        #expect(long == [.notify(first, problem(.badName))])
        _ = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        let again = table.handle(.join(room: "demo", name: "a"), text: "", from: first)
        #expect(again == [.notify(first, problem(.alreadyInARoom))])
        let unheard = table.handle(.callMe, text: "", from: first)
        #expect(unheard == [.notify(first, problem(.nobodyThere))])
        let tooLong = table.handle(.bye, text: String(repeating: "x", count: 21), from: first)
        #expect(tooLong == [.notify(first, problem(.messageTooLong))])
        let candidate = table.handle(.candidate(nil), text: "", from: first)
        #expect(candidate == [])
    }

    @Test func theFarEndIsTheSecondMemberOfRoomsNamedForIt() {
        var table = RoomTable(hasFarEnds: true)
        let joined = table.handle(.join(room: "echo-1", name: "a"), text: "", from: first)
        #expect(joined == [.openFarEnd(room: "echo-1"), .notify(first, .joined(room: "echo-1", name: "a", members: ["echo"]))])
        let refused = table.handle(.join(room: "echo-1", name: "b"), text: "", from: second)
        #expect(refused == [.notify(second, problem(.roomFull))])
        let told = table.handle(.callMe, text: "", from: first)
        #expect(told == [.tellFarEnd(room: "echo-1", .callMe)])
        let heard = table.handleFarEnd(.bye, room: "echo-1")
        #expect(heard == [.send(first, .bye)])
        let left = table.leave(first)
        #expect(left == [.closeFarEnd(room: "echo-1")])
        let late = table.handleFarEnd(.bye, room: "echo-1")
        #expect(late == [])
    }

    @Test func withoutAFarEndItsRoomsAreLikeOthers() {
        var table = RoomTable(hasFarEnds: false)
        _ = table.handle(.join(room: "echo", name: "a"), text: "", from: first)
        let joined = table.handle(.join(room: "echo", name: "b"), text: "", from: second)
        #expect(joined.first == .notify(second, .joined(room: "echo", name: "b", members: ["a"])))
    }
}
