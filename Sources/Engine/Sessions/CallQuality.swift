import JSEP
import Playout
import RTP

/// What a person, or the E-model (ITU-T G.107), judges a call by: sums since the call began, and what was measured last.
///
/// Whoever reads takes the difference of two, so that the engine keeps no history for somebody who may never look.
struct CallQuality: Codable {
    var packetsSent = 0
    var packetsReceived = 0
    /// Of what was sent to us (RFC 3550 A.3).
    var packetsLost = 0
    /// Share of what we sent that the other side missed in its last report, 0…1; `nil` before one has come.
    var remoteFractionLost: Double?
    /// Of what comes (RFC 3550 §6.4.1), and of what we send as the other side has it.
    var jitterMs: Double?
    var remoteJitterMs: Double?
    var roundTripMs: Double?
    /// Played samples at 48 kHz, how many of them were made up, and how long in all they waited (seconds summed over samples).
    var playedSamples = 0
    var concealedSamples = 0
    var playoutDelay = 0.0
    var emittedSamples = 0
    /// Root mean square of the last 10 ms, 0…1.
    var microphoneLevel: Double?
    var farEndLevel: Double?

    @NetworkLoop
    init(peer: PeerConnection, media: ConnectionMedia) {
        for (handle, section) in peer.sections {
            let sender = section.reporter.sender
            packetsSent += sender.packetsSent
            if let remote = sender.remoteInbound {
                remoteFractionLost = max(remoteFractionLost ?? 0, remote.fractionLost)
                remoteJitterMs = max(remoteJitterMs ?? 0, remote.jitterSeconds * 1000)
                if let roundTrip = remote.roundTripTime { roundTripMs = max(roundTripMs ?? 0, roundTrip * 1000) }
            }
            for reception in section.reporter.receivers.values {
                packetsReceived += reception.packetsReceived
                packetsLost += reception.packetsLost
                jitterMs = max(jitterMs ?? 0, reception.jitterSeconds * 1000)
            }
            if let source = media.sourceStatistics(of: handle) { microphoneLevel = max(microphoneLevel ?? 0, Double(source.level)) }
            if let received = media.receptionStatistics(of: handle) {
                farEndLevel = max(farEndLevel ?? 0, Double(received.level.level))
                playedSamples += received.playout.totalSamplesReceived
                concealedSamples += received.playout.concealedSamples
                playoutDelay += received.playout.playoutDelay
                emittedSamples += received.playout.jitterBufferEmittedCount
            }
        }
        if roundTripMs == nil {
            let selected = peer.transports.values.lazy.compactMap { $0.secure.agent.pairStatistics.first(where: \.isSelected) }.first
            roundTripMs = selected?.currentRoundTripTime.map { $0.seconds * 1000 }
        }
    }
}
