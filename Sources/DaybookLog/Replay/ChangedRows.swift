internal import DaybookModel

/// Which rows of a fold are not what they were at some point: what a snapshot has to hold that goes on from one of
/// that point. Rows that came and went in between are none.
struct ChangedRows {
    /// Whether each row was there at that point.
    private var jobs: [SequenceNumber: Bool] = [:]
    private var others: [[RowBytes: Bool]] = Array(repeating: [:], count: Table.numberMax)
    private(set) var count = 0

    mutating func put(job id: SequenceNumber, wasThere: Bool) {
        guard jobs[id] == nil else { return }
        jobs[id] = wasThere
        count += 1
    }

    mutating func remove(job id: SequenceNumber) {
        guard let wasThere = jobs[id] else { return put(job: id, wasThere: true) }
        guard !wasThere else { return }
        jobs[id] = nil
        count -= 1
    }

    mutating func put(_ table: Table, _ key: RowBytes, wasThere: Bool) {
        guard others[table.index][key] == nil else { return }
        others[table.index][key] = wasThere
        count += 1
    }

    mutating func remove(_ table: Table, _ key: RowBytes) {
        guard let wasThere = others[table.index][key] else { return put(table, key, wasThere: true) }
        guard !wasThere else { return }
        others[table.index][key] = nil
        count -= 1
    }

    func count(of table: Table) -> Int { table == .jobs ? jobs.count : others[table.index].count }

    /// Calls `body` with the keys of a table's changed rows, in order.
    func forEachKey(of table: Table, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard table != .jobs else {
            for id in jobs.keys.sorted() { try RowKey.number(id).withBytes(body) }
            return
        }
        for key in others[table.index].keys.sorted() { try key.withBytes(body) }
    }
}
