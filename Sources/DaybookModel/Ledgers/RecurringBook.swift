/// The rows of recurring jobs. Few events touch them, so they are read and written through at once; only when the next
/// one is due is asked in every turn, and so remembered.
package struct RecurringBook {
    /// When the first row is due. Outer nil: not known.
    private var known: Instant??

    private enum Kind: UInt8 {
        /// Id → recurring job.
        case id = 1
        /// Job → the recurring job that counts it.
        case job = 2
    }

    package init() {}

    mutating func forget() { known = nil }

    /// When the next recurring job is due. A store without any is asked once.
    package mutating func nextDue(in ledgers: any Ledgers) throws -> Instant? {
        if let known { return known }
        let next = try RecurringBook.firstDue(in: ledgers)
        known = .some(next)
        return next
    }

    /// Calls `body` with what is due, the earliest first, for as long as it answers true.
    package static func forEachDue(
        in ledgers: any Ledgers, _ body: (Instant, SequenceNumber) throws -> Bool
    ) throws {
        try RowKey.due(Instant(microseconds: .min), job: 0).withBytes { start in
            try ledgers.scan(.recurringDue, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel else { return false }
                return try body(key.dueInstant, key.second)
            }
        }
    }

    private static func firstDue(in ledgers: any Ledgers) throws -> Instant? {
        var next: Instant?
        try forEachDue(in: ledgers) { instant, _ in
            next = instant
            return false
        }
        return next
    }

    // MARK: Records

    package static func record(_ definition: SequenceNumber, in ledgers: any Ledgers) throws -> RecurringRecord? {
        try RowKey.number(definition).withBytes { key in
            try ledgers.read(.recurring, key) { bytes throws(LedgerError) in
                guard let record = RecurringRecord(bytes) else {
                    throw LedgerError.unreadableRow(.recurring, definition)
                }
                return record
            }
        }
    }

    /// The recurring job of that id, removed or not.
    package static func definition(_ id: String, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withKey(.id, Array(id.utf8)) { key in try ledgers.read(.recurringKeys, key, number) }
    }

    /// Calls `body` with all of them, removed ones too, in the order in which they came into being.
    package static func forEach(
        after definition: SequenceNumber = 0, in ledgers: any Ledgers,
        _ body: (SequenceNumber, RecurringRecord) throws -> Bool
    ) throws {
        try RowKey.number(definition + 1).withBytes { start in
            try ledgers.scan(.recurring, from: start) { key, value in
                let definition = RowKey(key).first
                guard let record = RecurringRecord(value) else {
                    throw LedgerError.unreadableRow(.recurring, definition)
                }
                return try body(definition, record)
            }
        }
    }

    /// Writes a record and moves its row among the due ones.
    mutating func put(
        _ definition: SequenceNumber, _ record: RecurringRecord, replacing old: RecurringRecord?,
        in ledgers: any Ledgers
    ) throws {
        try RowKey.number(definition).withBytes { key in
            try record.encoded().withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.recurring, key, value, replacing: nil) }
                try old.encoded().withUnsafeBytes { try ledgers.put(.recurring, key, value, replacing: $0) }
            }
        }
        guard record.wake != old?.wake else { return }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        if let wake = old?.wake {
            try RowKey.due(wake, job: definition).withBytes { try ledgers.remove(.recurringDue, $0, old: nothing) }
            if case .some(.some(wake)) = known { known = nil }
        }
        if let wake = record.wake {
            try RowKey.due(wake, job: definition).withBytes {
                try ledgers.put(.recurringDue, $0, nothing, replacing: nil)
            }
            if let first = known { known = .some(min(first ?? wake, wake)) }
        }
    }

    /// Enters the id of a new one, and with the first of all the row that its tree keeps for ever.
    mutating func enter(_ id: String, _ definition: SequenceNumber, in ledgers: any Ledgers) throws {
        let sentinel = RowKey.sentinel(.recurringDue)
        if try sentinel.withBytes({ try ledgers.read(.recurringDue, $0) { _ in true } }) == nil {
            try sentinel.withBytes {
                try ledgers.put(
                    .recurringDue, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
            }
        }
        try RecurringBook.withKey(.id, Array(id.utf8)) { key in
            try withUnsafeBytes(of: definition.littleEndian) {
                try ledgers.put(.recurringKeys, key, $0, replacing: nil)
            }
        }
    }

    // MARK: Jobs that are counted

    static func counter(of job: SequenceNumber, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withJob(job) { key in try ledgers.read(.recurringKeys, key, number) }
    }

    static func count(_ job: SequenceNumber, for definition: SequenceNumber, in ledgers: any Ledgers) throws {
        try withJob(job) { key in
            try withUnsafeBytes(of: definition.littleEndian) {
                try ledgers.put(.recurringKeys, key, $0, replacing: nil)
            }
        }
    }

    static func forget(_ job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let definition = try counter(of: job, in: ledgers) else { return }
        try withJob(job) { key in
            try withUnsafeBytes(of: definition.littleEndian) { try ledgers.remove(.recurringKeys, key, old: $0) }
        }
    }

    private static func withJob<R>(
        _ job: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try withUnsafeBytes(of: job.bigEndian) { try withKey(.job, Array($0), body) }
    }

    private static func withKey<R>(
        _ kind: Kind, _ rest: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        try ([kind.rawValue] + rest).withUnsafeBytes(body)
    }

    private static func number(_ value: UnsafeRawBufferPointer) -> SequenceNumber {
        SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self))
    }
}
