/// What a name of ALSA says: `plughw:CARD=Headset,DEV=0` is the plugin `plughw` on device 0 of the card “Headset”.
struct ALSADeviceName: Sendable, Hashable {
    let plugin: String
    let card: String?

    init(_ name: String) {
        let parts = name.split(separator: ":", maxSplits: 1)
        plugin = parts.first.map(String.init) ?? ""
        let arguments = parts.count == 2 ? parts[1].split(separator: ",") : []
        if let named = arguments.first(where: { $0.hasPrefix("CARD=") }) {
            card = String(named.dropFirst("CARD=".count))
        } else if plugin.hasSuffix("hw"), let first = arguments.first, !first.contains("=") {
            card = String(first)
        } else {
            card = nil
        }
    }

    /// The same for a card's microphone and its loudspeaker.
    var groupID: String {
        card.map { "card:\($0)" } ?? plugin
    }
}
