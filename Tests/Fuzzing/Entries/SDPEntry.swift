import SDP

/// A session description: what is read is written so that it reads the same.
package enum SDPEntry: FuzzEntry {
    package static let name = "sdp"

    package static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let session = try? SDPParser.parse(text) else { return }
        let written = SDPWriter.write(session)
        precondition((try? SDPParser.parse(written)) == session, "a description that was written reads as what it was")
        for index in session.media.indices { readAll(session, index) }
        _ = (session.bundleGroups, session.isICELite)
    }

    /// Everything that is parsed only when asked for.
    private static func readAll(_ session: SessionDescription, _ index: Int) {
        let media = session.media[index]
        _ = (media.connection, media.mid, media.isBundleOnly, media.isRejected, media.rtpMaps, media.formatParameters)
        _ = (media.rtcpFeedback, media.streamIdentifications, media.sourceAttributes, media.candidates, media.packetTime)
        _ = (media.maximumPacketTime, media.sctpPort, media.extensionMaps, media.iceOptions, media.setup, media.writtenDirection)
        _ = (session.iceUsernameFragment(at: index), session.icePassword(at: index), session.fingerprints(at: index))
    }
}
