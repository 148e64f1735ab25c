import Glibc

/// Starts threads; all else about them is their own business.
enum Thread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body` once. Whoever starts it joins it. Signals are left to the other threads.
    ///
    /// - Parameter name: at most 15 bytes, as `top` shows it.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(AudioDeviceError) -> pthread_t {
        let context = Unmanaged.passRetained(
            Body {
                setName(name)
                body()
            })
        var thread = pthread_t()
        var everySignal = sigset_t()
        var former = sigset_t()
        sigfillset(&everySignal)
        pthread_sigmask(SIG_SETMASK, &everySignal, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw AudioDeviceError(.notReadable, "no thread “\(name)”: \(String(cString: strerror(code)))")
        }
        return thread
    }

    /// Names the calling thread (proc(5), `/proc/thread-self/comm`); the C library's function for it is not seen by Swift.
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = Array(name.utf8.prefix(15)).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
