/// What a transceiver carries. Video is negotiated as a browser does and then never sent or shown: its receivers stay muted.
package enum MediaKind: String, Sendable, Hashable {
    case audio, video
}
