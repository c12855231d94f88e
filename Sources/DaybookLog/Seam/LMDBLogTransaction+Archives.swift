// What an archived prefix leaves behind, and how it is read as if it were still there.
//
// The row `archived` of `meta` says up to which event the log is in archives. Of those events a few stay all the same:
// the last ones, from the last boundary of 256 on, since the lowest stored nodes of the history tree begin there and
// the seal of the last archived commit is what the chain goes on from; and here and there one that somebody may need
// for ever (`pinned`). Whoever reads on from an event gets archived ones from the archives, and never sees the pinned.

internal import DaybookLMDB
internal import DaybookModel

extension LMDBLogTransaction {
    static let archivedKey = "archived"

    var archivedThrough: SequenceNumber {
        get throws {
            if let knownArchivedThrough { return knownArchivedThrough }
            var key = LMDBLogTransaction.archivedKey
            let value = try key.withUTF8 { try handle.get(databases.meta, UnsafeRawBufferPointer($0)) }
            let last = value.flatMap { $0.count == 8 ? UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) : nil }
            knownArchivedThrough = last ?? 0
            return last ?? 0
        }
    }

    func setArchivedThrough(_ last: SequenceNumber) throws {
        try putMeta(LMDBLogTransaction.archivedKey, withUnsafeBytes(of: last.littleEndian, Array.init))
        knownArchivedThrough = last
        knownArchives = nil
    }

    /// From here on every event is in the log itself.
    var firstAtHand: SequenceNumber {
        get throws { HistoryTree.firstAtHand(archivedThrough: try archivedThrough) }
    }

    /// The archives of the prefix that is not at hand, the oldest first.
    private var archives: [ArchiveRecord] {
        get throws {
            if let knownArchives { return knownArchives }
            let last = try archivedThrough
            let found = try ArchiveRows.chain(through: last, in: self)
            knownArchives = found
            return found
        }
    }

    private func archive(of sequence: SequenceNumber) throws -> ArchiveRecord {
        guard let record = try archives.first(where: { $0.first...$0.last ~= sequence }) else {
            throw LogError(
                .damaged, "Event \(sequence) is said to be in an archive, and no archive has it.", at: sequence)
        }
        return record
    }

    func archivedEvent<R>(
        _ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        guard sequence > 0, try sequence < firstAtHand else { return nil }
        return try shelf.with(sequence, try archive(of: sequence), body)
    }

    /// The events from `first` on that are not at hand. False if `body` wants no more.
    func archivedEvents(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        let end = try firstAtHand - 1
        var next = max(first, 1)
        while next <= end {
            let record = try archive(of: next)
            let last = min(end, record.last)
            guard try shelf.events(from: next, through: last, record, body) else { return false }
            next = last + 1
        }
        return true
    }

    func archivedEventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        var next = last
        while next > 0 {
            let record = try archive(of: next)
            guard try shelf.eventsBackward(from: next, record, body) else { return }
            next = record.first - 1
        }
    }

    // MARK: The ledgers as of the last archived event

    private static func baseKey(_ last: SequenceNumber, _ chunk: UInt32) -> [UInt8] {
        withUnsafeBytes(of: last.bigEndian, Array.init) + withUnsafeBytes(of: chunk.bigEndian, Array.init)
    }

    /// Stores a piece of the ledgers as of `last`.
    func putBase(_ last: SequenceNumber, _ chunk: UInt32, _ rows: [UInt8]) throws {
        var value: [UInt8] = []
        value.add(UInt32(rows.count))
        value += try Deflate.compressed(rows)
        try LMDBLogTransaction.baseKey(last, chunk).withUnsafeBytes { key in
            try value.withUnsafeBytes { try handle.put(try databases.base, key, $0, .overwrite) }
        }
    }

    /// Removes pieces that are not of the base in force; at most `limit`. Answers whether there may be more.
    func removeOldBase(limit: Int) throws -> Bool {
        let current = LMDBLogTransaction.baseKey(try archivedThrough, 0)[..<8]
        var left = limit
        try withCursor(try databases.base) { cursor in
            var found = try cursor.move(.first)
            while found, left > 0 {
                if cursor.key.prefix(8).elementsEqual(current) {
                    found = try cursor.move(.next)
                } else {
                    try cursor.deleteCurrent()
                    left -= 1
                    found = try cursor.move(.first)
                }
            }
        }
        return left == 0
    }

    func forEachBaseRow(
        _ body: (Table, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let last = try archivedThrough
        guard last > 0 else { return }
        let start = LMDBLogTransaction.baseKey(last, 0)
        try withCursor(try databases.base) { cursor in
            var found = try start.withUnsafeBytes { try cursor.seek($0) }
            while found, cursor.key.prefix(8).elementsEqual(start[..<8]) {
                let value = cursor.value
                guard value.count > 4,
                    let rows = Deflate.expanded(
                        UnsafeRawBufferPointer(rebasing: value[4...]),
                        count: Int(UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))))
                else { throw BaseRows.damaged }
                try BaseRows.forEach(in: rows, body)
                found = try cursor.move(.next)
            }
        }
    }

    // MARK: Letting go of archived events

    /// Removes archived events from `first` on that are not pinned, at most `limit`. Answers where to go on.
    func removeArchived(
        from first: SequenceNumber, keeping pinned: Set<SequenceNumber>, limit: Int
    ) throws -> SequenceNumber? {
        let end = try firstAtHand
        var left = limit
        return try withCursor(databases.events) { cursor in
            var found = try cursor.seek(first)
            while found {
                let sequence = try SequenceKey.read(cursor.key)
                guard sequence < end else { return nil }
                guard left > 0 else { return sequence }
                if pinned.contains(sequence) {
                    found = try cursor.move(.next)
                } else {
                    try cursor.deleteCurrent()
                    left -= 1
                    // The cursor stands before the row behind the deleted one, or on it: find it anew to be sure.
                    found = try cursor.seek(sequence + 1)
                }
            }
            return nil
        }
    }
}

/// Rows of ledgers, one behind the other: table, lengths of key and value, key, value.
enum BaseRows {
    /// So many bytes of them are compressed together.
    static let pieceBytes = 512 << 10

    static var damaged: LogError {
        LogError(.damaged, "The ledgers that were put by at the last archiving are damaged; see `daybook recover`.")
    }

    static func add(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]
    ) {
        bytes.append(table.rawValue)
        bytes.add(UInt16(key.count))
        bytes.add(UInt32(value.count))
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: value)
    }

    static func forEach(
        in bytes: [UInt8], _ body: (Table, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var place = 0
        try bytes.withUnsafeBytes { all in
            while place < all.count {
                guard place + 7 <= all.count, let table = Table(rawValue: all[place]) else { throw damaged }
                let keyCount = Int(UInt16(littleEndian: all.loadUnaligned(fromByteOffset: place + 1, as: UInt16.self)))
                let count = Int(UInt32(littleEndian: all.loadUnaligned(fromByteOffset: place + 3, as: UInt32.self)))
                let key = place + 7
                guard key + keyCount + count <= all.count else { throw damaged }
                try body(
                    table, UnsafeRawBufferPointer(rebasing: all[key..<key + keyCount]),
                    UnsafeRawBufferPointer(rebasing: all[(key + keyCount)..<(key + keyCount + count)]))
                place = key + keyCount + count
            }
        }
    }
}

extension FoldLedgers {
    /// All rows in table and key order, in pieces of about `byteCount` bytes.
    func forEachPiece(byteCount: Int, _ body: ([UInt8]) throws -> Void) throws {
        var rows: [UInt8] = []
        for table in Table.allCases {
            try forEachRow(of: table) { key, value in
                BaseRows.add(table, key, value, to: &rows)
                guard rows.count >= byteCount else { return true }
                try body(rows)
                rows.removeAll(keepingCapacity: true)
                return true
            }
        }
        if !rows.isEmpty { try body(rows) }
    }
}

extension HistoryTree {
    /// The first event that stays in the log when all up to `last` are archived: the leaves from the last boundary of
    /// stored nodes on are what its edge is made of.
    static func firstAtHand(archivedThrough last: SequenceNumber) -> SequenceNumber {
        let block = UInt64(1) << UInt64(4 * lowestStoredLevel)
        return last == 0 ? 1 : (last - 1) / block * block + 1
    }
}
