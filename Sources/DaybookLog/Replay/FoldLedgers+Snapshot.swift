internal import DaybookModel

/// Beginning with a snapshot, and what the next one has to hold.
extension FoldLedgers {
    /// Takes over the rows of a snapshot: those of the large tables by leaving them where they are.
    func begin(with snapshot: SnapshotRows) throws {
        for table in Table.allCases where !table.staysInSnapshot {
            try withUnsafeBytes(of: UInt8(0)) { start in
                try snapshot.scan(table, from: start) { key, value in
                    tables[table.index].put(RowBytes(key), RowBytes(value), isBelow: false)
                    try keepWithinLimits()
                    return true
                }
            }
        }
        digest = snapshot.header.digest
        base = snapshot
        baseEnd = snapshot.header.mark.sequence
    }

    /// The rows of a table that stays in the snapshot, with what stands above it.
    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer, above snapshot: SnapshotRows,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        if sortedAbove?.table != table { sortedAbove = (table, tables[table.index].sortedKeys()) }
        let changed = sortedAbove?.keys ?? []
        let changes = tables[table.index].rows
        let first = RowBytes(key)
        var next = changed.partitioningIndex { $0 >= first }
        var goesOn = true
        func takeChange() throws {
            let key = changed[next]
            next += 1
            guard case .there(let value, _)? = changes[key] else { return }
            goesOn = try key.withBytes { key in try value.withBytes { try body(key, $0) } }
        }
        try snapshot.scan(table, from: key) { key, value in
            let current = RowBytes(key)
            while goesOn, next < changed.count, changed[next] < current { try takeChange() }
            guard goesOn else { return false }
            if next < changed.count, changed[next] == current {
                try takeChange()
            } else {
                goesOn = try body(key, value)
            }
            return goesOn
        }
        while goesOn, next < changed.count { try takeChange() }
        // Jobs that the snapshot does not know are newer than all that it knows.
        if goesOn, table == .jobs { try scanJobs(from: key, body) }
    }

    /// Takes in all that is still in the files of the snapshot: so much has changed that it would not fit into memory
    /// above them. Slow, and bounded in memory like every fold.
    func leaveSnapshot() throws {
        guard let snapshot = base else { return }
        var whole = JobRows(folder: limits.folder, plainBytesMax: limits.jobBytesMax)
        let scratch = try self.scratch ?? ScratchRows(in: limits.folder)
        try withUnsafeBytes(of: UInt8(0)) { start in
            try scan(.jobs, from: start, above: snapshot) { key, value in
                try whole.put(try FoldLedgers.number(key), value)
                return true
            }
            for table in Table.allCases where table.staysInSnapshot && table != .jobs {
                try copy(table, of: snapshot, from: start, to: scratch)
            }
        }
        jobs = whole
        tables[Table.jobs.index].removeAll()
        self.scratch = scratch
        sortedAbove = nil
        base = nil
        baseEnd = 0
    }

    private func copy(
        _ table: Table, of snapshot: SnapshotRows, from start: UnsafeRawBufferPointer, to scratch: ScratchRows
    ) throws {
        var piece = RowTable()
        try snapshot.scan(table, from: start) { key, value in
            piece.put(RowBytes(key), RowBytes(value), isBelow: false)
            if piece.rows.count == 2_000 {
                try scratch.take(table, piece)
                piece.removeAll()
            }
            return true
        }
        try scratch.take(table, piece)
    }

    // MARK: For the next snapshot

    /// Hands `writer` every row, or those that have changed since the last time.
    func write(all: Bool, to writer: inout SnapshotWriter) throws {
        for table in Table.allCases {
            if let changed, !all {
                writer.begin(table, rowsMax: changed.count(of: table))
                try changed.forEachKey(of: table) { key in
                    let isThere = try read(table, key) { value in try writer.add(table, key, value) } != nil
                    if !isThere { try writer.add(table, key, nil) }
                }
            } else {
                writer.begin(table, rowsMax: try rowCount(table))
                try forEachRowOnce(of: table) { key, value in
                    try writer.add(table, key, value)
                    return true
                }
            }
            try writer.end(table)
        }
    }

    private func rowCount(_ table: Table) throws -> Int {
        guard table != .jobs else { return jobs.count }
        guard scratch != nil else { return tables[table.index].rows.count }
        var count = 0
        try forEachRowOnce(of: table) { _, _ in
            count += 1
            return true
        }
        return count
    }

    /// Without keeping the keys in order for the next time, which every later row would have to pay for.
    private func forEachRowOnce(
        of table: Table, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let wasOrdered = ordered[table.index] != nil
        try withUnsafeBytes(of: UInt8(0)) { try scan(table, from: $0, body) }
        if !wasOrdered { ordered[table.index] = nil }
    }
}

extension Array {
    /// The place of the first element that `belongs`, where all behind it do as well.
    fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
