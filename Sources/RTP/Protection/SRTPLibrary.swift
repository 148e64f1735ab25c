import CSRTP

/// libsrtp as a whole, which must be woken once in a process.
package enum SRTPLibrary {
    /// Whether libsrtp is ready. The first to ask pays for its self-tests and for NSS, about 25 ms in all: a program asks when it starts, so
    /// that no call pays.
    package static let isReady: Bool = {
        guard srtp_init() == srtp_err_status_ok else { return false }
        // Its complaints would go to stdout, where only frames may go; what went wrong is in its answers anyhow.
        return srtp_install_log_handler(nil, nil) == srtp_err_status_ok
    }()
}
