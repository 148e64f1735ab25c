/// What the shape of a request does not say about its values: behind the door nobody checks them again.
extension Request {
    /// The loudest that a page may make anything: 24 dB above what came.
    private static let gains = 0.0...16.0
    /// Seconds: a day.
    private static let times = 0.0...86_400.0

    /// Why the request cannot be meant, or `nil`.
    var fault: String? {
        switch self {
        case .generateCertificate(let parameters):
            // Browsers make keys of this length too; longer ones take seconds.
            Self.minted(parameters.certificate, "certificate") ?? Self.range(parameters.modulusLength, 1024...8192, "modulusLength")
        case .createPeerConnection(let parameters): Self.minted(parameters.connection, "connection")
        case .addTransceiver(let parameters): Self.minted(parameters.transceiver, "transceiver")
        case .keepDocument(let parameters): Self.range(parameters.seconds, 0...86_400, "seconds")
        case .getUserMedia(let parameters): Self.minted(parameters.track, "track")
        case .cloneTrack(let parameters): Self.minted(parameters.track, "track")
        case .setMix(let parameters): Self.minted(parameters.track, "track") ?? Self.inputs(of: parameters)
        case .setPlayback(let parameters):
            Self.minted(parameters.playback, "playback") ?? Self.range(parameters.volume, 0...1, "volume") ?? Self.source(of: parameters)
        case .setParameters(let parameters):
            parameters.encodings.lazy.compactMap { Self.range($0.maxBitrate, 1...Int(UInt32.max), "maxBitrate") }.first
        case .addIceCandidate(let parameters):
            Self.range(parameters.candidate?.sdpMLineIndex, 0...Int(UInt16.max), "sdpMLineIndex")
        case .insertDTMF(let parameters):
            // webrtc-pc §8.2 has the page bring both into narrower limits; a gap may be 30 ms…, a tone 40…6000 ms.
            Self.range(parameters.duration, 0...6000, "duration") ?? Self.range(parameters.interToneGap, 0...60_000, "interToneGap")
        case .createDataChannel(let parameters):
            Self.minted(parameters.channel, "channel") ?? Self.range(parameters.maxPacketLifeTime, 0...65_535, "maxPacketLifeTime")
                ?? Self.range(parameters.maxRetransmits, 0...65_535, "maxRetransmits") ?? Self.range(parameters.id, 0...65_534, "id")
                // RFC 8832 §5.1 has 16 bits for their lengths.
                ?? Self.range(parameters.label.utf8.count, 0...65_535, "label") ?? Self.range(parameters.protocol?.utf8.count, 0...65_535, "protocol")
                ?? (parameters.maxPacketLifeTime != nil && parameters.maxRetransmits != nil
                    ? "“maxPacketLifeTime” and “maxRetransmits” exclude one another" : nil)
        case .watch(let parameters):
            Self.range(parameters.levels, 0...3_600_000, "levels") ?? Self.range(parameters.levelsAtOnce, 1...100, "levelsAtOnce")
                ?? Self.range(parameters.stats, 0...3_600_000, "stats")
        case .openDocument, .closeDocument, .setConfiguration, .setTransceiver, .stopTransceiver, .createOffer, .createAnswer,
            .setLocalDescription, .setRemoteDescription, .restartIce, .closePeerConnection, .getStats, .enumerateDevices, .setTrack,
            .stopTrack, .setReceiver, .provideSound, .closePlayback, .sendData, .closeDataChannel, .reclaim, .endKept, .status, .collectLog:
            nil
        }
    }

    /// Negative numbers are the engine's, and zero is nobody's.
    private static func minted(_ handle: some Handle, _ member: String) -> String? {
        handle.rawValue > 0 ? nil : "“\(member)” must be positive, since the page mints it"
    }

    private static func range<Number: Comparable>(_ value: Number?, _ range: ClosedRange<Number>, _ member: String) -> String? {
        guard let value, !range.contains(value) else { return nil }
        return "“\(member)” must be within \(range.lowerBound)…\(range.upperBound)"
    }

    /// A receiver is named by its connection and transceiver, a local track by itself.
    private static func source(of parameters: SetPlayback) -> String? {
        let isClear = parameters.sources.allSatisfy { source in
            let isReceiver = source.connection != nil && source.transceiver != nil
            let isWhole = isReceiver || (source.connection == nil && source.transceiver == nil)
            return isWhole && [isReceiver, source.track != nil, source.sound != nil].count(where: \.self) == 1
                && range(source.position, times, "position") == nil && range(source.gain, gains, "gain") == nil
        }
        return isClear ? nil : "each of “sources” must name a connection and a transceiver, or a track, or a sound and a position in it"
    }

    private static func inputs(of parameters: SetMix) -> String? {
        guard Set(parameters.inputs.map(\.input)).count == parameters.inputs.count else { return "each of “inputs” must have a number of its own" }
        return parameters.inputs.lazy.compactMap(fault).first
    }

    private static func fault(of input: SetMix.Input) -> String? {
        let isReceiver = input.connection != nil && input.transceiver != nil
        let isWhole = isReceiver || (input.connection == nil && input.transceiver == nil)
        guard isWhole, [isReceiver, input.track != nil, input.sound != nil, input.tone != nil].count(where: \.self) == 1,
            (input.tone == nil) == (input.frequency == nil)
        else { return "each of “inputs” must name a connection and a transceiver, or a track, or a sound, or a tone and its frequency" }
        return range(input.gain, gains, "gain") ?? range(input.frequency, 0...24_000, "frequency") ?? range(input.delay, times, "delay")
            ?? range(input.end, times, "end") ?? range(input.position, times, "position") ?? range(input.loopStart, times, "loopStart")
            ?? range(input.loopEnd, times, "loopEnd")
    }
}
