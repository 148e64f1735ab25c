/// Between `Codable` values and JSON. Every error is a `JSONError`.
extension JSONValue {
    /// Makes a value of a type of ours.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(JSONError) -> Value {
        do {
            return try JSONValueDecoder(value: self, codingPath: []).decode(type)
        } catch let error as JSONError {
            throw error
        } catch let error as DecodingError {
            throw JSONError(.mismatch, Self.reason(of: error))
        } catch {
            throw JSONError(.mismatch, "\(error)")
        }
    }

    /// The JSON form of a value of ours.
    package init<Value: Encodable>(encoding value: Value) throws(JSONError) {
        do {
            self = try JSONValueEncoder.value(of: value)
        } catch let error as JSONError {
            throw error
        } catch {
            throw JSONError(.unrepresentable, "\(error)")
        }
    }

    /// What the compiler's conformances throw: an enumeration's raw value that none of its cases has.
    private static func reason(of error: DecodingError) -> String {
        switch error {
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? context.debugDescription : "“\(place)”: \(context.debugDescription)"
        @unknown default:
            return "\(error)"
        }
    }
}

/// Values stand for themselves within types of ours, such as a message's parameters before its method is known. Other coders are served
/// too: test frameworks bring their own.
extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONValueDecoder else {
            throw JSONError(.mismatch, "JSON values are decoded by this module's decoder only")
        }
        self = decoder.value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
