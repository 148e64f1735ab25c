/// The extension that this host belongs to.
package enum ShippedExtension {
    /// The first 32 hexadecimal digits of the SHA-256 of the `key` in extension-manifest/manifest.json, as letters a…p. A test compares the two.
    package static let id = "lfjlffnkloamllelijjifaehhgcjbiii"
    /// The name under which browsers know this host.
    package static let hostName = "com.nearend.host"
}
