/// A document wants its calls to outlive it: the secret by which they are taken back, and for how long they wait.
struct KeepRequest: Sendable {
    /// 256 random bits in hexadecimal digits; never logged.
    let token: String
    var time: Duration

    /// Takes the same time wherever the two differ.
    func isNamed(by other: String) -> Bool {
        guard token.utf8.count == other.utf8.count else { return false }
        return zip(token.utf8, other.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
