import ArgumentParser
import AudioDevices
import Engine
import EngineService
import Glibc
import Logging
import NIOCore

/// `nearend engine`: the engine of the logged-in user on the agent's device, for softphones in remote desktops.
struct ServeEngine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Run the media engine of this device for softphones in remote desktops.",
        discussion: """
            The remote desktop's client brings the desktop's messages to the engine's socket. Calls outlive the client for the time that the \
            configuration gives (engine.graceSeconds, 120). One engine serves one user; a second one ends at once, with status 0.
            """
    )

    @Option(help: ArgumentHelp("The unix socket to listen at.", valueName: "path"))
    var socket: String?

    func run() throws {
        let endings = TerminationSignals()
        signal(SIGPIPE, SIG_IGN)
        let configuration = try HostConfiguration.load()
        let devices = try configuration.deviceConfiguration()
        let grace = try configuration.grace()
        try HostLog.install(configuration.log)
        let logger = Logger(label: "nearend-engine")
        let path = socket ?? EngineSocket.standardPath
        CallEngine.prepare()
        let listening = NetworkLoop.eventLoop.flatSubmit {
            do {
                let server = NetworkLoop.assumeIsolated {
                    EngineServer(
                        devices: devices, network: configuration.networkPolicy, microphone: configuration.microphonePolicy, answers: ConsentStore(),
                        grace: grace, logger: logger)
                }
                return try EngineSocket.listen(at: path, server: server, logger: logger).flatMap { _ in
                    EngineSocket.listenForCommands(at: path, server: server, logger: logger)
                }.flatMapThrowing { _ in try configuration.listen(for: server, logger: logger) }.flatMap { $0 }.map { server }
            } catch {
                return NetworkLoop.eventLoop.makeFailedFuture(error)
            }
        }
        let server: EngineServer
        do {
            server = try listening.wait()
        } catch let problem as EngineSocket.Problem where problem.isServedAlready {
            HostLog.complain("\(problem)", program: "nearend")
            return
        } catch {
            HostLog.complain("\(path) cannot be served: \(error)", program: "nearend")
            throw ExitCode.failure
        }
        logger.notice("listening", metadata: ["socket": "\(path)"])
        endings.wait()
        try NetworkLoop.eventLoop.submit { NetworkLoop.assumeIsolated { server.stop() } }.wait()
    }
}
