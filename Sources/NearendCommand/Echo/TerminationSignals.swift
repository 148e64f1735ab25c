import Glibc

/// SIGINT and SIGTERM, taken by a thread that waits for them instead of by a handler that could do next to nothing.
struct TerminationSignals {
    private let set: sigset_t

    /// Blocks both in the calling thread and in all threads it makes from now on.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    /// Returns when one of them has come.
    func wait() {
        var set = set
        var signal: Int32 = 0
        while sigwait(&set, &signal) != 0 {}
    }
}
