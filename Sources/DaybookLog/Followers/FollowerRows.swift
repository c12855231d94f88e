/// The rows of a follower, while an event is posted to them.
///
/// A row is a key of 1 to 511 bytes and a value. Changes gather in memory and are written at the end of a batch, in the
/// order of their keys: what is counted up a thousand times in a batch is written once.
public struct FollowerRows: ~Copyable {
    private let rows: PendingRows

    init(_ rows: PendingRows) {
        self.rows = rows
    }

    /// The value under `key`, if there is one.
    public subscript(key: Packed) -> Packed? {
        get throws { try rows.value(key) }
    }

    /// Puts `value` under `key`, in the place of what is there.
    public func put(_ key: Packed, _ value: Packed) throws {
        try rows.put(key, value)
    }

    /// Adds to the number under `key`, which is 0 where there is none, and says what it is then. Read it again with
    /// `unpacked(as: Int.self)`.
    @discardableResult
    public func add(_ amount: Int, to key: Packed) throws -> Int {
        let sum = (try rows.value(key)?.unpacked(as: Int.self) ?? 0) &+ amount
        try rows.put(key, Packed(sum))
        return sum
    }

    /// Deletes the row under `key`, if there is one.
    public func delete(_ key: Packed) throws {
        try rows.delete(key)
    }

    /// Deletes all rows whose keys begin with `prefix`.
    public func deleteAll(under prefix: Packed) throws {
        try walk(prefix) { key, _ in
            try rows.delete(key)
            return true
        }
    }

    /// Calls `body` with the rows whose keys begin with `prefix`, in the order of their keys, for as long as it answers
    /// true. It may change rows; whether this walk sees the changes is left open.
    public func walk(_ prefix: Packed, _ body: (_ key: Packed, _ value: Packed) throws -> Bool) throws {
        try rows.walk(prefix, body)
    }
}
