import CALSA
import Glibc

/// Turns the library's negative numbers into errors.
enum ALSAError {
    /// The library's words for a code.
    static func text(_ code: Int32) -> String { String(cString: snd_strerror(code)) }

    /// What a failure to open or to set up a device is to whoever asked for it.
    static func opening(_ name: String, _ step: String, _ code: Int32) -> AudioDeviceError {
        let kind: AudioDeviceError.Code =
            switch -code {
            case ENOENT, ENODEV, ENXIO: .notFound
            case EACCES, EPERM: .notPermitted
            default: .notReadable
            }
        return AudioDeviceError(kind, "the sound device “\(name)” cannot be \(step): \(text(code))")
    }
}
