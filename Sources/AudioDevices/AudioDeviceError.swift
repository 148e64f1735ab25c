/// Why a device cannot be used. Equal when the code is.
package struct AudioDeviceError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// There is no such device (`NotFoundError` to the page).
        case notFound
        /// It is there, but cannot be opened or has failed (`NotReadableError`).
        case notReadable
        /// The system does not let us (`NotAllowedError`).
        case notPermitted
        /// The audio system has been stopped.
        case stopped
    }

    package let code: Code
    /// A sentence for the log, with the device's name.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
