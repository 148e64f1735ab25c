/// What an agent is to use beside its own addresses.
package struct ICEConfiguration: Sendable, Hashable {
    /// Asked from each base of the same address family.
    package var servers: [STUNServer]

    package init(servers: [STUNServer] = []) { self.servers = servers }
}
