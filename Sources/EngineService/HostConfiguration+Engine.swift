import Engine

extension HostConfiguration {
    /// Which remote desktops and pages may open the microphone.
    package var microphonePolicy: MicrophonePolicy { engine?.microphone ?? MicrophonePolicy() }

    /// Where media may go.
    package var networkPolicy: NetworkPolicy {
        var policy = NetworkPolicy()
        policy.isRelayOnly = engine?.network?.relayOnly ?? false
        policy.allowsPrivateAddresses = engine?.network?.privateAddresses ?? true
        policy.interfaces = engine?.network?.interfaces ?? []
        return policy
    }

    /// How long calls outlive the remote desktop's channel. Errors: a time that is out of range.
    package func grace() throws(ConfigurationError) -> Duration {
        let seconds = engine?.graceSeconds ?? 120
        guard (0...3600).contains(seconds) else {
            throw ConfigurationError(reason: "“engine.graceSeconds”: \(seconds) is not between 0 and 3600")
        }
        return .seconds(seconds)
    }
}
