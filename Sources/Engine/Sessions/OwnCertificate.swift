import Cryptography

/// A certificate that a page has asked for.
enum OwnCertificate {
    /// Its key is being made; keys of RSA take their time, on a thread of their own.
    case underWay
    case made(Certificate)
}
