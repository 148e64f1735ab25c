import Foundation

/// A sound server of our own with a loudspeaker and a microphone that exist in its memory only:
/// what is played into `micin` is recorded from `vmic`, what is played into `spk` is recorded from `spk.monitor`.
final class PulseAudioServer {
    private static let script = """
        load-module module-native-protocol-unix socket=SOCKET auth-anonymous=1
        load-module module-null-sink sink_name=spk rate=48000 channels=2 format=s16le
        load-module module-null-sink sink_name=micin rate=48000 channels=1 format=s16le
        load-module module-remap-source master=micin.monitor source_name=vmic channels=1
        set-default-sink spk
        set-default-source vmic
        """

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/pulseaudio") && plugin != nil }
    private static var plugin: String? {
        ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }

    let directory: URL
    private var process = Process()

    /// Points this process's PulseAudio clients at the new server.
    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("nearend-pulse-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let script = Self.script.replacingOccurrences(of: "SOCKET", with: socket)
        try script.write(to: directory.appendingPathComponent("script.pa"), atomically: true, encoding: .utf8)
        setenv("PULSE_SERVER", "unix:\(socket)", 1)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    private var socket: String { directory.appendingPathComponent("native").path }

    func start() throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/pulseaudio")
        process.arguments = [
            "-n", "-F", directory.appendingPathComponent("script.pa").path, "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
            "--disable-shm=yes", "--log-level=error",
        ]
        process.environment = ["HOME": directory.path, "XDG_RUNTIME_DIR": directory.path, "PATH": "/usr/bin:/bin"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<250 where !FileManager.default.fileExists(atPath: socket) { usleep(20_000) }
    }

    /// It neither answers nor goes away.
    func suspend() { _ = Foundation.kill(process.processIdentifier, SIGSTOP) }
    func resume() { _ = Foundation.kill(process.processIdentifier, SIGCONT) }

    /// As a crash would have it.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: socket)
    }
}
