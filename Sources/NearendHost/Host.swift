import AudioDevices
import CallProtocol
import Engine
import Glibc
import Logging
import NIOCore
import NativeMessaging
import Primitives

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
        let configuration: HostConfiguration
        let devices: DeviceConfiguration
        do throws(ConfigurationError) {
            configuration = try HostConfiguration.load()
            devices = try configuration.deviceConfiguration()
            try HostLog.install(configuration.log)
        } catch {
            refuseWithoutLoop(error)
        }
        let logger = Logger(label: "nearend-host")
        let handler = LinkHandler()
        let opened = StandardStreams.open(on: NetworkLoop.eventLoop) { channel in
            try channel.pipeline.syncOperations.addHandlers(
                ByteToMessageHandler(NativeMessageDecoder()), MessageToByteHandler(NativeMessageEncoder()), handler)
        }
        opened.whenComplete { result in
            switch result {
            case .success(let channel):
                NetworkLoop.assumeIsolated {
                    start(on: channel, handler: handler, isAllowed: configuration.allows(origin), origin: origin, devices: devices, logger)
                }
            case .failure(let error):
                logger.critical("standard input and output cannot be used", metadata: ["reason": "\(error)"])
                exit(ExitStatus.unusable.rawValue)
            }
        }
        while true { pause() }
    }

    @NetworkLoop
    private static func start(
        on channel: any Channel, handler: LinkHandler, isAllowed: Bool, origin: String, devices: DeviceConfiguration, _ logger: Logger
    ) {
        guard isAllowed else {
            let error = ProtocolError(.originNotAllowed, "This host does not serve \(origin); its configuration allows other origins.")
            return refuse(channel, handler, with: error, status: .originNotAllowed, logger)
        }
        do {
            let engine = try CallEngine(devices: devices, logger: logger)
            handler.attach(HostLink(engine: engine, channel: channel, logger: logger)) { status in
                engine.stop()
                exit(status.rawValue)
            }
        } catch {
            let refusal = ProtocolError(.microphoneNotReadable, "The sound devices cannot be used: \(error)")
            refuse(channel, handler, with: refusal, status: .unusable, logger)
        }
    }

    /// Says in a frame why there is no link, and ends the process with `status` when the frame is out.
    @NetworkLoop
    private static func refuse(_ channel: any Channel, _ handler: LinkHandler, with error: ProtocolError, status: ExitStatus, _ logger: Logger) {
        logger.critical("link refused", metadata: ["reason": "\(error)"])
        channel.writeAndFlush(HelloRefusal(error: error).text).whenComplete { _ in exit(status.rawValue) }
    }

    /// Says to log and browser that the configuration cannot be used, and ends the process.
    private static func refuseWithoutLoop(_ error: ConfigurationError) -> Never {
        HostLog.complain("\(error)")
        let refusal = HelloRefusal(error: ProtocolError(.configurationInvalid, "The host's configuration cannot be used. \(error)"))
        if let streams = try? StandardStreams.takeOver() { streams.writeBlocking(refusal.text) }
        exit(ExitStatus.unusable.rawValue)
    }
}
