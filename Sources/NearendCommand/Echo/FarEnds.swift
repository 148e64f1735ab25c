import AudioDevices
import Engine
import Glibc
import Logging
import NIOCore

/// Where the far ends of `nearend echo` come from: each call gets an engine of its own, whose microphone is a speech file or
/// hears what the call plays.
struct FarEnds: FarEndFactory {
    /// The loop on which signalling and far ends live.
    static var eventLoop: any EventLoop { NetworkLoop.eventLoop }

    /// `nil`: what is heard is sent back.
    private let speech: String?
    /// `nil`: what is heard is not kept.
    private let folder: String?
    private let logger = Logger(label: "nearend-echo")

    /// Errors: a speech file or folder that is not there.
    static func make(playing speech: String?, recordingInto folder: String?) throws -> any FarEndFactory {
        if let speech, access(speech, R_OK) != 0 { throw FarEndError(reason: "\(speech): \(String(cString: strerror(errno)))") }
        if let folder, mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw FarEndError(reason: "\(folder): \(String(cString: strerror(errno)))")
        }
        return FarEnds(speech: speech, folder: folder)
    }

    func makeFarEnd(room: String, send: @escaping (SignallingMessage) -> Void) -> any FarEnd {
        let path = folder.map { "\($0)/\(Self.fileName(room)).wav" } ?? "/dev/null"
        let devices = DeviceConfiguration.virtual(microphone: speech, loops: true, loudspeaker: path)
        // The server calls us on this loop, and `send` stays there.
        let bound = NIOLoopBound(send, eventLoop: Self.eventLoop)
        return NetworkLoop.assumeIsolated { EngineFarEnd(devices: devices, logger: logger) { message in bound.value(message) } }
    }

    /// Rooms are named by strangers; their recordings stay in the folder.
    private static func fileName(_ room: String) -> String {
        let name = room.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) ? String(scalar) : "-"
        }.joined()
        return String(name.prefix(64))
    }
}

/// Why `nearend echo` cannot have a far end.
struct FarEndError: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
}
