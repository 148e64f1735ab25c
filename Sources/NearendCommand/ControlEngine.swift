import ArgumentParser
import EngineService
import JSONCoding

/// What `report`, `mute` and `unmute` have in common.
struct ControlOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The engine's unix socket, where it is not where it always is.", valueName: "path"))
    var socket: String?

    func perform(_ command: EngineCommand) throws -> EngineReport {
        do throws(ControlClient.Problem) {
            return try ControlClient.perform(command, at: EngineSocket.controlPath(of: socket ?? EngineSocket.standardPath))
        } catch {
            HostLog.complain("\(error)", program: "nearend")
            throw ExitCode.failure
        }
    }
}

/// `nearend mute`: the hard mute of this device.
struct Mute: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mute this device's microphones for all remote desktops.",
        discussion: "Pages see their microphones muted and cannot undo it; “nearend unmute” can.")

    @OptionGroup var options: ControlOptions

    func run() throws {
        _ = try options.perform(.mute)
        print("Microphones are muted.")
    }
}

/// `nearend unmute`: takes the hard mute back.
struct Unmute: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give this device's microphones back to remote desktops.")

    @OptionGroup var options: ControlOptions

    func run() throws {
        _ = try options.perform(.unmute)
        print("Microphones are given back.")
    }
}
