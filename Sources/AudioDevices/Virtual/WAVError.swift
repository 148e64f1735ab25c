/// Why a WAV file cannot be used, in a sentence for a person.
struct WAVError: Error, Sendable, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
