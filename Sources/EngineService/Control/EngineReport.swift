import Engine

/// What `nearend report` shows: whom this device's engine serves, and what of it crosses the remote desktop's channel.
package struct EngineReport: Codable, Sendable {
    package struct Session: Codable, Sendable {
        package var channel: ChannelTraffic
        /// Not while the remote desktop's client is away; the calls go on then.
        package var isConnected: Bool
        package var seconds: Double
        package var status: EngineStatus
    }

    package var version: String
    /// Muted by the person at the device; no page can undo it.
    package var isMuted: Bool
    package var sessions: [Session]
    /// Calls that wait for the next document of a page that has gone.
    package var kept: [KeptCalls.Holding]
}
