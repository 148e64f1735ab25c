extension HostConfiguration {
    /// How long calls outlive the remote desktop's channel. Errors: a time that is out of range.
    package func grace() throws(ConfigurationError) -> Duration {
        let seconds = engine?.graceSeconds ?? 120
        guard (0...3600).contains(seconds) else {
            throw ConfigurationError(reason: "“engine.graceSeconds”: \(seconds) is not between 0 and 3600")
        }
        return .seconds(seconds)
    }
}
