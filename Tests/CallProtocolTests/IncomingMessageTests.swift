import CallProtocol
import JSONCoding
import Testing

@Suite struct IncomingMessageTests {
    private func refusal(_ text: String) -> (document: Int, id: Int, error: ProtocolError)? {
        guard case .refused(let document, let id, _, let error) = IncomingMessage(parsing: text.utf8) else { return nil }
        return (document.rawValue, id, error)
    }

    @Test(
        "what is no message is unintelligible, and says why",
        arguments: [
            "", "{", "[]", "17", "null", "{}", #"{"type":1}"#, #"{"type":"later"}"#, #"{"type":"request"}"#, #"{"type":"request","id":1}"#,
            #"{"type":"request","document":"2","id":1}"#, #"{"type":"bye"}"#, #"{"type":"ack"}"#, #"{"type":"hello"}"#, "\u{FEFF}{}",
        ])
    func unintelligible(text: String) {
        guard case .unintelligible(nil, let error) = IncomingMessage(parsing: text.utf8) else {
            Issue.record("understood: \(text)")
            return
        }
        #expect(error.code == .malformedMessage)
        #expect(!error.message.isEmpty)
    }

    @Test("bytes that are no UTF-8 are unintelligible")
    func badUTF8() {
        let bytes = Array(#"{"type":"hello","protocol":1,"extension":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        guard case .unintelligible(nil, _) = IncomingMessage(parsing: bytes) else {
            Issue.record("understood")
            return
        }
    }

    @Test("the number of a message that is not understood counts all the same, where it can be read")
    func countedAllTheSame() {
        let message = IncomingMessage(parsing: #"{"type":"later","seq":4,"ack":2}"#.utf8)
        #expect(message == .unintelligible(.init(seq: 4, ack: 2), ProtocolError(.malformedMessage, "")))
    }

    @Test(
        "a request with an address is answered, whatever else is wrong with it",
        arguments: [
            (#""method":"fly""#, ProtocolError.Code.unknownMethod),
            (#""method":17"#, .malformedMessage),
            (#""params":{}"#, .malformedMessage),
            (#""method":"createOffer""#, .invalidParameter),
            (#""method":"createOffer","params":[]"#, .invalidParameter),
            (#""method":"createOffer","params":{"connection":"1"}"#, .invalidParameter),
            (#""method":"createOffer","params":{"connection":1.5}"#, .invalidParameter),
            (#""method":"createOffer","params":{"connection":99999999999999999999}"#, .invalidParameter),
            (#""method":"createPeerConnection","params":{"connection":0}"#, .invalidParameter),
            (#""method":"createPeerConnection","params":{"connection":-1}"#, .invalidParameter),
            (
                #""method":"addTransceiver","params":{"connection":1,"transceiver":-1,"kind":"audio","direction":"sendrecv"}"#,
                .invalidParameter
            ),
            (#""method":"getUserMedia","params":{"track":0}"#, .invalidParameter),
            (#""method":"cloneTrack","params":{"track":-2,"from":1}"#, .invalidParameter),
            (#""method":"setPlayback","params":{"playback":1,"sources":[],"playing":true,"volume":1.5,"muted":false}"#, .invalidParameter),
            (#""method":"setPlayback","params":{"playback":1,"sources":[{}],"playing":true,"volume":1,"muted":false}"#, .invalidParameter),
            (
                #""method":"setPlayback","params":{"playback":1,"sources":[{"track":1,"connection":1}],"playing":true,"volume":1,"muted":false}"#,
                .invalidParameter
            ),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":17,"track":1}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":-1,"track":1}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"track":1,"tone":"sine","frequency":440}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"tone":"sine"}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"tone":"custom","frequency":440}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"tone":"sine","frequency":48000}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"track":1},{"input":1,"gain":1,"track":2}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":3,"inputs":[{"input":1,"gain":1,"sound":"a","end":-1}]}"#, .invalidParameter),
            (#""method":"setMix","params":{"track":-3,"inputs":[]}"#, .invalidParameter),
            (
                #""method":"setPlayback","params":{"playback":1,"sources":[{"track":1,"gain":17}],"playing":true,"volume":1,"muted":false}"#,
                .invalidParameter
            ),
            (#""method":"watch","params":{"levels":-1}"#, .invalidParameter),
            (
                #""method":"setParameters","params":{"connection":1,"transceiver":1,"encodings":[{"active":true,"maxBitrate":0}]}"#,
                .invalidParameter
            ),
            (
                #""method":"insertDTMF","params":{"connection":1,"transceiver":1,"tones":"1","duration":9223372036854775807}"#,
                .invalidParameter
            ),
            (#""method":"addIceCandidate","params":{"connection":1,"candidate":{"candidate":"","sdpMLineIndex":-1}}"#, .invalidParameter),
        ])
    func refused(members: String, code: ProtocolError.Code) throws {
        let refusal = try #require(self.refusal(#"{"type":"request","seq":1,"ack":0,"document":2,"id":17,"# + members + "}"))
        #expect(refusal.document == 2)
        #expect(refusal.id == 17)
        #expect(refusal.error.code == code)
    }

    @Test("a request without a number is answered")
    func numberless() throws {
        let refusal = try #require(self.refusal(#"{"type":"request","document":2,"id":17,"method":"status"}"#))
        #expect(refusal.error.code == .malformedMessage)
    }

    @Test("the refusal of a parameter names it")
    func namesTheParameter() throws {
        let text =
            #"{"type":"request","seq":1,"ack":0,"document":2,"id":1,"method":"getUserMedia","params":{"track":1,"constraints":{"deviceId":7}}}"#
        let refusal = try #require(self.refusal(text))
        #expect(refusal.error.message == "getUserMedia: “constraints.deviceId” must be a string, not a number")
    }

    @Test("members that we do not know are ignored")
    func unknownMembers() {
        let text =
            #"{"type":"request","seq":1,"ack":0,"document":2,"id":1,"method":"createAnswer","params":{"connection":1,"new":{}},"new":[1]}"#
        guard case .request(let envelope) = IncomingMessage(parsing: text.utf8), case .createAnswer(let parameters) = envelope.request
        else {
            Issue.record("not understood")
            return
        }
        #expect(parameters.connection == ConnectionHandle(rawValue: 1))
    }

    @Test("a hello of another version is a hello, whatever else has changed in it")
    func otherVersion() {
        guard case .hello(let hello) = IncomingMessage(parsing: #"{"type":"hello","protocol":2,"extension":{"name":"x"}}"#.utf8) else {
            Issue.record("not understood")
            return
        }
        #expect(hello.protocol == 2)
    }

    @Test("one byte more or less never makes a message of another one crash")
    func everyPrefix() {
        let text = Array(#"{"type":"request","seq":1,"ack":0,"document":2,"id":1,"method":"status","params":{}}"#.utf8)
        for count in 0..<text.count {
            guard case .unintelligible = IncomingMessage(parsing: text[..<count]) else {
                Issue.record("a prefix of \(count) bytes was understood")
                return
            }
        }
    }
}
