/// A database whose rows are known to be of one type. Encoding goes straight into the page: no allocation, no copy.
@usableFromInline
package struct TypedDatabase<Key: LMDBKey, Value: LMDBValue>: Sendable {
    @usableFromInline package let raw: Database

    @inlinable
    package init(_ raw: Database) {
        self.raw = raw
    }
}

extension LMDBTransaction where Self: ~Copyable & ~Escapable {
    /// The value under `key`, or nil. Fails with `isMalformedValue` if what is there is no `Value`.
    @inlinable
    package func get<Key, Value>(_ database: TypedDatabase<Key, Value>, key: Key) throws(LMDBError) -> Value? {
        guard let bytes = try unsafe unsafeGet(database.raw, key: key) else { return nil }
        guard let value = unsafe Value(valueBytes: RawSpan(_unsafeBytes: bytes)) else { throw malformedValue() }
        return value
    }

    @inlinable
    package func contains<Key, Value>(_ database: TypedDatabase<Key, Value>, key: Key) throws(LMDBError) -> Bool {
        try contains(database.raw, key: key)
    }

    /// Calls `body` with the rows from `start` on, in key order, until it says false.
    @inlinable
    package func forEach<Key, Value>(
        _ database: TypedDatabase<Key, Value>, from start: Key? = nil, _ body: (Key, Value) throws -> Bool
    ) throws {
        var cursor = try cursor(database.raw)
        var isOnRow = if let start { try cursor.seek(start) } else { try cursor.first() }
        while isOnRow {
            guard let key = Key(keyBytes: cursor.key), let value = Value(valueBytes: cursor.value) else {
                throw malformedValue()
            }
            guard try body(key, value) else { return }
            isOnRow = try cursor.next()
        }
    }
}

extension WriteTransaction {
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put<Key, Value>(
        _ database: TypedDatabase<Key, Value>, key: Key, _ value: Value, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try put(database.raw, key: key, value, mode)
    }

    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func delete<Key, Value>(
        _ database: TypedDatabase<Key, Value>, key: Key
    ) throws(LMDBError) -> Bool {
        try delete(database.raw, key: key)
    }
}

@usableFromInline
package func malformedValue() -> LMDBError {
    LMDBError(code: LMDBError.malformedValueCode, operation: .decode)
}
