/// A microphone or a loudspeaker, as lists show it.
package struct AudioDevice: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case input, output
    }

    /// Of the device that the configuration or the machine prefers; its `id` is always this.
    package static let defaultID = "default"

    /// Stays the same from start to start while the hardware is the same. An input and an output may share one.
    package var id: String
    package var kind: Kind
    /// For people.
    package var label: String
    /// Devices of one card have the same.
    package var groupID: String
    package var isDefault: Bool { id == Self.defaultID }

    package init(id: String, kind: Kind, label: String, groupID: String) {
        self.id = id
        self.kind = kind
        self.label = label
        self.groupID = groupID
    }
}
