import AudioCodecs
import AudioCore
import Foundation
import Playout
import Primitives
import RTP

/// Plays packet traces through the engine's receiving side in virtual time: a thousand seconds of a call in a few of ours.
///
///     listening play TRACE [--wav FILE] [--phase MS] [--pcmu N] [--pcma N] [--seconds S]
///     listening make WAV TRACE [--codec opus|PCMU|PCMA] [--loss 0…1] [--bitrate N] [--fec 0|1] [--dtx 0|1] [--repeat N] [--ptime MS]
///                             [--ages BITS] [--copies N] [--lost FILE]
///
/// The bits of `--ages` say which frames are sent again beside each (RFC 2198): 1 is the one before, 2 the one before that, 3 both; `--copies` with how
/// many bits a second, if not as they were. With `--lost`, a file that has a byte for each packet (1: lost), the sender hears of that and does as the
/// engine does.
///
/// `play` prints what the playout counted, as JSON; `make` writes what our encoder sends of a recording, on an even clock.
@main struct Listening {
    static func main() throws {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        switch arguments.words.first {
        case "play" where arguments.words.count == 2:
            try Player(arguments).play(arguments.words[1])
        case "make" where arguments.words.count == 3:
            try Maker(arguments).make(arguments.words[1], into: arguments.words[2])
        case _:
            FileHandle.standardError.write(Data("listening play TRACE …, or listening make WAV TRACE …\n".utf8))
            exit(64)
        }
    }
}
