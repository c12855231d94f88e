internal import DaybookLMDB
internal import DaybookModel

/// How far a view has come: the last event that is in its rows, which ends a commit, and the head of the log there. It
/// is written in the transaction that writes the rows, so that no event is ever posted twice or left out.
struct ViewCursor: Equatable {
    var sequence: SequenceNumber
    var head: Hash

    static let start = ViewCursor(sequence: 0, head: .zero)
    private static let key = "cursor"
    private static let byteCount = 8 + Hash.byteCount

    static func read(_ handle: TransactionHandle, _ open: OpenView) throws -> ViewCursor {
        try ViewDamage.caught {
            guard let value = try handle.get(open.meta, key) else { return start }
            guard value.count == byteCount else { throw LMDBError.malformedView }
            return ViewCursor(
                sequence: UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)),
                head: Hash(UnsafeRawBufferPointer(rebasing: value[8...])))
        }
    }

    func write(_ handle: TransactionHandle, _ open: OpenView) throws {
        var bytes = withUnsafeBytes(of: sequence.littleEndian, Array.init)
        head.withBytes { bytes += $0 }
        try ViewDamage.caught { try handle.put(open.meta, ViewCursor.key, bytes) }
    }

    /// Whether the log is the one that the rows were made from. One that was restored from a backup may end before the
    /// cursor, or have gone another way since.
    func isOn(_ log: any LogSnapshot) throws -> Bool {
        if sequence == 0 { return true }
        return try log.event(sequence) { Seal(of: $0)?.head == head } ?? false
    }
}

/// The log's last event when the first rows of a view were made of it. All that is in the rows was read in snapshots
/// that went as far at least, so what was erased up to there is not among it.
enum ViewBeginning {
    private static let key = "begun"

    /// 0 where it does not stand there, so that any erasure is later.
    static func read(_ handle: TransactionHandle, _ open: OpenView) throws -> SequenceNumber {
        try ViewDamage.caught {
            guard let value = try handle.get(open.meta, key) else { return 0 }
            guard value.count == 8 else { throw LMDBError.malformedView }
            return SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self))
        }
    }

    static func write(_ last: SequenceNumber, _ handle: TransactionHandle, _ open: OpenView) throws {
        let bytes = withUnsafeBytes(of: last.littleEndian) { Array($0) }
        try ViewDamage.caught { try handle.put(open.meta, key, bytes) }
    }
}

/// Why a follower has stopped, for whoever looks at its view; nil while it goes on.
enum ViewFailure {
    private static let key = "failure"
    private static let byteCountMax = 4_096

    static func read(_ handle: TransactionHandle, _ open: OpenView) throws -> String? {
        try ViewDamage.caught { try handle.get(open.meta, key).map { String(decoding: $0, as: UTF8.self) } }
    }

    static func write(_ text: String?, _ handle: TransactionHandle, _ open: OpenView) throws {
        try ViewDamage.caught {
            if let text {
                try handle.put(open.meta, key, Array(text.utf8.prefix(byteCountMax)))
            } else {
                try handle.delete(open.meta, key)
            }
        }
    }
}

extension TransactionHandle {
    fileprivate func get(_ database: Database, _ key: String) throws(LMDBError) -> UnsafeRawBufferPointer? {
        try key.withKeyBytes { (key) throws(LMDBError) in try get(database, key) }
    }

    fileprivate func put(_ database: Database, _ key: String, _ value: [UInt8]) throws(LMDBError) {
        try key.withKeyBytes { (key) throws(LMDBError) in
            try value.withKeyBytes { (value) throws(LMDBError) in try put(database, key, value, .overwrite) }
        }
    }

    fileprivate func delete(_ database: Database, _ key: String) throws(LMDBError) {
        try key.withKeyBytes { (key) throws(LMDBError) in _ = try delete(database, key) }
    }
}
