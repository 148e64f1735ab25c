import ArgumentParser

/// The operator's command. The browser starts `nearend-host`, never this one.
@main
struct Nearend: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nearend",
        abstract: "Tools around the media redirection of browser calls.",
        subcommands: [Echo.self, Devices.self, ServeEngine.self, Report.self, Mute.self, Unmute.self]
    )
}
