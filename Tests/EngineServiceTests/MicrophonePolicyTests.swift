import JSONCoding
import Testing

@testable import EngineService

@Suite struct MicrophonePolicyTests {
    private func policy(_ text: String) throws -> MicrophonePolicy { try JSONText.parse(Array(text.utf8)).decode() }

    @Test("the first rule that matches decides; without any, the person is asked")
    func rules() throws {
        let policy = try policy(
            #"""
            {"rules": [
              {"desktop": "*@pool-*", "origin": "https://*.phone.example", "decision": "allow"},
              {"origin": "http://*", "decision": "deny"},
              {"desktop": "guest@*", "decision": "deny"}]}
            """#)
        #expect(policy.decision(desktop: "anna@pool-7", origin: "https://eu.phone.example") == .allow)
        #expect(policy.decision(desktop: "anna@pool-7", origin: "http://eu.phone.example") == .deny)
        #expect(policy.decision(desktop: "guest@lobby", origin: "https://else.example") == .deny)
        #expect(policy.decision(desktop: "anna@home", origin: "https://else.example") == .ask)
    }

    @Test("the default is the administrator's, where there is one")
    func byDefault() throws {
        #expect(MicrophonePolicy().decision(desktop: "a@b", origin: "https://c") == .ask)
        #expect(try policy(#"{"default": "deny"}"#).decision(desktop: "a@b", origin: "https://c") == .deny)
    }

    @Test(
        "a configuration with a mistyped member or decision is refused, with its name",
        arguments: [
            #"{"engine": {"microphone": {"defaults": "allow"}}}"#, #"{"engine": {"microphone": {"rules": [{"site": "x", "decision": "allow"}]}}}"#,
            #"{"engine": {"microphone": {"default": "perhaps"}}}"#, #"{"engine": {"network": {"relaysOnly": true}}}"#,
        ])
    func mistyped(_ text: String) {
        #expect(throws: ConfigurationError.self) { try HostConfiguration.parse(Array(text.utf8)) }
    }

    @Test("the network's part of a configuration reaches the engine")
    func network() throws {
        let text = #"{"engine": {"network": {"relayOnly": true, "privateAddresses": false, "interfaces": ["eth*"]}}}"#
        let policy = try HostConfiguration.parse(Array(text.utf8)).networkPolicy
        #expect(policy.isRelayOnly && !policy.allowsPrivateAddresses && policy.interfaces == ["eth*"])
    }
}
