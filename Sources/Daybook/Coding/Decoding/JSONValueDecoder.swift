/// What a value is given to decode itself from.
struct JSONValueDecoder: Decoder {
    let document: JSONDocument
    let token: UInt32

    var codingPath: [any CodingKey] { document.path(to: token) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try document.checkObject(token)
        return KeyedDecodingContainer(JSONMemberDecoder<Key>(document: document, object: token))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try document.checkArray(token)
        return JSONElementDecoder(document: document, array: token)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { document.isNull(token) }
    func decode(_: Bool.Type) throws -> Bool { try document.flag(at: token) }
    func decode(_: String.Type) throws -> String { try document.text(at: token) }
    func decode(_ type: Double.Type) throws -> Double { try document.floating(type, at: token) }
    func decode(_ type: Float.Type) throws -> Float { try document.floating(type, at: token) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(type, at: token) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(type, at: token) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(type, at: token) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(type, at: token) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(type, at: token) }
    func decode(_ type: Int128.Type) throws -> Int128 { try document.integer(type, at: token) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(type, at: token) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(type, at: token) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(type, at: token) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(type, at: token) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(type, at: token) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try document.integer(type, at: token) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try document.decode(type, at: token) }
}
