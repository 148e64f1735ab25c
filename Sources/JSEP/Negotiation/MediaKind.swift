/// What a transceiver carries. Of video we only negotiate that there is none.
package enum MediaKind: String, Sendable, Hashable {
    case audio, video
}
