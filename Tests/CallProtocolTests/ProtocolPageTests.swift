import CallProtocol
import JSONCoding
import Testing

/// docs/protocol.md against the code: what it shows is what is read and written.
@Suite struct ProtocolPageTests {
    /// Every method that the page must show. A new case of `Request` fails to compile in `name(of:)` until it is here.
    private static let methods = [
        "openDocument", "closeDocument", "generateCertificate", "createPeerConnection", "setConfiguration", "addTransceiver", "setTransceiver", "stopTransceiver",
        "setParameters", "createOffer", "createAnswer", "setLocalDescription", "setRemoteDescription", "addIceCandidate", "restartIce",
        "closePeerConnection", "getStats", "insertDTMF", "enumerateDevices", "getUserMedia", "cloneTrack", "setMix", "setTrack", "stopTrack",
        "setReceiver",
        "keepDocument", "reclaim", "endKept", "provideSound", "setPlayback", "closePlayback", "watch", "status", "collectLog", "createDataChannel", "sendData", "closeDataChannel",
    ]

    @Test("every example is strict JSON", arguments: ProtocolPage.examples)
    func strict(example: ProtocolPage.Example) {
        #expect(throws: Never.self, "\(example)") { try JSONText.parse(example.text.utf8) }
    }

    @Test("every request that the page shows is understood as what it says")
    func requests() {
        let shown = ProtocolPage.examples(ofType: "request")
        for (example, json) in shown {
            guard case .request(let envelope) = IncomingMessage(parsing: example.text.utf8) else {
                Issue.record("not understood: \(example)")
                continue
            }
            #expect(json["method"] == .string(Self.name(of: envelope.request)))
            #expect(json["id"] == .integer(Int64(envelope.id)))
            #expect(json["document"] == .integer(Int64(envelope.document.rawValue)))
            #expect(json["seq"] == .integer(Int64(envelope.sequence.seq)))
            #expect(json["ack"] == .integer(Int64(envelope.sequence.ack)))
        }
        let names = Set(shown.map { $0.json["method"] })
        for method in Self.methods { #expect(names.contains(.string(method)), "\(method) has no example") }
    }

    @Test("nothing that an example's parameters say is lost")
    func parameters() throws {
        for (example, json) in ProtocolPage.examples(ofType: "request") {
            guard case .request(let envelope) = IncomingMessage(parsing: example.text.utf8), let expected = json["params"] else { continue }
            #expect(try Self.parameters(of: envelope.request) == expected, "\(example)")
        }
    }

    @Test("hello, ack and bye are understood")
    func others() throws {
        let hellos = ProtocolPage.examples(ofType: "hello").filter { $0.json["extension"] != nil }
        #expect(hellos.count == 2)
        for (example, json) in hellos {
            guard case .hello(let hello) = IncomingMessage(parsing: example.text.utf8) else {
                Issue.record("not understood: \(example)")
                continue
            }
            #expect(try JSONValue(encoding: hello).adding("type", "hello") == json)
        }
        let ack = try #require(ProtocolPage.examples(ofType: "ack").first)
        #expect(IncomingMessage(parsing: ack.example.text.utf8) == .acknowledgement(41))
        let bye = try #require(ProtocolPage.examples(ofType: "bye").first)
        #expect(IncomingMessage(parsing: bye.example.text.utf8) == .bye(.init(seq: 58, ack: 41)))
    }

    @Test("the host's hellos are written as shown")
    func hostHello() throws {
        let shown = ProtocolPage.examples(ofType: "hello").filter { $0.json["extension"] == nil }
        let hello = ServerHello(
            session: "9f2c51d0a7b3e64418", resumeToken: "5b0f…64 hexadecimal digits", leaseMs: 0, host: "0.1.0",
            engine: .init(version: "0.1.0", place: "in-process"), capabilities: ["audio", "opus", "pcmu", "pcma", "telephone-event"],
            devices: [
                DeviceDescription(deviceId: "default", kind: .audioinput, label: "Default microphone", groupId: "card0", isDefault: true)
            ])
        #expect(try JSONText.parse(hello.text) == shown.first?.json)
        let message =
            "The Nearend extension (0.2.0) speaks version 2 of the protocol and the host on this machine (0.1.0) version 1. Update the older of the two."
        let refusal = HelloRefusal(error: ProtocolError(.protocolMismatch, message))
        #expect(try JSONText.parse(refusal.text) == shown.last?.json)
    }

    @Test("a relay's own words are written as shown")
    func relay() throws {
        #expect(try JSONText.parse(RelayNotice.channel(isConnected: false).text) == ProtocolPage.examples(ofType: "channel").first?.json)
        let message = "The engine on this device does not know the session; its calls have ended."
        let end = RelayNotice.end(ProtocolError(.sessionUnknown, message))
        #expect(try JSONText.parse(end.text) == ProtocolPage.examples(ofType: "end").first?.json)
    }

    @Test("every message of the host is written as shown")
    func outgoing() throws {
        for (example, json) in ["reply", "event", "error"].flatMap(ProtocolPage.examples(ofType:)) {
            let message = try #require(HostExamples.message(for: json), "no value for \(example)")
            let written = try JSONText.parse(message.text(seq: Self.number(json, "seq"), ack: Self.number(json, "ack")))
            #expect(written.withEmptySnapshot == json, "\(example)")
        }
        let events = Set(ProtocolPage.examples(ofType: "event").compactMap { $0.json["event"] })
        #expect(events.count == 17)
    }

    @Test("the snapshot is written as shown")
    func snapshot() throws {
        let shown = try #require(ProtocolPage.examples.first { $0.text.contains(#""signalingState""#) })
        #expect(try JSONValue(encoding: HostExamples.snapshot) == JSONText.parse(shown.text.utf8))
    }

    @Test("the table of errors has every code, with the name that a page sees")
    func errors() {
        #expect(ProtocolPage.errors.map(\.code) == ProtocolError.Code.allCases.map(\.rawValue))
        for (row, code) in zip(ProtocolPage.errors, ProtocolError.Code.allCases) {
            #expect(row.name == code.exceptionName, "\(code)")
        }
    }

    private static func number(_ json: JSONValue, _ member: String) -> Int {
        guard case .integer(let number)? = json[member] else { return -1 }
        return Int(number)
    }

    private static func name(of request: Request) -> String {
        switch request {
        case .openDocument: "openDocument"
        case .closeDocument: "closeDocument"
        case .generateCertificate: "generateCertificate"
        case .keepDocument: "keepDocument"
        case .reclaim: "reclaim"
        case .endKept: "endKept"
        case .createPeerConnection: "createPeerConnection"
        case .setConfiguration: "setConfiguration"
        case .addTransceiver: "addTransceiver"
        case .setTransceiver: "setTransceiver"
        case .stopTransceiver: "stopTransceiver"
        case .setParameters: "setParameters"
        case .createOffer: "createOffer"
        case .createAnswer: "createAnswer"
        case .setLocalDescription: "setLocalDescription"
        case .setRemoteDescription: "setRemoteDescription"
        case .addIceCandidate: "addIceCandidate"
        case .restartIce: "restartIce"
        case .closePeerConnection: "closePeerConnection"
        case .getStats: "getStats"
        case .insertDTMF: "insertDTMF"
        case .enumerateDevices: "enumerateDevices"
        case .getUserMedia: "getUserMedia"
        case .cloneTrack: "cloneTrack"
        case .setMix: "setMix"
        case .setTrack: "setTrack"
        case .stopTrack: "stopTrack"
        case .setReceiver: "setReceiver"
        case .provideSound: "provideSound"
        case .setPlayback: "setPlayback"
        case .closePlayback: "closePlayback"
        case .watch: "watch"
        case .createDataChannel: "createDataChannel"
        case .sendData: "sendData"
        case .closeDataChannel: "closeDataChannel"
        case .status: "status"
        case .collectLog: "collectLog"
        }
    }

    private static func parameters(of request: Request) throws -> JSONValue {
        switch request {
        case .openDocument(let value): try JSONValue(encoding: value)
        case .generateCertificate(let value): try JSONValue(encoding: value)
        case .keepDocument(let value): try JSONValue(encoding: value)
        case .reclaim(let value), .endKept(let value): try JSONValue(encoding: value)
        case .createPeerConnection(let value): try JSONValue(encoding: value)
        case .setConfiguration(let value): try JSONValue(encoding: value)
        case .addTransceiver(let value): try JSONValue(encoding: value)
        case .setTransceiver(let value): try JSONValue(encoding: value)
        case .stopTransceiver(let value): try JSONValue(encoding: value)
        case .setParameters(let value): try JSONValue(encoding: value)
        case .createOffer(let value): try JSONValue(encoding: value)
        case .createAnswer(let value): try JSONValue(encoding: value)
        case .restartIce(let value), .closePeerConnection(let value): try JSONValue(encoding: value)
        case .setLocalDescription(let value): try JSONValue(encoding: value)
        case .setRemoteDescription(let value): try JSONValue(encoding: value)
        case .addIceCandidate(let value): try JSONValue(encoding: value)
        case .getStats(let value): try JSONValue(encoding: value)
        case .insertDTMF(let value): try JSONValue(encoding: value)
        case .getUserMedia(let value): try JSONValue(encoding: value)
        case .cloneTrack(let value): try JSONValue(encoding: value)
        case .setMix(let value): try JSONValue(encoding: value)
        case .setTrack(let value): try JSONValue(encoding: value)
        case .stopTrack(let value): try JSONValue(encoding: value)
        case .setReceiver(let value): try JSONValue(encoding: value)
        case .provideSound(let value): try JSONValue(encoding: value)
        case .setPlayback(let value): try JSONValue(encoding: value)
        case .closePlayback(let value): try JSONValue(encoding: value)
        case .watch(let value): try JSONValue(encoding: value)
        case .createDataChannel(let value): try JSONValue(encoding: value)
        case .sendData(let value): try JSONValue(encoding: value)
        case .closeDataChannel(let value): try JSONValue(encoding: value)
        case .closeDocument, .enumerateDevices, .status, .collectLog: [:]
        }
    }
}

extension JSONValue {
    fileprivate func adding(_ member: String, _ value: JSONValue) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[member] = value
        return .object(members)
    }

    /// As the page's examples have it: `"snapshot": {}` stands for any.
    fileprivate var withEmptySnapshot: JSONValue {
        if case .array(let elements) = self { return .array(elements.map(\.withEmptySnapshot)) }
        guard case .object(let members) = self else { return self }
        return .object(
            Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.key == "snapshot" ? [:] : $0.value.withEmptySnapshot) }))
    }
}
