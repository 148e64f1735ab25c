import JSEP
import Primitives
import SDP

/// A fingerprint that is well formed and nobody's.
func fingerprint(_ octet: String) -> SDPFingerprint {
    SDPFingerprint(algorithm: "sha-256", value: Array(repeating: octet, count: 32).joined(separator: ":"))
}

func makeNegotiator(
    _ seed: UInt64 = 1, bundlePolicy: NegotiatorConfiguration.BundlePolicy = .balanced,
    rtcpMuxPolicy: NegotiatorConfiguration.RTCPMuxPolicy = .require
) -> Negotiator {
    Negotiator(
        configuration: NegotiatorConfiguration(
            bundlePolicy: bundlePolicy, rtcpMuxPolicy: rtcpMuxPolicy, fingerprints: [fingerprint(seed % 2 == 0 ? "BB" : "AA")]),
        random: RandomSource(seed: seed))
}

/// A connection to which the page has added one microphone.
func makeCaller(
    _ seed: UInt64 = 1, bundlePolicy: NegotiatorConfiguration.BundlePolicy = .balanced,
    rtcpMuxPolicy: NegotiatorConfiguration.RTCPMuxPolicy = .require
) throws -> Negotiator {
    var negotiator = makeNegotiator(seed, bundlePolicy: bundlePolicy, rtcpMuxPolicy: rtcpMuxPolicy)
    try negotiator.addTransceiver(
        1, kind: .audio, sender: SenderSource(trackID: "mic\(seed)", streams: ["stream\(seed)"]), byAddTrack: true)
    return negotiator
}

/// One offer of `offerer`, answered by `answerer`.
@discardableResult
func negotiate(_ offerer: inout Negotiator, _ answerer: inout Negotiator) throws -> (atAnswerer: Changes, atOfferer: Changes) {
    let offer = try offerer.createOffer()
    _ = try offerer.setLocal(.offer, sdp: offer.sdp)
    let atAnswerer = try answerer.setRemote(.offer, sdp: offer.sdp)
    let answer = try answerer.createAnswer()
    _ = try answerer.setLocal(.answer, sdp: answer.sdp)
    let atOfferer = try offerer.setRemote(.answer, sdp: answer.sdp)
    return (atAnswerer, atOfferer)
}

/// The error a verb throws, and whether it has left the negotiator as it was.
func refusal(_ negotiator: inout Negotiator, _ verb: (inout Negotiator) throws -> Void) -> JSEPError? {
    let before = facts(negotiator)
    do {
        try verb(&negotiator)
        return nil
    } catch {
        guard facts(negotiator) == before else { return JSEPError(.typeError, "the verb that threw has changed something") }
        return error as? JSEPError
    }
}

/// All the page can see, as text.
func facts(_ negotiator: Negotiator) -> String {
    var text = "\(negotiator.signalingState) \(negotiator.canTrickleIceCandidates as Bool?)"
    for description in [
        negotiator.currentLocalDescription, negotiator.pendingLocalDescription, negotiator.currentRemoteDescription,
        negotiator.pendingRemoteDescription,
    ] {
        text += "\n\(description?.type.rawValue ?? "none") \(description?.sdp ?? "")"
    }
    for transceiver in negotiator.transceivers {
        text += "\n\(transceiver.handle) \(transceiver.mid ?? "-") \(transceiver.direction) \(String(describing: transceiver.currentDirection))"
        text += " \(transceiver.phase) \(transceiver.remoteStreams)"
    }
    return text + "\n\(negotiator.mediaPlan)"
}

/// The lines of a description that begin so.
func lines(_ sdp: String?, _ prefixes: String...) -> [String] {
    (sdp ?? "").split(separator: "\r\n").map(String.init).filter { line in prefixes.contains { line.hasPrefix($0) } }
}

/// `text` with every line that begins with one of the prefixes taken out.
func without(_ text: String, _ prefixes: String...) -> String {
    text.split(separator: "\r\n").filter { line in !prefixes.contains { line.hasPrefix($0) } }.joined(separator: "\r\n") + "\r\n"
}

extension String {
    /// Every `old` changed to `new`. It has to be there.
    func changing(_ old: String, to new: String) -> String {
        let parts = split(separator: old, omittingEmptySubsequences: false)
        precondition(parts.count > 1, "there is no “\(old)” to change")
        return parts.joined(separator: new)
    }
}
