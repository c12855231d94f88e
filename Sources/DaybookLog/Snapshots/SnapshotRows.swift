internal import DaybookModel

/// The rows of the ledgers as of a snapshot: of several files the newest that knows a key has the word.
final class SnapshotRows: RowsBelow, Sendable {
    /// The oldest, which is whole, first.
    let runs: [SnapshotRun]

    init(_ runs: [SnapshotRun]) {
        self.runs = runs
    }

    var header: SnapshotHeader { runs.last!.header }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        let hash = KeyFilter.hash(table, key)
        var index = runs.count
        while index > 0 {
            index -= 1
            if let row = runs[index].find(table, key, hash) { return try row.value.map(body) }
        }
        return nil
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try forEachVersion(table, from: key) { key, value in
            guard let value else { return true }
            return try body(key, value)
        }
    }

    /// Like `scan`, with rows that are gone: their value is nil.
    func forEachVersion(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) throws -> Bool
    ) throws {
        // The newest first: of equal keys the first one found counts.
        var walks = runs.reversed().compactMap { Walk($0, table, from: key) }
        while !walks.isEmpty {
            var least = 0
            for index in walks.indices.dropFirst() where walks[index].comesBefore(walks[least]) { least = index }
            let row = walks[least].row
            guard try body(row.key, row.value) else { return }
            // From the end, so that those that have ended can go.
            for index in walks.indices.reversed() where index == least || walks[index].stands(on: row.key) {
                if !walks[index].advance() { walks.remove(at: index) }
            }
        }
    }

    /// Rows of a table, counting one for every file that has it.
    func rowsMax(_ table: Table) -> Int { runs.reduce(0) { $0 + $1.count(table) } }
}

/// Goes through the rows of a table in one file.
private struct Walk {
    private let run: SnapshotRun
    private let table: Table
    private var index: Int
    private(set) var row: SnapshotRun.Row
    /// The first eight bytes of the key, which decide nearly every comparison.
    private var beginning: UInt64 = 0

    init?(_ run: SnapshotRun, _ table: Table, from key: UnsafeRawBufferPointer) {
        index = run.firstIndex(table, notBefore: key)
        guard index < run.count(table) else { return nil }
        self.run = run
        self.table = table
        row = run.row(table, index)
        beginning = Walk.beginning(of: row.key)
    }

    mutating func advance() -> Bool {
        index += 1
        guard index < run.count(table) else { return false }
        row = run.row(table, index)
        beginning = Walk.beginning(of: row.key)
        return true
    }

    func comesBefore(_ other: Walk) -> Bool {
        if beginning != other.beginning { return beginning < other.beginning }
        return KeyOrder.compare(row.key, other.row.key) < 0
    }

    func stands(on key: UnsafeRawBufferPointer) -> Bool { KeyOrder.compare(row.key, key) == 0 }

    private static func beginning(of key: UnsafeRawBufferPointer) -> UInt64 {
        if key.count >= 8 { return UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)) }
        var bytes: UInt64 = 0
        withUnsafeMutableBytes(of: &bytes) { $0.copyBytes(from: key) }
        return UInt64(bigEndian: bytes)
    }
}
