import CJansson

/// Between JSON texts and values, by jansson: strict in what it reads, compact in what it writes.
package enum JSONText {
    /// Arrays and objects within one another at most. No message of ours comes near; jansson's own limit is 2048, and each level costs stack.
    package static let maximumDepth = 64

    /// Reads one value that fills `bytes` (white space aside).
    ///
    /// Errors: `.malformed` with place and reason. UTF-8 is checked, names within an object are unique, nesting ends at `maximumDepth`,
    /// U+0000 in strings is refused: C libraries further down would cut a string there. A whole number beyond 64 bits, which JavaScript
    /// writes with all its digits below 10²¹, is a `.number`; one beyond the range of `Double` is an error.
    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
        let strict = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        let contiguous = Array(bytes)
        var failure = json_error_t()
        var root = load(contiguous, strict, &failure)
        let hasBigInteger = root == nil && nearend_json_is_overflow(&failure) != 0
        if hasBigInteger { root = load(contiguous, strict | Int(JSON_DECODE_INT_AS_REAL), &failure) }
        guard let root else {
            // jansson quotes the text where it stopped, which may be within a character: repaired, not refused.
            let reason = withUnsafeBytes(of: failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw JSONError(.malformed, "\(reason) (line \(failure.line), column \(failure.column))")
        }
        defer { nearend_json_release(root) }
        return try value(of: root, depth: 0, restoringIntegers: hasBigInteger)
    }

    private static func load(_ bytes: [UInt8], _ flags: Int, _ failure: inout json_error_t) -> UnsafeMutablePointer<json_t>? {
        bytes.withUnsafeBytes { json_loadb($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, flags, &failure) }
    }

    /// Writes a value without white space; members in the order of their names, so that equal values give equal texts.
    ///
    /// Errors: `.unrepresentable` for numbers that are not finite and strings that hold U+0000.
    package static func write(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        let root = try make(value)
        defer { nearend_json_release(root) }
        let flags = Int(JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)
        var bytes: [UInt8] = []
        let result = withUnsafeMutablePointer(to: &bytes) { target in
            json_dump_callback(
                root,
                { chunk, count, context in
                    guard let chunk, let context else { return -1 }
                    let bytes = context.assumingMemoryBound(to: [UInt8].self)
                    bytes.pointee.append(contentsOf: UnsafeRawBufferPointer(start: chunk, count: count))
                    return 0
                }, target, flags)
        }
        guard result == 0 else { throw JSONError(.unrepresentable, "the value cannot be written as JSON") }
        return bytes
    }

    /// - Parameter restoringIntegers: every number was read as a real; those that `Double` counts exactly were whole numbers.
    private static func value(
        of json: UnsafeMutablePointer<json_t>, depth: Int, restoringIntegers: Bool
    ) throws(JSONError) -> JSONValue {
        guard depth <= maximumDepth else { throw JSONError(.malformed, "nested more than \(maximumDepth) deep") }
        switch nearend_json_type(json) {
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        case JSON_INTEGER: return .integer(Int64(json_integer_value(json)))
        case JSON_REAL:
            let number = json_real_value(json)
            if restoringIntegers, number.magnitude <= 0x1p53, let integer = Int64(exactly: number) { return .integer(integer) }
            return .number(number)
        case JSON_STRING: return .string(text(json_string_value(json), json_string_length(json)))
        case JSON_ARRAY:
            var elements: [JSONValue] = []
            elements.reserveCapacity(json_array_size(json))
            for index in 0..<json_array_size(json) {
                guard let element = json_array_get(json, index) else { continue }
                elements.append(try value(of: element, depth: depth + 1, restoringIntegers: restoringIntegers))
            }
            return .array(elements)
        case JSON_OBJECT:
            var members: [String: JSONValue] = [:]
            var iterator = json_object_iter(json)
            while let current = iterator {
                if let key = json_object_iter_key(current), let member = json_object_iter_value(current) {
                    members[String(cString: key)] = try value(of: member, depth: depth + 1, restoringIntegers: restoringIntegers)
                }
                iterator = json_object_iter_next(json, current)
            }
            return .object(members)
        case _: return .null
        }
    }

    private static func text(_ pointer: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let pointer else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    /// A new reference, which the caller owns.
    private static func make(_ value: JSONValue) throws(JSONError) -> UnsafeMutablePointer<json_t> {
        switch value {
        case .null: return try made(json_null())
        case .bool(let flag): return try made(flag ? json_true() : json_false())
        case .integer(let integer): return try made(json_integer(json_int_t(integer)))
        case .number(let number):
            // jansson itself refuses what is not finite.
            return try made(json_real(number))
        case .string(let string):
            var string = string
            guard !string.utf8.contains(0) else { throw JSONError(.unrepresentable, "a string holds U+0000") }
            return try made(
                string.withUTF8 { json_stringn(UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self), $0.count) })
        case .array(let elements):
            let array = try made(json_array())
            for element in elements {
                do throws(JSONError) {
                    json_array_append_new(array, try make(element))
                } catch {
                    nearend_json_release(array)
                    throw error
                }
            }
            return array
        case .object(let members):
            let object = try made(json_object())
            for (name, member) in members {
                do throws(JSONError) {
                    guard !name.utf8.contains(0) else { throw JSONError(.unrepresentable, "a member's name holds U+0000") }
                    json_object_set_new(object, name, try make(member))
                } catch {
                    nearend_json_release(object)
                    throw error
                }
            }
            return object
        }
    }

    private static func made(_ json: UnsafeMutablePointer<json_t>?) throws(JSONError) -> UnsafeMutablePointer<json_t> {
        guard let json else { throw JSONError(.unrepresentable, "jansson has no form for the value") }
        return json
    }
}
