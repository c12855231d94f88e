public import DaybookModel

/// The rows of a follower, for whoever looks at them: a consistent snapshot, for the time of a closure.
public struct FollowerView: ~Copyable {
    /// The last event that is in the rows; 0 if none is.
    public let position: SequenceNumber
    /// How many events of the log are not in the rows yet.
    public let eventsBehind: UInt64
    private let rows: StoredRows

    init(_ rows: StoredRows, position: SequenceNumber, eventsBehind: UInt64) {
        self.rows = rows
        self.position = position
        self.eventsBehind = eventsBehind
    }

    /// The value under `key`, if there is one.
    public subscript(key: Packed) -> Packed? {
        get throws { try rows.value(key) }
    }

    /// Calls `body` with the rows whose keys begin with `prefix`, in the order of their keys, for as long as it answers
    /// true. `start`, if given, is the key to begin at.
    public func walk(
        _ prefix: Packed, from start: Packed? = nil, _ body: (_ key: Packed, _ value: Packed) throws -> Bool
    ) throws {
        try rows.walk(prefix, from: start, body)
    }
}
