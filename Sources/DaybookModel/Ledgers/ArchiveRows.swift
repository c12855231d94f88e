/// What is known of an archive: a row for each, whether or not its file is there.
package struct ArchiveRecord: Equatable, Sendable {
    package let first: SequenceNumber
    package let last: SequenceNumber
    /// The event that says so.
    package let checkpoint: SequenceNumber
    package let until: Instant
    package let digest: [UInt8]
    package let head: [UInt8]
    package let root: [UInt8]
    package let base: [UInt8]

    static let byteCount = 24 + 32 * 3 + 16

    init(_ archived: Archived, at checkpoint: SequenceNumber) {
        first = archived.first
        last = archived.last
        self.checkpoint = checkpoint
        until = archived.until
        digest = archived.digest
        head = archived.head
        root = archived.root
        base = archived.base
    }

    package init?(last: SequenceNumber, _ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == ArchiveRecord.byteCount else { return nil }
        func number(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        self.last = last
        first = number(0)
        checkpoint = number(8)
        until = Instant(microseconds: Int64(bitPattern: number(16)))
        digest = Array(bytes[24..<56])
        head = Array(bytes[56..<88])
        root = Array(bytes[88..<120])
        base = Array(bytes[120..<136])
    }

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for number in [first, checkpoint, UInt64(bitPattern: until.microseconds)] {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes + digest + head + root + base
    }
}

/// The rows of `archives`.
package enum ArchiveRows {
    private static let archiveKind: UInt8 = 1
    private static let carriedKind: UInt8 = 2

    /// Every archive there ever was, the oldest first.
    package static func all(in ledgers: any Ledgers) throws -> [ArchiveRecord] {
        var found: [ArchiveRecord] = []
        try withUnsafeBytes(of: archiveKind) { start in
            try ledgers.scan(.archives, from: start) { key, value in
                guard let last = lastEvent(key) else { return false }
                guard let record = ArchiveRecord(last: last, value) else {
                    throw LedgerError.unreadableRow(.archives, last)
                }
                found.append(record)
                return true
            }
        }
        return found
    }

    /// Those that together hold everything up to `last`, the oldest first. A log that was imported tells of archives
    /// of the store that it came from, and may have been archived anew at other places.
    package static func chain(through last: SequenceNumber, in ledgers: any Ledgers) throws -> [ArchiveRecord] {
        var found: [ArchiveRecord] = []
        var next = last
        while next > 0, let record = try archive(endingWith: next, in: ledgers), record.first <= record.last {
            found.append(record)
            next = record.first - min(record.first, 1)
        }
        return found.reversed()
    }

    private static func archive(
        endingWith last: SequenceNumber, in ledgers: any Ledgers
    ) throws -> ArchiveRecord? {
        try withKey(archiveKind, last) { key in
            try ledgers.read(.archives, key) { value throws(LedgerError) in
                guard let record = ArchiveRecord(last: last, value) else {
                    throw LedgerError.unreadableRow(.archives, last)
                }
                return record
            }
        }
    }

    static func add(_ record: ArchiveRecord, in ledgers: any Ledgers) throws {
        try withKey(archiveKind, record.last) { key in
            let old = try ledgers.read(.archives, key) { Array($0) }
            try record.encoded().withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.archives, key, value, replacing: nil) }
                try old.withUnsafeBytes { try ledgers.put(.archives, key, value, replacing: $0) }
            }
        }
    }

    /// The event that carries a job on whose creation lies in an archive.
    package static func carried(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try withKey(carriedKind, job) { key in
            try ledgers.read(.archives, key) { value in
                value.count == 8 ? SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self)) : nil
            } ?? nil
        }
    }

    static func setCarried(_ job: SequenceNumber, _ event: SequenceNumber?, in ledgers: any Ledgers) throws {
        let old = try carried(job, in: ledgers)
        try withKey(carriedKind, job) { key in
            if let event {
                try withUnsafeBytes(of: event.littleEndian) { value in
                    guard let old else { return try ledgers.put(.archives, key, value, replacing: nil) }
                    try withUnsafeBytes(of: old.littleEndian) { try ledgers.put(.archives, key, value, replacing: $0) }
                }
            } else if let old {
                try withUnsafeBytes(of: old.littleEndian) { try ledgers.remove(.archives, key, old: $0) }
            }
        }
    }

    /// Which archive a row of the table is about; nil if it is about none.
    package static func lastEvent(_ key: UnsafeRawBufferPointer) -> SequenceNumber? {
        key.count == 9 && key[0] == archiveKind ? number(in: key) : nil
    }

    private static func number(in key: UnsafeRawBufferPointer) -> SequenceNumber {
        SequenceNumber(bigEndian: key.loadUnaligned(fromByteOffset: 1, as: SequenceNumber.self))
    }

    private static func withKey<R>(
        _ kind: UInt8, _ number: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        var bytes = [kind]
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        return try bytes.withUnsafeBytes(body)
    }
}

extension Books {
    /// What is kept, what was moved away, and what the store was made of.
    mutating func applyKeeping(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .checkpoint, .carried: try applyArchive(event, at: sequence, in: ledgers)
        case .restored, .keysChanged: try names.take(event.body, at: sequence, in: ledgers)
        default: try applyRetention(event, at: sequence, in: ledgers)
        }
    }

    private mutating func applyArchive(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .checkpoint(let archived):
            let body = archived.value
            guard [body.digest, body.head, body.root].allSatisfy({ $0.count == 32 }), body.base.count == 16,
                body.first <= body.last, body.last < sequence
            else { throw LedgerError.impossibleEvent(sequence, .checkpoint, "it does not describe an archive") }
            try ArchiveRows.add(ArchiveRecord(body, at: sequence), in: ledgers)
        case .carried:
            try change(event, sequence, in: ledgers) { $0.flags.insert(.isCarried) }
            try ArchiveRows.setCarried(event.job, sequence, in: ledgers)
            try forgetReplacement(event.job, in: ledgers)
        default: break
        }
    }

    /// What was carried on has the arguments that it was given last.
    private mutating func forgetReplacement(_ job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let index = jobs.index(of: job), jobs[index].record.flags.remove(.isReplaced) != nil else { return }
        try KeyBook.forgetReplacement(of: job, in: ledgers)
    }
}
