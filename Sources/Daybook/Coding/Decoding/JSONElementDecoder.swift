/// Reads the elements of an array one after the other. One that cannot be read stays the next.
struct JSONElementDecoder: UnkeyedDecodingContainer {
    private let document: JSONDocument
    private let array: UInt32
    private var next: UInt32
    private(set) var currentIndex = 0

    init(document: JSONDocument, array: UInt32) {
        self.document = document
        self.array = array
        next = array + 1
    }

    var codingPath: [any CodingKey] { document.path(to: array) }
    var count: Int? { document.tokens[array].count }
    var isAtEnd: Bool { next == document.tokens[array].next }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd else { throw document.atEnd(Never.self, of: array) }
        guard document.isNull(next) else { return false }
        pass()
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try element(type) { try $0.flag(at: $1) } }
    mutating func decode(_ type: String.Type) throws -> String { try element(type) { try $0.text(at: $1) } }
    mutating func decode(_ type: Double.Type) throws -> Double {
        try element(type) { try $0.floating(type, at: $1) }
    }
    mutating func decode(_ type: Float.Type) throws -> Float {
        try element(type) { try $0.floating(type, at: $1) }
    }
    mutating func decode(_ type: Int.Type) throws -> Int { try element(type) { try $0.integer(type, at: $1) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try element(type) { try $0.integer(type, at: $1) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int32.Type) throws -> Int32 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int64.Type) throws -> Int64 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: Int128.Type) throws -> Int128 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try element(type) { try $0.integer(type, at: $1) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 {
        try element(type) { try $0.integer(type, at: $1) }
    }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
        try element(type) { try $0.integer(type, at: $1) }
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try element(type) { try $0.decode(type, at: $1) }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try element(KeyedDecodingContainer<NestedKey>.self) {
            try JSONValueDecoder(document: $0, token: $1).container(keyedBy: type)
        }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try element((any UnkeyedDecodingContainer).self) {
            try JSONValueDecoder(document: $0, token: $1).unkeyedContainer()
        }
    }

    mutating func superDecoder() throws -> any Decoder {
        try element((any Decoder).self) { JSONValueDecoder(document: $0, token: $1) }
    }

    @inline(__always)
    private mutating func element<Value, Read>(
        _ type: Value.Type, _ read: (JSONDocument, UInt32) throws -> Read
    ) throws -> Read {
        guard !isAtEnd else { throw document.atEnd(type, of: array) }
        let value = try read(document, next)
        pass()
        return value
    }

    private mutating func pass() {
        next = document.tokens[next].next
        currentIndex += 1
    }
}
