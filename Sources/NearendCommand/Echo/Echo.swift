import ArgumentParser
import Glibc
import NIOCore
import NIOPosix

/// `nearend echo`: a far end to call, its signalling, and the softphone page to call it with.
struct Echo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a softphone page and a far end to call with it.",
        discussion: """
            Open the printed address in a browser. Two browsers in one room call each other; in a room whose name begins with \
            “\(RoomTable.farEndRoomPrefix)” the built-in far end answers, or calls when it is asked to. Ends with control-C.
            """
    )

    @Option(help: "The address to listen on. A page may use a microphone only over loopback or TLS.")
    var address = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8470

    @Option(help: ArgumentHelp("A folder whose files are served instead of the built-in softphone page.", valueName: "folder"))
    var page: String?

    @Option(help: ArgumentHelp("A WAV file the built-in far end plays; without one it echoes what it hears.", valueName: "file"))
    var play: String?

    @Option(
        help: ArgumentHelp("A folder into which the built-in far end records what it hears, one WAV file per call.", valueName: "folder"))
    var record: String?

    @Flag(help: "When ready, print one line of JSON with the chosen port and the addresses.")
    var jsonReady = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535, not \(port).") }
    }

    func run() throws {
        let page = try page.map { try SoftphonePage(folder: $0) } ?? .builtIn
        // Before any thread is made, so that every thread inherits the mask and only `wait` below takes these signals.
        let endings = TerminationSignals()
        let eventLoop = FarEnds.eventLoop
        let farEnds = try FarEnds.make(playing: play, recordingInto: record)
        let server: SignallingServer
        do {
            server = try SignallingServer.start(on: eventLoop, address: address, port: port, page: page, farEnds: farEnds).wait()
        } catch let error as IOError {
            throw ListeningError(address: address, port: port, reason: String(cString: strerror(error.errnoCode)))
        }
        let announcement = ReadyAnnouncement(address: address, port: server.port)
        print(jsonReady ? announcement.json : announcement.sentence)
        fflush(nil)
        endings.wait()
        try server.stop().wait()
    }
}
