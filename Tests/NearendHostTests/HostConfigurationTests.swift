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

    @Test(
        "what cannot be meant is refused, with the place",
        arguments: [
            ("{", "line 1"), (#"{"allowedOrigin": []}"#, "“allowedOrigin”"), (#"{"log": {"levels": "info"}}"#, "“log.levels”"),
            (#"{"log": {"level": "loud"}}"#, "“loud”"),
            (#"{"devices": {"virtual": {"microphone": "/a.wav"}}}"#, "“devices.virtual.loudspeaker”"),
            (#"{"devices": {"alsa": {}, "virtual": {"microphone": "/a", "loudspeaker": "/b"}}}"#, "choose one"), ("[]", "an object"),
            (#"{"allowedOrigins": [1]}"#, "“allowedOrigins.0”"),
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
