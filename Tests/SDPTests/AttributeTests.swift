import SDPFixtures
import Testing

@testable import SDP

@Suite struct AttributeTests {
    @Test func `what stands at session level holds for sections that do not say otherwise`() throws {
        let session = try SDPParser.parse(Fixtures.baresipAnswer)
        #expect(session.iceUsernameFragment(at: 0) == "h7Kq")
        #expect(session.icePassword(at: 0) == "9jvgXzUdPqR0kHe2yWnFbA")
        #expect(session.setup(at: 0) == .active)
        #expect(session.fingerprints(at: 0).map(\.algorithm) == ["sha-256"])
        #expect(session.media[0].bandwidth("AS") == 125)
        #expect(session.media[0].bandwidth("TIAS") == nil)
        #expect(session.media[0].packetTime == 20)
        let janus = try SDPParser.parse(Fixtures.janusOffer)
        #expect(janus.direction(at: 0) == .sendonly)
        #expect(janus.allowsTrickle)
        #expect(janus.allowsMixedExtensions(at: 0))
    }

    @Test func `a section without a direction sends and receives`() throws {
        #expect(try SDPParser.parse(Fixtures.freeSwitchOffer).direction(at: 0) == .sendrecv)
    }

    @Test func `Chromium's offer says what it says`() throws {
        let session = try SDPParser.parse(Fixtures.chromiumFullOffer)
        #expect(session.bundleGroups == [SDPGroup(semantics: "BUNDLE", mids: ["0", "1", "2"])])
        #expect(session.media.map(\.kind) == ["audio", "video", "application"])
        #expect(session.media.map(\.mid) == ["0", "1", "2"])
        #expect(session.media[2].sctpPort == 5000)
        #expect(session.media[2].formats == ["webrtc-datachannel"])
        #expect(session.media[0].rtpMaps.first == RTPMap(payloadType: 111, encodingName: "opus", clockRate: 48000, channels: 2))
        #expect(session.media[0].formatParameters.first?.parameters == ["minptime": "10", "useinbandfec": "1"])
        #expect(session.extensionMaps(at: 0).first { $0.uri == ExtensionMap.mid }?.id == 4)
        #expect(session.media[0].multiplexesRTCP && session.media[0].allowsReducedSizeRTCP)
        #expect(session.media[0].sourceAttributes.map(\.name) == ["cname", "msid"])
        #expect(session.direction(at: 1) == .recvonly)
        #expect(session.setup(at: 1) == .actpass)
        #expect(!session.isICELite)
    }

    @Test func `port 0 refuses a section unless it is left to the bundle`() throws {
        var section = MediaDescription(kind: "audio", port: 0, formats: ["0"])
        #expect(section.isRejected)
        section.append("bundle-only")
        #expect(!section.isRejected)
    }

    @Test func `format parameters are read however they are spaced`() {
        let parameters = FormatParameters(parsing: "102 useinbandfec=1; maxaveragebitrate=30000 ;ptime = 20;Stereo;;")?.parameters
        #expect(parameters == ["useinbandfec": "1", "maxaveragebitrate": "30000", "ptime": "20", "stereo": ""])
    }

    @Test func `values that are read are written the same`() {
        #expect(RTPMap(parsing: "111 opus/48000/2")?.value == "111 opus/48000/2")
        #expect(RTPMap(parsing: "0 PCMU/8000/1")?.value == "0 PCMU/8000")
        #expect(ExtensionMap(parsing: "1/recvonly urn:x a b")?.value == "1/recvonly urn:x a b")
        #expect(MediaStreamIdentification(parsing: "- t")?.value == "- t")
        #expect(SourceAttribute(parsing: "1 msid:a b")?.value == "1 msid:a b")
        #expect(SDPGroup(parsing: "BUNDLE")?.mids == [])
        #expect(SDPFingerprint(parsing: "SHA-1 ab:cd")?.text == "sha-1 AB:CD")
    }

    @Test func `a fingerprint is verifiable when its length is its algorithm's`() {
        let octets = Array(repeating: "AB", count: 32).joined(separator: ":")
        #expect(SDPFingerprint(parsing: "sha-256 \(octets)")?.isVerifiable == true)
        #expect(SDPFingerprint(parsing: "sha-256 AB:CD")?.isVerifiable == false)
        #expect(SDPFingerprint(parsing: "md5 \(Array(repeating: "AB", count: 16).joined(separator: ":"))")?.isVerifiable == false)
    }

    @Test func `directions are turned around and joined`() {
        #expect(MediaDirection.sendonly.reversed == .recvonly)
        #expect(MediaDirection.sendrecv.reversed == .sendrecv)
        #expect(MediaDirection.sendrecv.intersection(.recvonly) == .recvonly)
        #expect(MediaDirection.sendonly.intersection(.recvonly) == .inactive)
        for direction in MediaDirection.allCases { #expect(direction.reversed.reversed == direction) }
    }

    @Test func `a candidate is summarized with or without its prefix`() {
        let text = "a=candidate:2 1 UDP 1685987071 203.0.113.4 47250 typ srflx raddr 10.0.0.1 rport 47243 generation 0 ufrag AbCd"
        let summary = CandidateSummary(parsing: text)
        #expect(summary?.transport == "udp")
        #expect(summary?.type == "srflx")
        #expect(summary?.port == 47250)
        #expect(summary?.usernameFragment == "AbCd")
        #expect(CandidateSummary(parsing: CandidateSummary.attributeValue(of: text)) == summary)
        #expect(CandidateSummary(parsing: "candidate:foo") == nil)
        #expect(CandidateSummary(parsing: "") == nil)
    }

    @Test func `setting an attribute keeps its place and leaves one of it`() {
        var section = MediaDescription(kind: "audio", formats: ["0"])
        section.append("mid", "0")
        section.append("setup", "actpass")
        section.append("mid", "1")
        section.set("mid", "2")
        section.set("ice-ufrag", "abcd")
        #expect(section.attributes.map(\.name) == ["mid", "setup", "ice-ufrag"])
        #expect(section.mid == "2")
    }
}
