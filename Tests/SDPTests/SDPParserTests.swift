import SDPFixtures
import Testing

@testable import SDP

/// The shortest description there can be.
private let shortest = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

private func error(of text: String) -> SDPError? {
    do {
        _ = try SDPParser.parse(text)
        return nil
    } catch {
        return error
    }
}

@Suite struct SDPParserTests {
    @Test func `the example of RFC 8866 §5 is read whole`() throws {
        let text = """
            v=0
            o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
            s=Call to John Smith
            i=SDP Offer #1
            u=http://www.jdoe.example.com/home.html
            e=Jane Doe <jane@jdoe.example.com>
            p=+1 617 555-6011
            c=IN IP4 198.51.100.1
            t=0 0
            m=audio 49170 RTP/AVP 0
            m=audio 49180 RTP/AVP 0
            m=video 51372 RTP/AVP 99
            c=IN IP6 2001:db8::2
            a=rtpmap:99 h263-1998/90000
            """
        let session = try SDPParser.parse(text)
        #expect(session.origin.username == "jdoe")
        #expect(session.origin.sessionVersion == "3724394405")
        #expect(session.name == "Call to John Smith")
        #expect(session.lines.map(\.letter) == ["i", "u", "e", "p", "c", "t"])
        #expect(session.media.map(\.port) == [49170, 49180, 51372])
        #expect(session.media[2].connection == ConnectionData(.ip6, "2001:db8::2"))
        #expect(session.media[2].rtpMaps == [RTPMap(payloadType: 99, encodingName: "h263-1998", clockRate: 90000)])
        #expect(SDPWriter.write(session) == text.split(separator: "\n").joined(separator: "\r\n") + "\r\n")
    }

    @Test func `what others write comes back letter by letter`() throws {
        for text in [
            Fixtures.chromiumOffer, Fixtures.chromiumGatheredOffer, Fixtures.chromiumAnswer, Fixtures.chromiumFullOffer,
            Fixtures.aiortcOffer, Fixtures.aiortcAnswer, Fixtures.twilioOffer, Fixtures.janusOffer, Fixtures.freeSwitchOffer,
            Fixtures.baresipAnswer, Fixtures.exotelOffer, Fixtures.sipML5Offer,
        ] {
            #expect(SDPWriter.write(try SDPParser.parse(text)) == text)
        }
    }

    @Test func `line feeds alone end lines, and the last line needs no end`() throws {
        let lines = Fixtures.twilioOffer.utf8.filter { $0 != 13 }
        let text = String(decoding: lines, as: UTF8.self)
        #expect(try SDPParser.parse(text) == SDPParser.parse(Fixtures.twilioOffer))
        #expect(try SDPParser.parse(String(text.dropLast())) == SDPParser.parse(Fixtures.twilioOffer))
        #expect(try SDPParser.parse(text + "\n\r\n") == SDPParser.parse(Fixtures.twilioOffer))
    }

    @Test func `the shortest description is read, and each line of it is needed`() throws {
        #expect(try SDPParser.parse(shortest).media.isEmpty)
        #expect(error(of: "") == SDPError(.missingLine, line: 1, ""))
        #expect(error(of: "v=0\r\n") == SDPError(.missingLine, line: 2, ""))
        #expect(error(of: "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n") == SDPError(.missingLine, line: 3, ""))
        #expect(error(of: "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n") == SDPError(.missingLine, line: 4, ""))
        #expect(error(of: "v=1\r\n") == SDPError(.malformedValue, line: 1, ""))
        #expect(error(of: "v=0\r\no=- 1 2 IN IP4\r\n") == SDPError(.malformedValue, line: 2, ""))
    }

    @Test func `an error names the line and quotes it`() {
        let found = error(of: shortest + "m=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus\r\n")
        #expect(found == SDPError(.malformedAttribute, line: 6, ""))
        #expect(found?.reason.contains("a=rtpmap:111 opus") == true)
    }

    @Test(arguments: [
        "zzz", " a=mid:0", "A=mid:0", "=x", "a", "é=x",
    ])
    func `what is not a letter, an equals sign and a value is refused`(line: String) {
        #expect(error(of: shortest + line + "\r\na=x\r\n") == SDPError(.malformedLine, line: 5, ""))
    }

    @Test(arguments: [
        "audio", "audio 9", "audio 9 RTP/AVP", "audio 65536 RTP/AVP 0", "audio -1 RTP/AVP 0", "audio 9/x RTP/AVP 0",
        "audio 9 XYZ 0", "audio 9 RTP/AVP 128", "audio 9 RTP/AVP x", "audio +9 RTP/AVP 0",
    ])
    func `an m= line that does not follow its grammar is refused`(value: String) {
        #expect(error(of: shortest + "m=" + value + "\r\n") == SDPError(.malformedValue, line: 5, ""))
    }

    @Test(arguments: [
        "rtpmap:111", "rtpmap:128 x/8000", "rtpmap:0 PCMU/0", "rtpmap:0 PCMU/8000/0", "rtpmap:0 PCMU/8000/1/1", "fmtp:111",
        "rtcp-fb:96", "extmap:0 urn:x", "extmap:1", "extmap:1/sideways urn:x", "group:", "msid:", "msid:a b c", "ssrc:1",
        "ssrc:4294967296 cname:x", "setup:bogus", "fingerprint:sha-256", "fingerprint:sha-256 A", "fingerprint:sha-256 AB:CG",
        "mid:", "mid:a b", "mid:0 ", "ice-ufrag:", "ice-ufrag:a b", "ice-pwd", "candidate:foo",
        "candidate:1 1 udp 1 192.0.2.1 70000 typ host", "candidate:1 1 udp 1 192.0.2.1 1 top host", "ptime:x", "sctp-port:70000", ":x", "",
    ])
    func `an attribute we understand has to follow its grammar`(attribute: String) {
        let text = shortest + "m=audio 9 RTP/AVP 0\r\na=" + attribute + "\r\n"
        #expect(error(of: text) == SDPError(.malformedAttribute, line: 6, ""))
    }

    @Test func `attributes nobody knows are kept whatever they say`() throws {
        let text = shortest + "a=foo\r\na=foo:\r\na=foo:a:b\r\nm=audio 9 RTP/AVP 0\r\na=x-bar:\u{301}🙂\r\n"
        #expect(SDPWriter.write(try SDPParser.parse(text)) == text)
    }

    @Test func `a payload type cannot mean two things, but may be said twice`() throws {
        let section = "m=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n"
        _ = try SDPParser.parse(shortest + section + "a=rtpmap:111 OPUS/48000/2\r\n")
        #expect(error(of: shortest + section + "a=rtpmap:111 foo/48000/2\r\n") == SDPError(.malformedAttribute, line: 7, ""))
        #expect(error(of: shortest + section + "a=rtpmap:111 opus/8000/2\r\n") == SDPError(.malformedAttribute, line: 7, ""))
    }

    @Test func `every RTP profile is read, over UDP and TLS as well`() throws {
        for name in [
            "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/AVPF",
            "UDP/TLS/RTP/AVP", "TCP/TLS/RTP/SAVPF",
        ] {
            let session = try SDPParser.parse(shortest + "m=audio 9 \(name) 0\r\n")
            #expect(session.media[0].transportProtocol == name)
        }
    }

    @Test func `a carriage return or NUL inside a line is refused, since it would end the line for others`() {
        #expect(error(of: shortest + "a=x\ry\r\n") == SDPError(.malformedLine, line: 5, ""))
        #expect(error(of: shortest + "a=x\0y\r\n") == SDPError(.malformedLine, line: 5, ""))
        #expect(error(of: shortest.split(separator: "\r\n").joined(separator: "\r")) == SDPError(.malformedLine, line: 1, ""))
    }

    @Test func `what is too large is refused`() throws {
        let line = "a=" + String(repeating: "x", count: SDPLimits.lineBytes - 2)
        _ = try SDPParser.parse(shortest + line + "\r\n")
        #expect(error(of: shortest + line + "x\r\n") == SDPError(.tooLarge, line: 5, ""))
        let section = "m=audio 9 RTP/AVP 0\r\n"
        _ = try SDPParser.parse(shortest + String(repeating: section, count: SDPLimits.mediaSections))
        #expect(
            error(of: shortest + String(repeating: section, count: SDPLimits.mediaSections + 1))
                == SDPError(.tooLarge, line: 5 + SDPLimits.mediaSections, ""))
        #expect(error(of: shortest + String(repeating: "a=\n", count: SDPLimits.lines))?.code == .tooLarge)
        #expect(error(of: shortest + String(repeating: "a=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", count: 16_000))?.code == .tooLarge)
    }
}
