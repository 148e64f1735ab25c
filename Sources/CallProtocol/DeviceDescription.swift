/// A microphone or a loudspeaker, as `MediaDeviceInfo` names its kinds.
package struct DeviceDescription: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, Hashable { case audioinput, audiooutput }

    /// Stable on this machine; the extension gives each origin ids of its own.
    package var deviceId: String
    package var kind: Kind
    package var label: String
    package var groupId: String
    package var isDefault: Bool

    package init(deviceId: String, kind: Kind, label: String, groupId: String, isDefault: Bool) {
        self.deviceId = deviceId
        self.kind = kind
        self.label = label
        self.groupId = groupId
        self.isDefault = isDefault
    }
}
