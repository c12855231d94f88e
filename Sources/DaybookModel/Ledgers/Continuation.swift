/// A job has come to its end, or was taken up again, and not all who wait for it have been told: what is to be told,
/// and how far that has come. The rows stand before all others of `children`.
package struct Continuation: Equatable, Sendable {
    /// What the job has come to; one that is no end means that it was taken up again.
    package let state: JobState
    /// The event that says so.
    package let cause: SequenceNumber
    /// The last that was told.
    package var cursor: SequenceNumber = 0

    init(_ state: JobState, cause: SequenceNumber) {
        self.state = state
        self.cause = cause
    }

    package func encoded() -> [UInt8] {
        var bytes = [state.rawValue]
        withUnsafeBytes(of: cause.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: cursor.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// `nil` if the bytes are no such row.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 17, let state = JobState(rawValue: bytes[0]) else { return nil }
        self.init(
            state,
            cause: SequenceNumber(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: SequenceNumber.self)))
        cursor = SequenceNumber(littleEndian: bytes.loadUnaligned(fromByteOffset: 9, as: SequenceNumber.self))
    }

    package static func of(_ job: SequenceNumber, in ledgers: any Ledgers) throws -> Continuation? {
        try RowKey.child(of: 0, job).withBytes { key in
            try ledgers.read(.children, key) { bytes throws(LedgerError) in
                guard let row = Continuation(bytes) else { throw LedgerError.unreadableRow(.children, job) }
                return row
            }
        }
    }

    /// The job that is the first to go on with.
    package static func first(in ledgers: any Ledgers) throws -> SequenceNumber? {
        var found: SequenceNumber?
        try RowKey.child(of: 0, 0).withBytes { start in
            try ledgers.scan(.children, from: start) { key, _ in
                let key = RowKey(key)
                if key.first == 0 { found = key.second }
                return false
            }
        }
        return found
    }

    /// Those who wait for a job, or would again if it were taken up once more; at most `limit`, from behind `cursor`.
    package static func children(
        of parent: SequenceNumber, after cursor: SequenceNumber = 0, limit: Int, in ledgers: any Ledgers
    ) throws -> [SequenceNumber] {
        var found: [SequenceNumber] = []
        guard limit > 0, cursor < .max else { return [] }
        try RowKey.child(of: parent, cursor + 1).withBytes { start in
            try ledgers.scan(.children, from: start) { key, _ in
                let key = RowKey(key)
                guard key.first == parent else { return false }
                found.append(key.second)
                return found.count < limit
            }
        }
        return found
    }
}
