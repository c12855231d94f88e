internal import CDaybookLMDB

/// A cursor that also writes. While it is there, nothing else can be done with its transaction.
@safe
@usableFromInline
package struct WriteCursor: ~Copyable, ~Escapable {
    @usableFromInline var position: UnsafeCursor

    @usableFromInline
    @_lifetime(immortal)
    init(_ position: UnsafeCursor) {
        unsafe self.position = position
    }

    deinit { unsafe position.close() }

    /// Moves to the first row. False if there is none; the same holds for the other moves.
    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func first() throws(LMDBError) -> Bool { try unsafe position.move(.first) }

    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func last() throws(LMDBError) -> Bool { try unsafe position.move(.last) }

    /// Moves to the next row; before any other move, to the first.
    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func next() throws(LMDBError) -> Bool { try unsafe position.move(.next) }

    /// Moves to the previous row; before any other move, to the last.
    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func previous() throws(LMDBError) -> Bool { try unsafe position.move(.previous) }

    /// Moves to the first row whose key is `key` or greater.
    @inlinable @discardableResult
    @_lifetime(self: copy self)
    package mutating func seek(_ key: some LMDBKey) throws(LMDBError) -> Bool { try unsafe position.seek(key) }

    /// Puts a row and stands on it.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put(
        key: some LMDBKey, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try unsafe position.put(key: key, value, mode)
    }

    /// Puts a row and stands on it.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func put(
        key: some LMDBKey, _ value: RawSpan, _ mode: PutMode = .overwrite
    ) throws(LMDBError) {
        try unsafe value.withUnsafeBytes { (bytes) throws(LMDBError) in
            try unsafe position.put(key: key, bytes, mode)
        }
    }

    /// Replaces the value of the row the cursor stands on. The cheapest way if the size stays the same.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func replaceCurrent(_ value: UnsafeRawBufferPointer) throws(LMDBError) {
        try unsafe position.replaceCurrent(value)
    }

    /// Deletes the row the cursor stands on. The next `next` gives the row after it.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func deleteCurrent() throws(LMDBError) { try unsafe position.deleteCurrent() }

    /// Key of the row the cursor stands on; empty if it stands on none, or has just written.
    @inlinable
    package var key: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: position.key)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Value of the row the cursor stands on; empty if it stands on none, or has just written.
    @inlinable
    package var value: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: position.value)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    @inlinable package var unsafeKey: UnsafeRawBufferPointer { unsafe position.key }
    @inlinable package var unsafeValue: UnsafeRawBufferPointer { unsafe position.value }
}

extension WriteTransaction {
    /// A cursor over `database` that reads and writes, placed before its first row.
    @inlinable
    @_lifetime(&self)
    package mutating func writeCursor(_ database: Database) throws(LMDBError) -> WriteCursor {
        let cursor = unsafe WriteCursor(try UnsafeCursor(opening: database, in: handle))
        return unsafe _overrideLifetime(cursor, mutating: &self)
    }
}
