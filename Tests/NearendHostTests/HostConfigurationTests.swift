import AudioDevices
import Testing

@testable import EngineService

@Suite struct HostConfigurationTests {
    private func parse(_ text: String) throws -> HostConfiguration { try HostConfiguration.parse(Array(text.utf8)) }

    @Test("without a word everything is at its default: the shipped extension, the machine's devices")
    func defaults() throws {
        let configuration = try parse("{}")
        #expect(configuration.allows("chrome-extension://\(ShippedExtension.id)/"))
        #expect(try configuration.deviceConfiguration() == .alsa(captureDefault: "default", playbackDefault: "default"))
        #expect(configuration.log == nil)
    }

    @Test("the origins that are named are allowed, to the letter, and no other; the shipped extension only where it is named")
    func origins() throws {
        let configuration = try parse(#"{"allowedOrigins": ["chrome-extension://abc/"]}"#)
        #expect(configuration.allows("chrome-extension://abc/"))
        for origin in [
            "chrome-extension://abc", "chrome-extension://abc/x", "CHROME-EXTENSION://abc/", "", HostConfiguration.shippedExtensionOrigin,
        ] {
            #expect(!configuration.allows(origin), "\(origin)")
        }
    }

    @Test("devices are the machine's or files, as the configuration says")
    func devices() throws {
        let files = try parse(#"{"devices": {"virtual": {"microphone": "/a.wav", "loops": false, "loudspeaker": "/b.wav"}}}"#)
        #expect(try files.deviceConfiguration() == .virtual(microphone: "/a.wav", loops: false, loudspeaker: "/b.wav"))
        let names = try parse(#"{"devices": {"alsa": {"capture": "pulse:mic"}}}"#)
        #expect(try names.deviceConfiguration() == .alsa(captureDefault: "pulse:mic", playbackDefault: "default"))
    }

    @Test("an address is a host and a port, an IPv6 address in brackets")
    func addresses() throws {
        for (text, host, port) in [("device.example:4463", "device.example", 4463), ("[::1]:1", "::1", 1), ("0.0.0.0:65535", "0.0.0.0", 65_535)] {
            let address = try HostConfiguration.address(text, "x")
            #expect(address.host == host && address.port == port)
        }
        for text in ["device.example", "device.example:", ":1", "::1:1", "a:65536", "a:-1", "[]:1x"] {
            #expect(throws: ConfigurationError.self) { try HostConfiguration.address(text, "x") }
        }
    }

    @Test("a channel that is named and not described is refused")
    func channels() throws {
        let configuration = try parse(#"{"remoteDesktop": {"channel": "tls"}}"#)
        #expect(throws: ConfigurationError.self) { try configuration.tlsChannel() }
        #expect(throws: ConfigurationError.self) { try configuration.vsockChannel() }
        let missing = try parse(
            #"{"remoteDesktop": {"channel": "tls", "tls": {"address": "a:1", "certificate": "/none", "key": "/none", "authority": "/none"}}}"#)
        #expect(throws: ConfigurationError.self) { try missing.tlsChannel() }
        let machine = try parse(#"{"remoteDesktop": {"channel": "vsock", "vsock": {"port": 4463}}}"#)
        #expect(try machine.vsockChannel().description == "the vsock port 4463 of machine 2")
    }

    @Test(
        "what cannot be meant is refused, with the place",
        arguments: [
            ("{", "line 1"), (#"{"allowedOrigin": []}"#, "“allowedOrigin”"), (#"{"log": {"levels": "info"}}"#, "“log.levels”"),
            (#"{"log": {"level": "loud"}}"#, "“loud”"),
            (#"{"devices": {"virtual": {"microphone": "/a.wav"}}}"#, "“devices.virtual.loudspeaker”"),
            (#"{"devices": {"alsa": {}, "virtual": {"microphone": "/a", "loudspeaker": "/b"}}}"#, "choose one"), ("[]", "an object"),
            (#"{"allowedOrigins": [1]}"#, "“allowedOrigins.0”"),
            (#"{"remoteDesktop": {"channel": "tls", "tls": {"adress": "a:1"}}}"#, "“remoteDesktop.tls.adress”"),
            (#"{"engine": {"listen": {"tcp": {}}}}"#, "“engine.listen.tcp”"),
            (#"{"engine": {"listen": {"vsock": {"port": -1}}}}"#, "port"),
        ])
    func refused(text: String, place: String) {
        do {
            _ = try parse(text)
            Issue.record("taken: \(text)")
        } catch {
            #expect("\(error)".contains(place), "\(error)")
        }
    }
}
