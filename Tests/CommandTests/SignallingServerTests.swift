import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

@testable import NearendCommand

@Suite struct SignallingServerTests {
    private func withServer(_ body: (SignallingServer) async throws -> Void) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let server = try await SignallingServer.start(
            on: eventLoop, address: "127.0.0.1", port: 0, page: .builtIn, farEnds: nil
        ).get()
        try await body(server)
        try await server.stop().get()
    }

    @Test func twoMembersOfARoomHearEachOther() async throws {
        try await withServer { server in
            let first = try await TestMember.connect(to: server.port)
            try await first.send(#"{"type":"join","room":"demo","name":"a"}"#)
            #expect(try await first.next().contains(#""joined""#))
            let second = try await TestMember.connect(to: server.port)
            try await second.send(#"{"type":"join","room":"demo","name":"b"}"#)
            #expect(try await second.next().contains(#""a""#))
            #expect(try await first.next().contains(#""arrived""#))
            let offer = #"{"type":"description","description":{"type":"offer","sdp":"v=0\r\n"}}"#
            try await first.send(offer)
            #expect(try await second.next() == offer)
            try await second.close()
            #expect(try await first.next().contains(#""left""#))
            try await first.close()
        }
    }

    @Test func aBadMessageIsAnsweredAndTheConnectionGoesOn() async throws {
        try await withServer { server in
            let member = try await TestMember.connect(to: server.port)
            try await member.send("nonsense")
            #expect(try await member.next().contains(#""malformedMessage""#))
            try await member.send(#"{"type":"join","room":"demo","name":"a"}"#)
            #expect(try await member.next().contains(#""joined""#))
            try await member.close()
        }
    }

    @Test func aPageOfAnotherOriginIsTurnedAway() async throws {
        try await withServer { server in
            await #expect(throws: (any Error).self) {
                try await TestMember.connect(to: server.port, origin: "http://elsewhere.example")
            }
            let ours = try await TestMember.connect(to: server.port, origin: "http://127.0.0.1:\(server.port)")
            try await ours.close()
        }
    }

    @Test func thePageIsBuiltIn() throws {
        let page = SoftphonePage.builtIn
        let index = try #require(page.files["/index.html"])
        #expect(String(decoding: index.bytes, as: UTF8.self).contains("softphone.js"))
        #expect(page.files.keys.sorted() == ["/index.html", "/softphone.css", "/softphone.js"])
    }
}
