/// How long a message may be, as the browsers enforce it: Chrome's page on native messaging, kept by Edge, Brave and Firefox alike.
package enum NativeMessageLimits {
    /// Bytes of the length before each message.
    package static let headerLength = 4
    /// Browser to host, in bytes, the length itself not counted: 64 MiB.
    package static let fromBrowser = 64 * 1024 * 1024
    /// Host to browser, in bytes, the length itself not counted: 1 MiB. The browser drops a host that sends more.
    package static let toBrowser = 1024 * 1024
}
