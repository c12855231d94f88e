/// Errors say where and what, and quote nothing that a job was given.
extension JSONDocument {
    /// The value is of another kind than the type asks for, or null.
    @inline(never)
    func mismatch(_ type: any Any.Type, _ token: UInt32, orNull: Bool = true) -> DecodingError {
        let found = tokens[token].kind
        let context = DecodingError.Context(
            codingPath: path(to: token), debugDescription: "Expected \(type), found \(found.name).")
        return found == .null && orNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    @inline(never)
    func corrupted(_ token: UInt32, _ reason: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: path(to: token), debugDescription: reason))
    }

    @inline(never)
    func missing(_ key: some CodingKey, in object: UInt32) -> DecodingError {
        .keyNotFound(
            key,
            DecodingError.Context(
                codingPath: path(to: object), debugDescription: "There is no member \(key.stringValue)."))
    }

    @inline(never)
    func atEnd(_ type: any Any.Type, of array: UInt32) -> DecodingError {
        let path = path(to: array) + [JSONKey(index: tokens[array].count)]
        return .valueNotFound(
            type, DecodingError.Context(codingPath: path, debugDescription: "The array has no more elements."))
    }
}

extension JSONToken.Kind {
    fileprivate var name: String {
        switch self {
        case .text: "a text"
        case .number: "a number"
        case .yes, .no: "a flag"
        case .null: "null"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
