// A ledger row as a person reads it: one JSON object with names in place of numbers and instants in place of
// microseconds.
//
// Two rows that differ in any byte have different texts, so that texts may be compared in place of rows: a row that
// does not come out of its reading as it went in is written in hex instead.

package import DaybookModel

/// Not Sendable: one thread at a time.
package final class LedgerRowText {
    private let ledgers: any Ledgers
    private var names = NameBook()
    private var queues: [UInt32: String] = [:]
    private var object = JSONObject()

    /// Numbers are looked up in `ledgers`, which are those that the rows come from.
    package init(_ ledgers: any Ledgers) {
        self.ledgers = ledgers
    }

    /// The bytes are valid until the next call.
    package func line(_ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> [UInt8]
    {
        object.begin()
        object.text("table", table.name)
        if try !write(table, key, value) {
            object.begin()
            object.text("table", table.name)
            object.hex("key", key)
            object.hex("value", value)
        }
        object.end()
        return object.bytes
    }

    package func text(_ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> String {
        String(decoding: try line(table, key, value), as: UTF8.self)
    }

    private func write(_ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool {
        switch table {
        case .jobs: try writeJob(key, value)
        case .ready: try writeReady(key, value)
        case .due: writeDue(key, value)
        case .running: writeRunning(key, value)
        case .queues: writeQueue(key, value)
        case .names: writeName(key, value)
        case .keys: writeKey(key, value)
        case .processes: writeProcess(key, value)
        case .steps: writeSteps(key, value)
        case .recurring: writeRecurring(key, value)
        case .recurringDue: writeRecurringDue(key, value)
        case .limits: object.limit(key, value)
        case .limitWaits: object.limitWait(key)
        case .jobLimits: object.jobLimits(key, value)
        case .retention: object.retention(key, value)
        case .archives: object.archive(key, value)
        case .recurringKeys: writeRecurringKey(key, value)
        case .children: object.writeChild(key, value)
        case .conditions: object.writeConditions(key, value)
        case .batches: object.writeBatch(key, value)
        case .members: object.writeMember(key, value)
        }
    }

    // MARK: Tables

    private func writeJob(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool {
        guard key.count == 8, let record = JobRecord(value), record.withBytes({ $0.elementsEqual(value) }) else {
            return false
        }
        object.number("job", RowKey(key).high)
        object.text("state", record.state.name)
        if record.waitsFor != .nothing { object.text("waitsFor", String(describing: record.waitsFor)) }
        try writeQueueName(record.queue)
        try writeName("name", .job, record.name)
        if record.version > 1 { object.number("version", record.version) }
        object.number("priority", record.priority)
        object.number("attempt", record.attempt)
        object.number("attempts", record.attempts)
        if record.deaths != 0 { object.number("deaths", record.deaths) }
        if record.retry != 0 { try writeName("retry", .retry, record.retry) }
        if !record.flags.isEmpty { object.number("flags", record.flags.rawValue) }
        object.number("last", record.last)
        if record.token != 0 { object.number("token", record.token) }
        if record.process != 0 { object.number("process", record.process) }
        if record.position != 0 { object.number("position", record.position) }
        if record.due.microseconds != 0 { object.instant("due", record.due) }
        object.instant("since", record.since)
        if record.expires.microseconds != .max { object.instant("expires", record.expires) }
        object.instant("created", record.created)
        return true
    }

    private func writeReady(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool {
        guard key.count == 14, value.count == 8 else { return false }
        let key = RowKey(key)
        try writeQueueName(key.readyQueue)
        object.number("priority", key.readyPriority)
        object.number("position", key.readyPosition)
        object.number("job", LedgerRowText.number(value))
        return true
    }

    private func writeDue(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 16, value.isEmpty else { return false }
        object.instant("due", RowKey(key).dueInstant)
        object.number("job", RowKey(key).second)
        return true
    }

    private func writeRunning(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 16, value.count == 8 else { return false }
        object.number("process", RowKey(key).high)
        object.number("job", RowKey(key).second)
        object.number("token", LedgerRowText.number(value))
        return true
    }

    private func writeQueue(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        // The first count belongs to no state.
        guard key.count == 4, let record = QueueRecord(value), record.counts[0] == 0,
            record.encoded().elementsEqual(value)
        else { return false }
        object.number("queue", RowKey(key).readyQueue)
        object.text("name", record.name)
        object.flag("paused", record.isPaused)
        object.object("counts") { counts in
            for state in JobState.allCases where record[state] != 0 { counts.number(state.key, record[state]) }
        }
        return true
    }

    private func writeName(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = key.first, let kind = NameBook.Kind(rawValue: first & 0x7F) else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: key[1...])
        object.text("kind", String(describing: kind))
        guard first & 0x80 != 0 else {
            guard value.count == 4, let text = LedgerRowText.text(rest) else { return false }
            object.text("text", text)
            object.number("number", UInt32(littleEndian: value.loadUnaligned(as: UInt32.self)))
            return true
        }
        guard rest.count == 4, let text = LedgerRowText.text(value) else { return false }
        object.number("number", UInt32(bigEndian: rest.loadUnaligned(as: UInt32.self)))
        object.text("text", text)
        return true
    }

    private func writeKey(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = key.first, let kind = KeyBook.Kind(rawValue: first & 0x7F) else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: key[1...])
        object.text("kind", String(describing: kind))
        switch (kind, first & 0x80 != 0) {
        case (.unique, false), (.request, false):
            guard let holder = KeyBook.Holder(value), let text = LedgerRowText.text(rest) else { return false }
            object.text("key", text)
            object.number("job", holder.job)
            if let until = holder.until { object.instant("until", until) }
            return true
        case (.window, false):
            guard rest.count == 16, let text = LedgerRowText.text(value) else { return false }
            object.instant("until", RowKey(rest).dueInstant)
            object.number("job", RowKey(rest).second)
            object.text("key", text)
            return true
        case (.replaced, false):
            guard rest.count == 8, value.count == 8 else { return false }
            object.number("job", RowKey(rest).first)
            object.number("event", LedgerRowText.number(value))
            return true
        case (.window, true), (.replaced, true): return false
        case (.unique, true), (.request, true): break
        }
        guard rest.count == 8, let text = LedgerRowText.text(value) else { return false }
        object.number("job", UInt64(bigEndian: rest.loadUnaligned(as: UInt64.self)))
        object.text("key", text)
        return true
    }

    private func writeProcess(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let record = ProcessRecord(value) else { return false }
        object.number("process", RowKey(key).high)
        object.text("standing", String(describing: record.standing))
        object.instant("since", record.since)
        let runs = record.runs.texts
        if !runs.isEmpty { object.text("runs", runs.joined(separator: " ")) }
        return true
    }

    private func writeRecurring(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let record = RecurringRecord(value), record.encoded().elementsEqual(value) else {
            return false
        }
        object.number("recurring", RowKey(key).high)
        record.write(to: &object)
        return true
    }

    private func writeRecurringDue(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 16, value.isEmpty else { return false }
        object.instant("due", RowKey(key).dueInstant)
        object.number("recurring", RowKey(key).second)
        return true
    }

    private func writeRecurringKey(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let kind = key.first, value.count == 8 else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: key[1...])
        switch kind {
        case 1:
            guard let text = LedgerRowText.text(rest) else { return false }
            object.text("id", text)
        case 2:
            guard rest.count == 8 else { return false }
            object.number("job", UInt64(bigEndian: rest.loadUnaligned(as: UInt64.self)))
        default: return false
        }
        object.number("recurring", LedgerRowText.number(value))
        return true
    }

    private func writeSteps(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard key.count == 8, let book = StepBook(value), book.encoded().elementsEqual(value) else { return false }
        object.number("job", RowKey(key).high)
        object.object("steps") { steps in
            for step in book.steps { steps.object(step.name) { $0.number("event", step.event) } }
        }
        return true
    }

    // MARK: Names

    private func writeQueueName(_ number: UInt32) throws {
        if let known = queues[number] { return object.text("queue", known) }
        let record = try RowKey.small(number).withBytes { try ledgers.read(.queues, $0) { QueueRecord($0) } } ?? nil
        guard let record else { return object.number("queue", number) }
        queues[number] = record.name
        object.text("queue", record.name)
    }

    private func writeName(_ key: StaticString, _ kind: NameBook.Kind, _ number: UInt32) throws {
        guard let text = try names.text(kind, number, in: ledgers) else { return object.number(key, number) }
        object.text(key, text)
    }

    private static func number(_ value: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String? { String(validating: bytes, as: UTF8.self) }
}

extension JobState {
    /// The state's name, where a JSON key needs it.
    var key: StaticString {
        switch self {
        case .awaiting: "awaiting"
        case .scheduled: "scheduled"
        case .enqueued: "enqueued"
        case .processing: "processing"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .parked: "parked"
        }
    }
}
