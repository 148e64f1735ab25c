import ArgumentParser
import Engine
import EngineService
import JSONCoding

/// `nearend report`: whom this device's engine serves, over which paths, and what crosses the channel.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell whom this device's engine serves, and what crosses the remote desktop's channel.")

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: ControlOptions

    func run() throws {
        let report = try options.perform(.report)
        guard !json else { return print(String(decoding: try JSONText.write(JSONValue(encoding: report)), as: UTF8.self)) }
        print("Engine \(report.version)\(report.isMuted ? ", microphones muted on this device" : "")")
        if report.sessions.isEmpty { print("It serves no remote desktop now.") }
        for session in report.sessions { describe(session) }
        for call in report.kept {
            print("\n\(call.desktop): a call of \(call.origin) goes on for \(call.seconds) s more, in which the page may take it back")
        }
    }

    private func describe(_ session: EngineReport.Session) {
        let traffic = session.channel
        let seconds = max(session.seconds, 0.001)
        print("\n\(traffic.desktop)\(session.isConnected ? "" : " (its client is away; calls go on)")")
        print("  since            \(Int(session.seconds)) s, channel lost \(traffic.losses) times")
        print("  to this device   \(traffic.bytesToDevice) bytes, \(Int(Double(traffic.bytesToDevice) / seconds)) a second")
        print("  to the desktop   \(traffic.bytesToDesktop) bytes, \(Int(Double(traffic.bytesToDesktop) / seconds)) a second")
        let kinds = traffic.kinds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.bytesToDevice + $0.value.bytesToDesktop)" }
        print("  of messages      \(kinds.isEmpty ? "none yet" : kinds.joined(separator: ", "))")
        print("  media among it   none: the protocol has no message that carries any")
        for document in session.status.documents {
            print("  \(document.origin)\(document.microphone.map { ", microphone: \($0)" } ?? "")")
            for connection in document.connections {
                let codec = [connection.codec, connection.srtpProfile].compactMap { $0 }.joined(separator: ", ")
                print("    call \(connection.connection): \(connection.state)\(codec.isEmpty ? "" : ", \(codec)")")
                if let local = connection.localCandidate, let remote = connection.remoteCandidate {
                    print("      \(local)\n      \(remote)")
                }
            }
        }
    }
}
