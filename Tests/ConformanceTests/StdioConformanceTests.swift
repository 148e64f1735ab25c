import JSONCoding
import Testing

/// The table of docs/protocol.md, “Frames”, against the real host: each fault has its documented outcome, none hangs the host, and a later
/// valid request is answered wherever the table says that the host goes on.
@Suite(.serialized) struct StdioConformanceTests {
    private static let hello = HostProcess.frame(#"{"type":"hello","protocol":1,"extension":"0.1.0","browser":"Conformance 1"}"#)
    private static let page = #"{"origin":"https://phone.example"}"#

    /// A host that has been greeted and has document 1 open.
    private func openHost() throws -> HostProcess {
        let host = try HostProcess()
        try host.write(Self.hello)
        let answer = try host.read()
        try #require(answer["type"] == "hello" && answer["error"] == nil, "\(answer)")
        try host.write(host.request(1, "openDocument", Self.page))
        let reply = try host.reply(to: 1)
        try #require(reply["result"] != nil, "\(reply)")
        return host
    }

    private func expectAlive(_ host: HostProcess, id: Int = 99) throws {
        try host.write(host.request(id, "enumerateDevices"))
        let reply = try host.reply(to: id)
        #expect(reply["result"]?["devices"] != nil, "\(reply)")
    }

    private func code(_ message: JSONValue) -> JSONValue? { message["error"]?["code"] }

    // MARK: Hello and end

    @Test("a hello is answered with versions, session, a secret token, a lease and devices; then the host ends with its input")
    func hello() throws {
        let host = try HostProcess()
        try host.write(Self.hello)
        let answer = try host.read()
        #expect(answer["protocol"] == 1)
        #expect(answer["leaseMs"] == 0)
        #expect(answer["resumed"] == false)
        guard case .string(let token)? = answer["resumeToken"], case .string? = answer["session"], case .array? = answer["devices"],
            case .string? = answer["host"], case .object? = answer["engine"], case .array? = answer["capabilities"]
        else {
            Issue.record("the hello lacks a member: \(answer)")
            return
        }
        #expect(token.count == 64)
        host.closeInput()
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 0)
    }

    @Test("asking for a session that is gone gives a fresh one")
    func resume() throws {
        let host = try HostProcess()
        try host.write(
            HostProcess.frame(
                #"{"type":"hello","protocol":1,"extension":"0.1.0","browser":"x","resume":{"session":"old","token":"t","received":41}}"#))
        let answer = try host.read()
        #expect(answer["resumed"] == false)
        #expect(answer["session"] != "old")
        #expect(answer["received"] == 0)
        try expectAlive(host)
    }

    @Test("another version of the protocol is refused with a sentence for a person")
    func version() throws {
        let host = try HostProcess()
        try host.write(HostProcess.frame(#"{"type":"hello","protocol":2,"extension":{"later":true}}"#))
        let answer = try host.read()
        #expect(answer["type"] == "hello")
        #expect(code(answer) == 1002)
        guard case .string(let sentence)? = answer["error"]?["message"] else {
            Issue.record("no sentence: \(answer)")
            return
        }
        #expect(sentence.contains("version 2") && sentence.contains("version 1"))
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 76)
    }

    @Test(
        "an origin that the configuration does not name is refused in a frame",
        arguments: [
            "chrome-extension://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/", "https://evil.example/",
            "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ])
    func origin(origin: String) throws {
        let host = try HostProcess(arguments: [origin])
        let answer = try host.read()
        #expect(answer["type"] == "hello")
        #expect(code(answer) == 1001)
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 3)
    }

    @Test("without an origin the host explains itself on standard error and says nothing on standard output")
    func noOrigin() throws {
        let host = try HostProcess(arguments: [])
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 2)
        #expect(host.log.contains("USAGE"))
    }

    @Test("a standard output that is no pipe is told on standard error", arguments: ["/dev/null", "microphone.wav"])
    func noPipe(standardOutput: String) throws {
        let host = try HostProcess(standardOutput: standardOutput)
        #expect(try host.exitStatus() == 1)
        #expect(host.log.contains("standard output cannot carry native messages"))
    }

    @Test(
        "a configuration that cannot be read is refused in a frame that names the file",
        arguments: [
            "{", #"{"log": {"level": 3}}"#, #"{"log": {"level": "loud"}}"#,
            #"{"devices": {"alsa": {}, "virtual": {"microphone": "a", "loudspeaker": "b"}}}"#, #"{"allowedOrigins": "all"}"#,
            #"{"allowedOrigin": []}"#,
        ])
    func configuration(text: String) throws {
        let host = try HostProcess(configuration: text)
        let answer = try host.read()
        #expect(code(answer) == 1006)
        guard case .string(let sentence)? = answer["error"]?["message"] else {
            Issue.record("no sentence: \(answer)")
            return
        }
        #expect(sentence.contains("host.json"), "\(sentence)")
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 1)
    }

    @Test("bye ends the host cleanly while its input is still open")
    func bye() throws {
        let host = try openHost()
        try host.write(host.message(#""type":"bye""#))
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 0)
    }

    @Test("what was asked before the input ended is answered before the host ends")
    func lastWords() throws {
        let host = try openHost()
        try host.write(host.request(2, "enumerateDevices") + host.request(3, "status", document: 0))
        host.closeInput()
        #expect(try host.reply(to: 2)["result"] != nil)
        #expect(try host.reply(to: 3)["result"] != nil)
        #expect(try host.exitStatus() == 0)
    }

    @Test("a request before the hello is told so, and the hello is welcome still")
    func early() throws {
        let host = try HostProcess()
        try host.write(HostProcess.frame(#"{"type":"request","seq":1,"ack":0,"document":1,"id":1,"method":"status"}"#))
        let answer = try host.read()
        #expect(answer["type"] == "error")
        #expect(code(answer) == 1107)
        try host.write(Self.hello)
        #expect(try host.read()["session"] != nil)
        try expectAlive(host)
    }

    @Test("a second hello is an error, and the session goes on")
    func helloTwice() throws {
        let host = try openHost()
        try host.write(Self.hello)
        #expect(code(try host.read()) == 1101)
        try expectAlive(host)
    }

    // MARK: Frames

    @Test("one byte at a time")
    func drip() throws {
        let host = try HostProcess()
        try host.write(Self.hello + host.request(1, "openDocument", Self.page) + host.request(2, "enumerateDevices"), inPiecesOf: 1)
        #expect(try host.read()["session"] != nil)
        #expect(try host.reply(to: 1)["result"] != nil)
        #expect(try host.reply(to: 2)["result"]?["devices"] != nil)
    }

    @Test("many frames in one write, each answered, in order")
    func joined() throws {
        let host = try openHost()
        var bytes: [UInt8] = []
        for id in 10..<310 { bytes += host.request(id, "enumerateDevices") }
        try host.write(bytes)
        var seq: [JSONValue?] = []
        for id in 10..<310 { seq.append(try host.reply(to: id)["seq"]) }
        #expect(seq == (2...301).map { .integer(Int64($0)) })
    }

    @Test("a browser that reads late loses nothing")
    func lateReader() throws {
        let host = try openHost()
        // Replies of about three megabytes: far more than a pipe holds.
        for id in 10..<10_010 { try host.write(host.request(id, "enumerateDevices")) }
        for id in 10..<10_010 { _ = try host.reply(to: id) }
        try expectAlive(host, id: 5)
    }

    @Test("a browser that reads nothing is left, before memory is")
    func neverReads() throws {
        let host = try openHost()
        do {
            for id in 10..<60_010 { try host.write(host.request(id, "enumerateDevices")) }
        } catch HostProcess.Problem.ended {}
        #expect(try host.exitStatus() == 65)
    }

    @Test("a long frame among short ones")
    func long() throws {
        let host = try openHost()
        let long = String(repeating: "x", count: 3_000_000)
        try host.write(
            host.request(2, "createPeerConnection", #"{"connection":1,"ignored":"\#(long)"}"#) + host.request(3, "enumerateDevices"))
        #expect(try host.reply(to: 2)["result"] != nil)
        #expect(try host.reply(to: 3)["result"] != nil)
    }

    @Test(
        "a frame that is no message is error 1101, and counts for nothing",
        arguments: [
            [], Array("{".utf8), Array("[]".utf8), Array("null".utf8), Array("{}x".utf8), Array(#"{"type":"nonsense"}"#.utf8),
            Array(#"{"type":"request","type":"request"}"#.utf8), Array(#"{"type":"\u0000"}"#.utf8), [0x22, 0xFF, 0xFE, 0x22],
            Array(#"{"type":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8), Array(String(repeating: "[", count: 100_000).utf8),
        ] as [[UInt8]])
    func noMessage(bytes: [UInt8]) throws {
        let host = try openHost()
        try host.write(HostProcess.frame(bytes))
        let answer = try host.read()
        #expect(answer["type"] == "error")
        #expect(code(answer) == 1101)
        try expectAlive(host)
    }

    @Test("an announced length beyond 64 MiB is error 1003, and the end", arguments: [67_108_865, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func tooLong(length: UInt32) throws {
        let host = try openHost()
        try host.write(HostProcess.header(length) + Array("{}".utf8))
        #expect(code(try host.read()) == 1003)
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 65)
    }

    @Test("an end inside a frame ends the host, and is told by its status", arguments: [1, 4, 5, 40])
    func truncated(count: Int) throws {
        let host = try openHost()
        let frame = host.request(2, "enumerateDevices")
        try host.write(host.request(3, "enumerateDevices") + frame.prefix(count))
        host.closeInput()
        #expect(try host.exitStatus() == 65)
    }

    @Test("closed standard output ends the host as soon as it has something to say")
    func closedOutput() throws {
        let host = try openHost()
        host.closeOutput()
        try host.write(host.request(2, "enumerateDevices"))
        #expect(try host.exitStatus() == 0)
    }

    // MARK: Requests

    @Test(
        "unknown methods, parameters of the wrong shape and unknown documents are answered by id",
        arguments: [
            ("fly", "{}", 1, 1102), ("", "{}", 1, 1102), ("createOffer", "{}", 1, 1106), ("createOffer", "[]", 1, 1106),
            ("createOffer", #"{"connection":"1"}"#, 1, 1106), ("createPeerConnection", #"{"connection":-1}"#, 1, 1106),
            ("createPeerConnection", #"{"connection":99999999999999999999}"#, 1, 1106),
            ("createPeerConnection", #"{"connection":1}"#, 7, 1105),
        ])
    func refused(method: String, parameters: String, document: Int, expected: Int) throws {
        let host = try openHost()
        try host.write(host.request(5, method, parameters, document: document))
        #expect(code(try host.reply(to: 5)) == .integer(Int64(expected)))
        try expectAlive(host)
    }

    @Test("an unknown handle is 1103, a handle that is taken 1104, and closing twice is fine")
    func handles() throws {
        let host = try openHost()
        try host.write(host.request(2, "createOffer", #"{"connection":1}"#))
        #expect(code(try host.reply(to: 2)) == 1103)
        try host.write(host.request(3, "createPeerConnection", #"{"connection":1}"#))
        #expect(try host.reply(to: 3)["result"] != nil)
        try host.write(host.request(4, "createPeerConnection", #"{"connection":1}"#))
        #expect(code(try host.reply(to: 4)) == 1104)
        for id in 5...6 {
            try host.write(host.request(id, "closePeerConnection", #"{"connection":1}"#))
            #expect(try host.reply(to: id)["result"] != nil)
        }
        try host.write(host.request(7, "openDocument", Self.page))
        #expect(code(try host.reply(to: 7)) == 1104)
        try expectAlive(host)
    }

    // MARK: Numbers

    @Test("a number that was there before is dropped")
    func repeated() throws {
        let host = try openHost()
        let request = host.request(2, "enumerateDevices")
        try host.write(request + request + request)
        _ = try host.reply(to: 2)
        try host.write(host.request(3, "enumerateDevices"))
        // The next message is the reply to the next request: the repetitions brought none.
        #expect(try host.read()["id"] == 3)
    }

    @Test("a missing number is error 1005, and the end")
    func gap() throws {
        let host = try openHost()
        _ = host.request(2, "enumerateDevices")
        try host.write(host.request(3, "enumerateDevices"))
        #expect(code(try host.read()) == 1005)
        #expect(try host.isSilentToTheEnd())
        #expect(try host.exitStatus() == 65)
    }

    @Test("each reply acknowledges what it answers")
    func acknowledged() throws {
        let host = try openHost()
        try host.write(host.request(2, "enumerateDevices"))
        let reply = try host.reply(to: 2)
        #expect(reply["ack"] == 2)
        #expect(reply["seq"] == 2)
    }

    @Test("the log can be collected, and tells of this link")
    func log() throws {
        let host = try openHost()
        try host.write(host.request(2, "collectLog", document: 0))
        let reply = try host.reply(to: 2)
        guard case .array(let lines)? = reply["result"]?["lines"] else {
            Issue.record("no lines: \(reply)")
            return
        }
        #expect(lines.contains { if case .string(let line) = $0 { line.contains("nearend-host") } else { false } })
    }

    @Test("the status names versions, devices, open documents and how the audio thread keeps its time")
    func status() throws {
        let host = try openHost()
        try host.write(host.request(2, "createPeerConnection", #"{"connection":1}"#) + host.request(3, "status", document: 0))
        let result = try #require(try host.reply(to: 3)["result"])
        guard case .array(let documents)? = result["documents"], case .array(let connections)? = documents.first?["connections"] else {
            Issue.record("no documents: \(result)")
            return
        }
        #expect(documents.first?["origin"] == "https://phone.example")
        #expect(documents.first?["microphoneOpen"] == false)
        #expect(connections.first?["connection"] == 1)
        #expect(connections.first?["state"] == "new")
        #expect(result["version"] != nil && result["devices"] != nil && result["tick"]?["isRealTime"] != nil)
    }
}
