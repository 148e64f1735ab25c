/// A parser of bytes that anybody may have sent, and what must hold whatever they are.
///
/// `run` traps where a promise is broken. It is called by libFuzzer (Tests/Fuzzing) and, with what libFuzzer has found, by the tests of
/// every build (Tests/FuzzingReplayTests).
package protocol FuzzEntry: SendableMetatype {
    /// The name of its folders and of its program.
    static var name: String { get }
    static func run(_ bytes: [UInt8])
}

/// All of them.
package enum FuzzEntries {
    package static let all: [any FuzzEntry.Type] = [
        FrameDecoderEntry.self, MessageDecoderEntry.self, SDPEntry.self, CandidateEntry.self, STUNEntry.self, RTPEntry.self, RTCPEntry.self,
        TelephoneEventEntry.self, EstablishmentEntry.self, SCTPEntry.self, ChannelFrameEntry.self,
        RedundancyEntry.self, RelayStreamEntry.self, CompressedMessageEntry.self, TransportFeedbackEntry.self, ComfortNoiseEntry.self,
    ]
}
