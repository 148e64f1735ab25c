import AudioDevices
import CallProtocol
import Engine
import EngineService
import Glibc
import Logging
import NIOCore
import NativeMessaging
import Primitives
import RemoteDesktop

/// The process that a browser starts: serves one link, and ends with it.
@main
enum Host {
    static func main() {
        switch Arguments(CommandLine.arguments.dropFirst()) {
        case .help: print(Arguments.usage)
        case .version: print("nearend-host \(Version.current)")
        case .wrong(let complaint):
            HostLog.complain("\(complaint)\n\n\(Arguments.usage)")
            exit(ExitStatus.wrongArguments.rawValue)
        case .serve(let origin): serve(origin: origin)
        }
    }

    /// Never returns: the network loop ends the process when the link has ended.
    private static func serve(origin: String) -> Never {
        let streams: StandardStreams
        do throws(NativeMessagingError) {
            streams = try StandardStreams.takeOver()
        } catch {
            HostLog.complain("\(error)")
            exit(ExitStatus.unusable.rawValue)
        }
        let configuration: HostConfiguration
        let devices: DeviceConfiguration
        let session: RemoteSession
        do throws(ConfigurationError) {
            configuration = try HostConfiguration.load()
            devices = try configuration.deviceConfiguration()
            try HostLog.install(configuration.log)
            session = try RemoteSession.find(configuration)
        } catch {
            HostLog.complain("\(error)")
            refuse(streams, ProtocolError(.configurationInvalid, "The host's configuration cannot be used. \(error)"), .unusable)
        }
        let logger = Logger(label: "nearend-host")
        guard configuration.allows(origin) else {
            let error = ProtocolError(.originNotAllowed, "This host does not serve \(origin); its configuration allows other origins.")
            logger.critical("link refused", metadata: ["reason": "\(error)"])
            refuse(streams, error, .originNotAllowed)
        }
        switch session {
        case .local: break
        case .remote(let transport):
            NetworkLoop.execute { relay(streams, over: transport, logger) }
            while true { pause() }
        case .remoteWithoutChannel(let reason):
            logger.critical("link refused", metadata: ["reason": "\(reason)"])
            refuse(streams, ProtocolError(.noChannel, reason), .unreachable)
        }
        NetworkLoop.execute { start(streams, devices, configuration, logger) }
        // Nobody waits for this thread: it does what the first call would have to wait for.
        CallEngine.prepare()
        while true { pause() }
    }

    @NetworkLoop
    private static func start(_ streams: StandardStreams, _ devices: DeviceConfiguration, _ configuration: HostConfiguration, _ logger: Logger) {
        let engine: CallEngine
        do {
            // A call outlives its document here, and no browser.
            let kept = KeptCalls(longest: try configuration.grace())
            engine = try CallEngine(devices: devices, network: configuration.networkPolicy, kept: kept, logger: logger)
        } catch {
            let refusal = ProtocolError(.microphoneNotReadable, "The sound devices cannot be used: \(error)")
            logger.critical("link refused", metadata: ["reason": "\(refusal)"])
            refuse(streams, refusal, .unusable)
        }
        engine.recentLog = { RecentLog.shared.all }
        // The link is there before the channel reads its first byte.
        streams.openChannel(on: NetworkLoop.eventLoop) { channel in
            let handler = NetworkLoop.assumeIsolated {
                LinkHandler(HostLink(engine: engine, port: PipePort(channel), place: "in-process", logger: logger)) { status in
                    engine.stop()
                    exit(status.rawValue)
                }
            }
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(NativeMessageDecoder()), MessageToByteHandler(NativeMessageEncoder()), handler)
        }.whenFailure { error in
            logger.critical("standard input and output cannot be used", metadata: ["reason": "\(error)"])
            exit(ExitStatus.unusable.rawValue)
        }
    }

    /// Inside a remote desktop: no engine here, but the way to the one on the user's device.
    @NetworkLoop
    private static func relay(_ streams: StandardStreams, over transport: any VirtualChannel, _ logger: Logger) {
        streams.openChannel(on: NetworkLoop.eventLoop) { channel in
            let handler = NetworkLoop.assumeIsolated {
                RelayHandler(Relay(over: transport, browser: channel, logger: logger)) { status in exit(status.rawValue) }
            }
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(NativeMessageDecoder()), MessageToByteHandler(NativeMessageEncoder()), handler)
        }.whenFailure { error in
            logger.critical("standard input and output cannot be used", metadata: ["reason": "\(error)"])
            exit(ExitStatus.unusable.rawValue)
        }
    }

    /// Says in a frame why there is no link, and ends the process.
    private static func refuse(_ streams: StandardStreams, _ error: ProtocolError, _ status: ExitStatus) -> Never {
        streams.writeBlocking(HelloRefusal(error: error).text)
        exit(status.rawValue)
    }
}
