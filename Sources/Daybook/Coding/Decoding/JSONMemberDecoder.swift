/// Reads the members of an object.
struct JSONMemberDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: JSONDocument
    let object: UInt32

    var codingPath: [any CodingKey] { document.path(to: object) }

    var allKeys: [Key] {
        document.members(of: object).compactMap { (try? document.key(of: $0)).flatMap(Key.init(stringValue:)) }
    }

    func contains(_ key: Key) -> Bool { document.member(key.stringValue, of: object) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { document.isNull(try member(key)) }
    func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try document.flag(at: try member(key)) }
    func decode(_: String.Type, forKey key: Key) throws -> String { try document.text(at: try member(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try document.floating(type, at: try member(key))
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
        try document.floating(type, at: try member(key))
    }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try document.integer(type, at: try member(key)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try document.integer(type, at: try member(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try document.integer(type, at: try member(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try document.integer(type, at: try member(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try document.integer(type, at: try member(key)) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        try document.integer(type, at: try member(key))
    }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try document.integer(type, at: try member(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try document.integer(type, at: try member(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try document.integer(type, at: try member(key))
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try document.integer(type, at: try member(key))
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try document.integer(type, at: try member(key))
    }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
        try document.integer(type, at: try member(key))
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try document.decode(type, at: try member(key))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try JSONValueDecoder(document: document, token: try member(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONValueDecoder(document: document, token: try member(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(JSONKey.ofSuper) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    /// Null stands for what is not there.
    private func decoder(_ key: some CodingKey) throws -> any Decoder {
        if let member = document.member(key.stringValue, of: object) {
            return JSONValueDecoder(document: document, token: member)
        }
        let null = try JSONDocument(Array("null".utf8), prefix: codingPath + [key])
        return JSONValueDecoder(document: null, token: JSONDocument.whole)
    }

    @inline(__always)
    func member(_ key: Key) throws -> UInt32 {
        guard let member = document.member(key.stringValue, of: object) else { throw document.missing(key, in: object) }
        return member
    }
}
