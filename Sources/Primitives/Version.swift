/// The version of everything built from this package; the extension has its own in its manifest.
package enum Version {
    package static let current = "0.1.0"
}
