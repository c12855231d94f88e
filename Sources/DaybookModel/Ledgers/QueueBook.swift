/// The queues: few, asked about in every turn, and so kept in memory whole.
package struct QueueBook {
    private struct Entry {
        var record: QueueRecord
        var stored: [UInt8]?
        var isChanged: Bool
    }

    private var entries: [Entry] = []
    private var numbers: [String: UInt32] = [:]
    private var changed: [Int] = []
    private var isLoaded = false

    mutating func forget() {
        self = QueueBook()
    }

    package var count: Int { entries.count }

    /// Numbers start at 1.
    subscript(number: UInt32) -> QueueRecord { entries[Int(number) - 1].record }

    mutating func number(_ name: String, in ledgers: any Ledgers) throws -> UInt32? {
        try load(from: ledgers)
        return numbers[name]
    }

    /// The queue's number, given now if it is new. Only `apply` may call this.
    mutating func numberGiving(_ name: String, in ledgers: any Ledgers) throws -> UInt32 {
        if let known = try number(name, in: ledgers) { return known }
        entries.append(Entry(record: QueueRecord(name: name), stored: nil, isChanged: false))
        let number = UInt32(entries.count)
        numbers[name] = number
        note(number)
        return number
    }

    mutating func setPaused(_ number: UInt32, _ isPaused: Bool) {
        entries[Int(number) - 1].record.isPaused = isPaused
        note(number)
    }

    mutating func count(_ number: UInt32, _ state: JobState, by step: Int) {
        let index = Int(number) - 1
        let slot = Int(state.rawValue)
        entries[index].record.counts[slot] = UInt64(Int(entries[index].record.counts[slot]) + step)
        note(number)
    }

    mutating func load(from ledgers: any Ledgers) throws {
        guard !isLoaded else { return }
        isLoaded = true
        try RowKey.small(0).withBytes { start in
            try ledgers.scan(.queues, from: start) { _, value in
                guard let record = QueueRecord(value) else {
                    throw LedgerError.unreadableRow(.queues, UInt64(entries.count + 1))
                }
                entries.append(Entry(record: record, stored: Array(value), isChanged: false))
                numbers[record.name] = UInt32(entries.count)
                return true
            }
        }
    }

    mutating func post(to ledgers: any Ledgers) throws {
        for index in changed {
            let bytes = entries[index].record.encoded()
            try RowKey.small(UInt32(index + 1)).withBytes { key in
                try bytes.withUnsafeBytes { value in
                    if let stored = entries[index].stored {
                        try stored.withUnsafeBytes { try ledgers.put(.queues, key, value, replacing: $0) }
                    } else {
                        try ledgers.put(.queues, key, value, replacing: nil)
                    }
                }
            }
            entries[index].stored = bytes
            entries[index].isChanged = false
        }
        changed.removeAll(keepingCapacity: true)
    }

    private mutating func note(_ number: UInt32) {
        let index = Int(number) - 1
        guard !entries[index].isChanged else { return }
        entries[index].isChanged = true
        changed.append(index)
    }
}
