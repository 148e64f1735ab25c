/// Makes JSON values of `Encodable` ones. Optional members that are `nil` are left out, as the compiler's conformances do.
final class JSONValueEncoder: Encoder {
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    /// What has been encoded; `nil` while nothing has.
    fileprivate(set) var value: JSONValue? {
        didSet { if let value { whenChanged(value) } }
    }
    /// Tells the value this one is nested in; each change, since nobody says when a container is complete.
    private let whenChanged: (JSONValue) -> Void

    init(codingPath: [any CodingKey], whenChanged: @escaping (JSONValue) -> Void = { _ in }) {
        self.codingPath = codingPath
        self.whenChanged = whenChanged
    }

    static func value<Value: Encodable>(of value: Value, codingPath: [any CodingKey] = []) throws -> JSONValue {
        if let json = value as? JSONValue { return json }
        let encoder = JSONValueEncoder(codingPath: codingPath)
        try value.encode(to: encoder)
        // A type without members, such as an empty struct, encodes nothing at all.
        return encoder.value ?? .object([:])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if value == nil { value = .object([:]) }
        return KeyedEncodingContainer(Keyed(encoder: self))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if value == nil { value = .array([]) }
        return Unkeyed(encoder: self)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    fileprivate func set(_ member: JSONValue, for name: String) {
        guard case .object(var members)? = value else { return }
        value = nil
        members[name] = member
        value = .object(members)
    }
    fileprivate func append(_ element: JSONValue) {
        guard case .array(var elements)? = value else { return }
        value = nil
        elements.append(element)
        value = .array(elements)
    }
    fileprivate func replace(_ element: JSONValue, at index: Int) {
        guard case .array(var elements)? = value, elements.indices.contains(index) else { return }
        value = nil
        elements[index] = element
        value = .array(elements)
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() { value = .null }
    func encode(_ flag: Bool) { value = .bool(flag) }
    func encode(_ text: String) { value = .string(text) }
    func encode(_ number: Double) throws { value = try Self.number(number) }
    func encode(_ number: Float) throws { value = try Self.number(Double(number)) }
    func encode(_ integer: Int) { value = .integer(Int64(integer)) }
    func encode(_ integer: Int8) { value = .integer(Int64(integer)) }
    func encode(_ integer: Int16) { value = .integer(Int64(integer)) }
    func encode(_ integer: Int32) { value = .integer(Int64(integer)) }
    func encode(_ integer: Int64) { value = .integer(integer) }
    func encode(_ integer: UInt) throws { value = try Self.integer(UInt64(integer)) }
    func encode(_ integer: UInt8) { value = .integer(Int64(integer)) }
    func encode(_ integer: UInt16) { value = .integer(Int64(integer)) }
    func encode(_ integer: UInt32) { value = .integer(Int64(integer)) }
    func encode(_ integer: UInt64) throws { value = try Self.integer(integer) }
    func encode<Value: Encodable>(_ other: Value) throws { value = try Self.value(of: other, codingPath: codingPath) }

    private static func number(_ number: Double) throws -> JSONValue {
        guard number.isFinite else { throw JSONError(.unrepresentable, "JSON has no \(number)") }
        return .number(number)
    }
    private static func integer(_ integer: UInt64) throws -> JSONValue {
        guard let signed = Int64(exactly: integer) else { throw JSONError(.unrepresentable, "\(integer) exceeds 63 bits") }
        return .integer(signed)
    }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.set(.null, for: key.stringValue) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        encoder.set(try JSONValueEncoder.value(of: value, codingPath: codingPath + [key]), for: key.stringValue)
    }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> JSONValueEncoder {
        let name = key.stringValue
        return JSONValueEncoder(codingPath: codingPath + [key]) { [encoder] in encoder.set($0, for: name) }
    }
}

private struct Unkeyed: UnkeyedEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int {
        guard case .array(let elements)? = encoder.value else { return 0 }
        return elements.count
    }

    func encodeNil() { encoder.append(.null) }
    func encode<Value: Encodable>(_ value: Value) throws {
        encoder.append(try JSONValueEncoder.value(of: value, codingPath: codingPath))
    }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONValueEncoder {
        let index = count
        encoder.append(.null)
        return JSONValueEncoder(codingPath: codingPath) { [encoder] in encoder.replace($0, at: index) }
    }
}
