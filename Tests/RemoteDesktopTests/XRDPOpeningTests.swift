import NIOCore
import NIOEmbedded
import Testing

@testable import RemoteDesktop

@Suite struct XRDPOpeningTests {
    private func opened(answer: [UInt8], splitAt: Int = 0, closes: Bool = false) throws -> (Result<Void, any Error>?, [UInt8], ByteBuffer?) {
        let channel = EmbeddedChannel()
        let promise = channel.eventLoop.makePromise(of: Void.self)
        var outcome: Result<Void, any Error>?
        promise.futureResult.whenComplete { outcome = $0 }
        try channel.pipeline.syncOperations.addHandler(XRDPOpening(name: "nearend", answered: promise))
        channel.pipeline.fireChannelActive()
        let request = try channel.readOutbound(as: ByteBuffer.self)
        if splitAt > 0 { try channel.writeInbound(ByteBuffer(bytes: answer.prefix(splitAt))) }
        try channel.writeInbound(ByteBuffer(bytes: answer.dropFirst(splitAt)))
        if closes { channel.pipeline.fireChannelInactive() }
        var rest: [UInt8] = []
        while let bytes = try channel.readInbound(as: ByteBuffer.self) { rest += bytes.readableBytesView }
        promise.fail(ChannelError.eof)
        return (outcome, rest, request)
    }

    @Test("the request is what xrdp's channel server reads")
    func request() throws {
        let (_, _, request) = try opened(answer: [0, 0, 0, 0])
        #expect(request.map { Array($0.readableBytesView) } == [23, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0] + Array("nearend".utf8) + [1, 0, 0, 0])
    }

    @Test("what comes right behind the answer belongs to the channel, however it is split", arguments: [0, 1, 3, 4, 5])
    func joined(splitAt: Int) throws {
        let (outcome, rest, _) = try opened(answer: [0, 0, 0, 0, 1, 2, 3], splitAt: splitAt)
        #expect(throws: Never.self) { try outcome?.get() }
        #expect(outcome != nil && rest == [1, 2, 3])
    }

    @Test("a client without our plugin is told from a server without a client, and from other answers")
    func refused() throws {
        #expect(throws: XRDPOpening.Failure.refused) { try opened(answer: [1, 0, 0, 0xC0]).0?.get() }
        #expect(throws: XRDPOpening.Failure.hungUp) { try opened(answer: [], closes: true).0?.get() }
        #expect(throws: XRDPOpening.Failure.answered(1)) { try opened(answer: [1, 0, 0, 0]).0?.get() }
    }
}
