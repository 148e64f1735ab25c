/// How much of a session description we are willing to read.
///
/// Chromium's own offer with audio, video and data is about 7 kB, 180 lines and 3 sections; a conference may have a hundred
/// sections.
package enum SDPLimits {
    package static let bytes = 512 * 1024
    package static let lineBytes = 16 * 1024
    package static let lines = 16_384
    package static let mediaSections = 256
}
