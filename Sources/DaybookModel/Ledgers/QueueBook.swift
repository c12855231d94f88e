/// The queues: few, asked about in every turn, and so kept in memory whole.
package struct QueueBook {
    private struct Entry {
        let name: String
        /// What a limit on the queue goes by.
        let scope: String
        let isReserved: Bool
        var isPaused: Bool
        var stored: [UInt8]?
        var isChanged: Bool
    }

    private var entries: [Entry] = []
    /// All queues' counts in one piece, `QueueRecord.stateCount` for each: they change with every event.
    private var counts: [UInt64] = []
    private var numbers: [String: UInt32] = [:]
    private var changed: [Int] = []
    private var isLoaded = false
    /// The queue that was asked for last; most turns know only one.
    private var latest: (name: String, number: UInt32) = ("", 0)

    mutating func forget() {
        self = QueueBook()
    }

    package var count: Int { entries.count }

    /// Numbers start at 1.
    subscript(number: UInt32) -> QueueRecord {
        let index = Int(number) - 1
        var record = QueueRecord(name: entries[index].name)
        record.isPaused = entries[index].isPaused
        record.counts = Array(counts[index * QueueRecord.stateCount..<(index + 1) * QueueRecord.stateCount])
        return record
    }

    func count(_ number: UInt32, _ state: JobState) -> UInt64 {
        counts[(Int(number) - 1) * QueueRecord.stateCount + Int(state.rawValue)]
    }

    func scope(_ number: UInt32) -> String { entries[Int(number) - 1].scope }

    /// Whether it is handed out only to those who name it.
    func isReserved(_ number: UInt32) -> Bool { entries[Int(number) - 1].isReserved }

    func isPaused(_ number: UInt32) -> Bool { entries[Int(number) - 1].isPaused }

    mutating func number(_ name: String, in ledgers: any Ledgers) throws -> UInt32? {
        try load(from: ledgers)
        if latest.name == name { return latest.number }
        guard let number = numbers[name] else { return nil }
        latest = (name, number)
        return number
    }

    /// The queue's number, given now if it is new. Only `apply` may call this.
    mutating func numberGiving(_ name: String, in ledgers: any Ledgers) throws -> UInt32 {
        if let known = try number(name, in: ledgers) { return known }
        var record = QueueRecord(name: name)
        if !QueueRecord.isReserved(name), let toCome = numbers[Name.queuesToCome] { record.isPaused = isPaused(toCome) }
        add(record, stored: nil)
        let number = UInt32(entries.count)
        note(number)
        return number
    }

    mutating func setPaused(_ number: UInt32, _ isPaused: Bool) {
        entries[Int(number) - 1].isPaused = isPaused
        note(number)
    }

    /// A turn may begin with an event of a job whose queue nobody has asked for yet.
    mutating func count(_ number: UInt32, _ state: JobState, by step: Int, in ledgers: any Ledgers) throws {
        try load(from: ledgers)
        guard number > 0, number <= entries.count else { throw LedgerError.unreadableRow(.queues, UInt64(number)) }
        counts[(Int(number) - 1) * QueueRecord.stateCount + Int(state.rawValue)] &+= UInt64(bitPattern: Int64(step))
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
                add(record, stored: Array(value))
                return true
            }
        }
    }

    mutating func post(to ledgers: any Ledgers) throws {
        for index in changed {
            let bytes = self[UInt32(index + 1)].encoded()
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

    private mutating func add(_ record: QueueRecord, stored: [UInt8]?) {
        entries.append(
            Entry(
                name: record.name, scope: LimitScope.queue(record.name).text,
                isReserved: QueueRecord.isReserved(record.name), isPaused: record.isPaused, stored: stored,
                isChanged: false))
        counts.append(contentsOf: record.counts)
        numbers[record.name] = UInt32(entries.count)
    }

    private mutating func note(_ number: UInt32) {
        let index = Int(number) - 1
        guard !entries[index].isChanged else { return }
        entries[index].isChanged = true
        changed.append(index)
    }
}
