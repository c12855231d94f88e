/// Jobs that are one thing: how many there are, how they have ended so far, and what that makes of the whole.
package struct BatchRecord: Equatable, Sendable {
    package var standing: BatchStanding
    /// Its unfinished jobs are being cancelled, up to `cursor` by now.
    package var isCancelling = false
    package var wasCancelled = false
    package var cursor: SequenceNumber = 0
    package var jobs: UInt64 = 0
    package var succeeded: UInt64 = 0
    package var failed: UInt64 = 0
    package var cancelled: UInt64 = 0
    /// The latest event that moved it.
    package var last: SequenceNumber
    package var since: Instant
    package let created: Instant
    /// The batch that it is part of, and counts in as one job; 0 if there is none.
    package let outer: SequenceNumber
    package let name: String

    /// A batch that has more is refused more. Batches inside it are among them.
    package static let jobsMax: UInt64 = 10_000_000
    /// So many batches stand one inside another at most.
    package static let depthMax = 16

    package init(name: String, in outer: SequenceNumber = 0, at sequence: SequenceNumber, _ time: Instant) {
        standing = .open
        last = sequence
        since = time
        created = time
        self.outer = outer
        self.name = name
    }

    package var unfinished: UInt64 { jobs - min(jobs, succeeded + failed + cancelled) }

    /// What its jobs' ends make of it.
    package var end: BatchStanding {
        if wasCancelled { return .cancelled }
        if failed > 0 { return .failed }
        return cancelled > 0 ? .cancelled : .succeeded
    }

    /// Whether something is to follow that no turn has done yet.
    var needsAttention: Bool {
        if isCancelling { return true }
        return standing.isEnded ? unfinished > 0 : standing == .running && unfinished == 0
    }

    mutating func count(_ state: JobState, by step: Int) {
        let change = UInt64(bitPattern: Int64(step))
        switch state {
        case .succeeded: succeeded &+= change
        case .failed: failed &+= change
        case .cancelled: cancelled &+= change
        default: break
        }
    }

    // MARK: Bytes

    private static let fixedBytes = 66

    /// Calls `body` with its row.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let nameStart = BatchRecord.fixedBytes + (outer != 0 ? 8 : 0)
        let count = nameStart + name.utf8.count
        return try withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { row in
            func store(_ number: UInt64, _ index: Int) {
                row.storeBytes(of: number.littleEndian, toByteOffset: 2 + 8 * index, as: UInt64.self)
            }
            row[0] = standing.number
            row[1] = (isCancelling ? 1 : 0) | (wasCancelled ? 2 : 0) | (outer != 0 ? 4 : 0)
            store(cursor, 0)
            store(jobs, 1)
            store(succeeded, 2)
            store(failed, 3)
            store(cancelled, 4)
            store(last, 5)
            store(UInt64(bitPattern: since.microseconds), 6)
            store(UInt64(bitPattern: created.microseconds), 7)
            if outer != 0 { store(outer, 8) }
            for (index, byte) in name.utf8.enumerated() { row[nameStart + index] = byte }
            return try body(UnsafeRawBufferPointer(row))
        }
    }

    /// `nil` if the bytes are no such row.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        func number(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 + 8 * index, as: UInt64.self))
        }
        guard bytes.count >= BatchRecord.fixedBytes, let standing = BatchStanding(number: bytes[0]), bytes[1] < 8
        else { return nil }
        let nameStart = BatchRecord.fixedBytes + (bytes[1] & 4 != 0 ? 8 : 0)
        guard bytes.count >= nameStart, let name = String(validating: bytes[nameStart...], as: UTF8.self) else {
            return nil
        }
        self.standing = standing
        isCancelling = bytes[1] & 1 != 0
        wasCancelled = bytes[1] & 2 != 0
        (cursor, jobs, succeeded, failed) = (number(0), number(1), number(2), number(3))
        (cancelled, last) = (number(4), number(5))
        since = Instant(microseconds: Int64(bitPattern: number(6)))
        created = Instant(microseconds: Int64(bitPattern: number(7)))
        outer = bytes[1] & 4 != 0 ? number(8) : 0
        self.name = name
    }

    package static func of(_ batch: SequenceNumber, in ledgers: any Ledgers) throws -> BatchRecord? {
        try RowKey.number(batch).withBytes { key in
            try ledgers.read(.batches, key) { bytes throws(LedgerError) in
                guard let record = BatchRecord(bytes) else { throw LedgerError.unreadableRow(.batches, batch) }
                return record
            }
        }
    }
}
