/// A codec with the number it has on the wire in one direction.
package struct PlannedCodec: Sendable, Hashable {
    package var payloadType: UInt8
    /// As registered, whatever case the other side writes: `opus`, `PCMU`, `PCMA`.
    package var name: String
    package var clockRate: UInt32
    package var channels: Int
    /// `a=fmtp`, names in lower case: `["minptime": "10", "useinbandfec": "1"]`.
    package var parameters: [String: String]

    package init(payloadType: UInt8, name: String, clockRate: UInt32, channels: Int, parameters: [String: String]) {
        self.payloadType = payloadType
        self.name = name
        self.clockRate = clockRate
        self.channels = channels
        self.parameters = parameters
    }
}
