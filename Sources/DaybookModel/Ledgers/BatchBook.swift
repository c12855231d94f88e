/// The rows of batches that a turn works with, decoded: however many jobs of a batch come or end in it, its row is read
/// once, and written once when the turn is posted.
struct BatchBook {
    private struct Entry {
        var record: BatchRecord
        /// What the ledger holds; nil for a batch that it does not know yet.
        var stored: BatchRecord?
        var isChanged = false
    }

    private var entries = JobTable<Entry>()
    /// In the order of their first change.
    private var changed: [SequenceNumber] = []

    /// How the batch stands now; nil if there is none.
    mutating func record(_ batch: SequenceNumber, in ledgers: any Ledgers) throws -> BatchRecord? {
        if let index = entries.index(of: batch) { return entries[index].record }
        guard let found = try BatchRecord.of(batch, in: ledgers) else { return nil }
        entries.insert(batch, Entry(record: found, stored: found))
        return found
    }

    /// A batch, the one that it is inside of, and so on to the outermost.
    mutating func around(
        _ batch: SequenceNumber, in ledgers: any Ledgers
    ) throws -> [(number: SequenceNumber, record: BatchRecord)] {
        var found: [(number: SequenceNumber, record: BatchRecord)] = []
        var next = batch
        while next != 0, found.count < BatchRecord.depthMax, let record = try record(next, in: ledgers) {
            found.append((next, record))
            next = record.outer
        }
        return found
    }

    /// Takes in how a batch stands that somebody has asked for, or that is new.
    mutating func put(_ record: BatchRecord, of batch: SequenceNumber) {
        let index = entries.index(of: batch) ?? entries.insert(batch, Entry(record: record))
        entries[index].record = record
        guard !entries[index].isChanged else { return }
        entries[index].isChanged = true
        changed.append(batch)
    }

    mutating func post(to ledgers: any Ledgers) throws {
        for batch in changed {
            guard let index = entries.index(of: batch) else { continue }
            let entry = entries[index]
            try RowKey.number(batch).withBytes { key in
                try entry.record.withBytes { value in
                    guard let stored = entry.stored else {
                        return try ledgers.put(.batches, key, value, replacing: nil)
                    }
                    try stored.withBytes { try ledgers.put(.batches, key, value, replacing: $0) }
                }
            }
        }
        forget()
    }

    mutating func forget() {
        guard entries.count > 0 else { return }
        entries = JobTable()
        changed.removeAll(keepingCapacity: true)
    }
}
