/// The `c=` line (RFC 8866 §5.7): where media is expected.
package struct ConnectionData: Sendable, Hashable {
    package enum AddressType: String, Sendable, Hashable {
        case ip4 = "IP4"
        case ip6 = "IP6"
    }
    package var addressType: AddressType
    package var address: String

    package init(_ addressType: AddressType, _ address: String) {
        self.addressType = addressType
        self.address = address
    }

    /// What stands there until a candidate is known (RFC 9429 §5.2.1).
    package static let unspecified = ConnectionData(.ip4, "0.0.0.0")

    /// `nil` where it is no internet address.
    package init?(parsing value: String) {
        let fields = value.fields()
        guard fields.count == 3, fields[0] == "IN", let type = AddressType(rawValue: fields[1]) else { return nil }
        self.init(type, fields[2])
    }

    package var value: String { "IN \(addressType.rawValue) \(address)" }
}
