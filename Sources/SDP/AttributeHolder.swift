/// What has `a=` lines: the session, and each media section.
package protocol AttributeHolder {
    /// In the order they were written.
    var attributes: [SDPAttribute] { get set }
}

extension AttributeHolder {
    /// The value of the first attribute of that name that has one.
    package func value(of name: String) -> String? {
        for attribute in attributes where attribute.name == name {
            if let value = attribute.value { return value }
        }
        return nil
    }

    /// The values of all attributes of that name.
    package func values(of name: String) -> [String] {
        attributes.compactMap { $0.name == name ? $0.value : nil }
    }

    package func has(_ name: String) -> Bool { attributes.contains { $0.name == name } }

    package mutating func append(_ name: String, _ value: String? = nil) { attributes.append(SDPAttribute(name, value)) }

    package mutating func removeAll(_ name: String) { attributes.removeAll { $0.name == name } }

    /// Puts `value` where the first attribute of that name stands, or at the end, and removes any further ones.
    package mutating func set(_ name: String, _ value: String?) {
        guard let index = attributes.firstIndex(where: { $0.name == name }) else { return append(name, value) }
        attributes[index].value = value
        let head = attributes[...index]
        attributes = Array(head) + attributes[(index + 1)...].filter { $0.name != name }
    }

    // MARK: What may stand at session level as a default for all sections, or in a section

    package var iceUsernameFragment: String? { value(of: "ice-ufrag") }
    package var icePassword: String? { value(of: "ice-pwd") }
    /// The tags of all `a=ice-options` lines (RFC 8839 §5.6).
    package var iceOptions: [String] { values(of: "ice-options").flatMap { $0.fields() } }
    /// RFC 8122 §5; there may be several, of one certificate or of several.
    package var fingerprints: [SDPFingerprint] { values(of: "fingerprint").compactMap(SDPFingerprint.init(parsing:)) }
    package var setup: SetupRole? { value(of: "setup").flatMap(SetupRole.init(rawValue:)) }
    /// The direction written here; `nil` where none is (RFC 8866 §6.7: then sendrecv).
    package var writtenDirection: MediaDirection? {
        for attribute in attributes where attribute.value == nil {
            if let direction = MediaDirection(rawValue: attribute.name) { return direction }
        }
        return nil
    }
    package var extensionMaps: [ExtensionMap] { values(of: "extmap").compactMap(ExtensionMap.init(parsing:)) }
    package var allowsMixedExtensions: Bool { has("extmap-allow-mixed") }
}
