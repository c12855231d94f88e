/// What belongs to which batch. Jobs and batches stand apart, so that whoever asks for a batch's jobs is given jobs,
/// and its few batches are found among any number of jobs.
extension BatchRecord {
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
        try seconds(of: batch, after: cursor, limit: limit, in: ledgers)
    }

    /// The batches inside a batch, but not those inside them, from behind `cursor`.
    package static func batches(
        in batch: SequenceNumber, after cursor: SequenceNumber = 0, limit: Int, in ledgers: any Ledgers
    ) throws -> [SequenceNumber] {
        try seconds(of: RowKey.holdsBatches | batch, after: cursor, limit: limit, in: ledgers)
    }

    /// The same with their rows.
    package static func inner(
        of batch: SequenceNumber, after cursor: SequenceNumber = 0, limit: Int, in ledgers: any Ledgers
    ) throws -> [(number: SequenceNumber, record: BatchRecord)] {
        try batches(in: batch, after: cursor, limit: limit, in: ledgers).compactMap { number in
            try BatchRecord.of(number, in: ledgers).map { (number, $0) }
        }
    }

    private static func seconds(
        of first: UInt64, after cursor: SequenceNumber, limit: Int, in ledgers: any Ledgers
    ) throws -> [SequenceNumber] {
        var found: [SequenceNumber] = []
        guard limit > 0, cursor < .max else { return [] }
        try RowKey.child(of: first, cursor + 1).withBytes { start in
            try ledgers.scan(.members, from: start) { key, _ in
                let key = RowKey(key)
                guard key.first == first else { return false }
                found.append(key.second)
                return found.count < limit
            }
        }
        return found
    }
}

extension RowKey {
    /// Set in the first number of a row of `members`, that row is about a batch inside a batch.
    package static let holdsBatches: UInt64 = 1 << 63
}
