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
    package let name: String

    /// A batch that has more is refused more.
    package static let jobsMax: UInt64 = 10_000_000

    package init(name: String, at sequence: SequenceNumber, _ time: Instant) {
        standing = .open
        last = sequence
        since = time
        created = time
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

    package func encoded() -> [UInt8] {
        let marks: UInt8 = (isCancelling ? 1 : 0) | (wasCancelled ? 2 : 0)
        var bytes: [UInt8] = [standing.number, marks]
        bytes.reserveCapacity(BatchRecord.fixedBytes + name.utf8.count)
        for number in [
            cursor, jobs, succeeded, failed, cancelled, last, UInt64(bitPattern: since.microseconds),
            UInt64(bitPattern: created.microseconds),
        ] { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        bytes.append(contentsOf: name.utf8)
        return bytes
    }

    /// `nil` if the bytes are no such row.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        func number(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 + 8 * index, as: UInt64.self))
        }
        guard bytes.count >= BatchRecord.fixedBytes, let standing = BatchStanding(number: bytes[0]), bytes[1] < 4,
            let name = String(validating: bytes[BatchRecord.fixedBytes...], as: UTF8.self)
        else { return nil }
        self.standing = standing
        isCancelling = bytes[1] & 1 != 0
        wasCancelled = bytes[1] & 2 != 0
        (cursor, jobs, succeeded, failed) = (number(0), number(1), number(2), number(3))
        (cancelled, last) = (number(4), number(5))
        since = Instant(microseconds: Int64(bitPattern: number(6)))
        created = Instant(microseconds: Int64(bitPattern: number(7)))
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

    /// The batch that a job belongs to.
    package static func number(of job: SequenceNumber, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try RowKey.child(of: 0, job).withBytes { key in
            try ledgers.read(.members, key) { SequenceNumber(littleEndian: $0.loadUnaligned(as: SequenceNumber.self)) }
        }
    }

    /// The jobs of a batch, from behind `cursor`.
    package static func members(
        of batch: SequenceNumber, after cursor: SequenceNumber = 0, limit: Int, in ledgers: any Ledgers
    ) throws -> [SequenceNumber] {
        var found: [SequenceNumber] = []
        guard limit > 0, cursor < .max else { return [] }
        try RowKey.child(of: batch, cursor + 1).withBytes { start in
            try ledgers.scan(.members, from: start) { key, _ in
                let key = RowKey(key)
                guard key.first == batch else { return false }
                found.append(key.second)
                return found.count < limit
            }
        }
        return found
    }
}
