internal import CDaybookLMDB

/// A position in a database, for walking it in key order. It cannot outlive its transaction; the spans it gives
/// cannot outlive its next move.
@safe
@usableFromInline
package struct Cursor: ~Copyable, ~Escapable {
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

    /// Key of the row the cursor stands on; empty if it stands on none.
    @inlinable
    package var key: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeBytes: position.key)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Value of the row the cursor stands on; empty if it stands on none.
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
