/// Members that need not be there, each looked for once; what the protocol does by itself looks three times.
extension JSONMemberDecoder {
    func decodeIfPresent(_: Bool.Type, forKey key: Key) throws -> Bool? { try value(key) { try document.flag(at: $0) } }
    func decodeIfPresent(_: String.Type, forKey key: Key) throws -> String? {
        try value(key) { try document.text(at: $0) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try value(key) { try document.floating(type, at: $0) }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        try value(key) { try document.floating(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try value(key) { try document.integer(type, at: $0) }
    }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? {
        try value(key) { try document.integer(type, at: $0) }
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try value(key) { try document.decode(type, at: $0) }
    }

    @inline(__always)
    private func value<Value>(_ key: Key, _ read: (UInt32) throws -> Value) throws -> Value? {
        guard let member = document.member(key.stringValue, of: object), !document.isNull(member) else { return nil }
        return try read(member)
    }
}
