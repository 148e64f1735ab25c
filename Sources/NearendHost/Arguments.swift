/// What the host was started with. Browsers give the caller's origin first (Chrome, and the path of the manifest and an id in Firefox).
enum Arguments: Sendable {
    case help
    case version
    case serve(origin: String)
    case wrong(String)

    static let usage = """
        nearend-host: the media engine behind the Nearend browser extension

        A browser starts it for the extension and talks to it over standard input and output (native messaging). There is nothing to do
        by hand; scripts/install.sh tells the browsers where it is.

        USAGE: nearend-host ORIGIN
               nearend-host --help | --version

          ORIGIN   the caller, such as chrome-extension://ID/; must be one that the configuration allows

        CONFIGURATION (JSON): the file that NEAREND_CONFIG names, else ~/.config/nearend/host.json, else /etc/nearend/host.json
          {"allowedOrigins": ["chrome-extension://ID/"],
           "devices": {"alsa": {"capture": "default", "playback": "default"}},
           "log": {"level": "notice", "file": "/tmp/nearend.log"},
           "remoteDesktop": {"channel": "auto", "socket": "/run/xrdp/sockdir/xrdpapi_10"}, "engine": {"graceSeconds": 120}}
          Instead of "alsa", "virtual" {"microphone": FILE.wav, "loops": true, "loudspeaker": FILE.wav} stands in for sound hardware.

        Inside a remote desktop the host does not run the engine but relays to the one on the user's device ("remoteDesktop.channel": "auto", "none",
        "xrdp", "unix", "tls" or "vsock"; docs/administration.md).

        Logs go to standard error, and to "log.file" where one is named.

        EXIT STATUS: 0 the browser ended the link, 1 the configuration or the devices cannot be used, 2 wrong arguments,
          3 the origin is not allowed, 65 the browser's stream broke,
          69 the engine on the device behind a remote desktop cannot be reached, 76 the extension speaks another version of the protocol
        """

    init(_ arguments: some Collection<String>) {
        guard let first = arguments.first else {
            self = .wrong("the caller's origin is missing")
            return
        }
        switch first {
        case "--help", "-h": self = .help
        case "--version": self = .version
        case _ where first.contains("://"): self = .serve(origin: first)
        case _ where first.hasSuffix(".json") && arguments.count > 1:
            // Firefox: the manifest's path, then the extension's id.
            self = .serve(origin: arguments.dropFirst().first.map { "moz-extension://\($0)/" } ?? first)
        default: self = .wrong("“\(first)” is no origin")
        }
    }
}
