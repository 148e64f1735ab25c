import Testing

@testable import NearendCommand

@Suite struct SignallingTextTests {
    @Test(arguments: [
        (#"{"type":"join","room":"demo","name":"agent"}"#, SignallingMessage.join(room: "demo", name: "agent")),
        (#"{"type":"join","room":"demo","name":"agent","stays":30}"#, .join(room: "demo", name: "agent", stays: 30)),
        (#"{"type":"description","description":{"type":"offer","sdp":"v=0\r\n"}}"#, .description(.init(type: "offer", sdp: "v=0\r\n"))),
        (#"{"type":"candidate","candidate":null}"#, .candidate(nil)),
        (
            #"{"type":"candidate","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"abcd"}}"#,
            .candidate(.init(candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "abcd"))
        ),
        (
            #"{"type":"candidate","candidate":{"candidate":"candidate:1","sdpMid":null,"sdpMLineIndex":null}}"#,
            .candidate(.init(candidate: "candidate:1", sdpMid: nil, sdpMLineIndex: nil, usernameFragment: nil))
        ),
        (#"{"type":"call-me"}"#, .callMe),
        (#"{"type":"bye","unknown":[1]}"#, .bye),
    ])
    func aMessageIsReadAndReadAgainWhenWritten(text: String, message: SignallingMessage) throws {
        #expect(try SignallingText.parse(text) == message)
        #expect(try SignallingText.parse(SignallingText.write(message)) == message)
    }

    @Test(arguments: ["", "[]", "{", #"{"type":"join","room":"demo"}"#, #"{"type":"dance"}"#, #"{"type":5}"#, #"{"type":"description"}"#])
    func whatIsNoMessageIsRefused(text: String) {
        #expect(throws: SignallingProblem(.malformedMessage, "")) { try SignallingText.parse(text) }
    }
}
