// Copies a store into an empty environment, row by row, while others go on writing.
//
// The log is append-only, so what was its end once stays the end of an unchanging prefix: its events are copied in
// short snapshots, a few megabytes each, until only the last stretch is left. That one, the nodes of the history tree
// and the ledgers are copied from one snapshot, and so the copy is the store as of one commit. What is pinned for long
// are thus the ledgers at most, which are small beside the log. LMDB's own copy holds one snapshot throughout, and in
// that time every page that the writers free is lost to them.
//
// Rows arrive in the order of their keys, so every page of the copy is full: a copy is also what compacts a store.

internal import DaybookLMDB
internal import DaybookModel

struct StoreCopy {
    /// So much goes into one transaction of the copy, and at most so much is read in one snapshot of the log.
    static let stretchBytes = 4 << 20
    /// Every page that waits to be written is one more that a writer's flush may have to wait for.
    static let flushBytes = 32 << 20

    let source: LMDBEnvironment
    let target: LMDBEnvironment
    let control: CopyControl
    let pace: CopyPace
    /// Flushes what was written so far.
    let flush: () throws -> Void

    /// Answers the last event that was copied.
    func run() throws -> SequenceNumber {
        try source.checkSize()
        var next: SequenceNumber = 1
        var unflushed = 0
        while let (copied, bytes, last) = try copyStretch(from: next) {
            next = copied + 1
            // What has come since is no more than a stretch.
            if copied == last { break }
            unflushed += bytes
            if unflushed >= StoreCopy.flushBytes {
                try flush()
                unflushed = 0
            }
            control.progress(CopyProgress(phase: .copying, position: copied, total: last))
            try breathe()
        }
        return try source.read { transaction in try copyRest(transaction.handle, from: next) }
    }

    private func breathe() throws {
        try control.requireGoingOn()
        pace.rest()
    }

    /// Copies some events in a snapshot of their own: up to which one, and what the log's last is. Nil at its end.
    private func copyStretch(
        from first: SequenceNumber
    ) throws -> (copied: SequenceNumber, bytes: Int, last: SequenceNumber)? {
        try source.read { transaction in
            let events = try database(LogDatabases.events, source)
            var cursor = try transaction.handle.unsafeCursor(events)
            defer { cursor.close() }
            guard try cursor.move(.last) else { return nil }
            let last = try SequenceKey.read(cursor.key)
            guard first <= last else { return nil }
            let (next, bytes) = try copyChunk(LogDatabases.events, transaction.handle, from: SequenceKey.bytes(first))
            let copied = try next.map { try $0.withUnsafeBytes { try SequenceKey.read($0) - 1 } } ?? last
            return (copied, bytes, last)
        }
    }

    /// What has to come from one snapshot.
    private func copyRest(_ handle: TransactionHandle, from first: SequenceNumber) throws -> SequenceNumber {
        try copyAll(LogDatabases.events, handle, from: SequenceKey.bytes(first))
        for name in LogDatabases.names where name != LogDatabases.events {
            guard source.database(name) != nil else { continue }
            control.progress(CopyProgress(phase: .ledgers, position: 0, total: 0))
            try copyAll(name, handle, from: [])
        }
        return try target.read { transaction in
            var cursor = try transaction.handle.unsafeCursor(try database(LogDatabases.events, target))
            defer { cursor.close() }
            return try cursor.move(.last) ? try SequenceKey.read(cursor.key) : 0
        }
    }

    private func copyAll(_ name: String, _ handle: TransactionHandle, from start: [UInt8]) throws {
        var next: [UInt8]? = start
        while let start = next {
            try control.requireGoingOn()
            next = try copyChunk(name, handle, from: start).next
        }
    }

    /// Copies rows in one transaction of the copy, and says with which key to go on. It may run more than once, when
    /// the copy's map has to grow.
    private func copyChunk(
        _ name: String, _ handle: TransactionHandle, from start: [UInt8]
    ) throws -> (next: [UInt8]?, bytes: Int) {
        let (from, to) = (try database(name, source), try database(name, target))
        return try target.write { transaction in
            var reading = try handle.unsafeCursor(from)
            defer { reading.close() }
            var writing = try transaction.handle.unsafeCursor(to)
            defer { writing.close() }
            var bytes = 0
            var found = try start.isEmpty ? reading.move(.first) : start.withUnsafeBytes { try reading.seek($0) }
            while found {
                guard bytes < StoreCopy.stretchBytes else { return (Array(reading.key), bytes) }
                if name == LogDatabases.events { try requireSound(reading.key, reading.value) }
                bytes += reading.key.count + reading.value.count
                // The copy has one set of ledgers, whichever was in use here.
                if name != LogDatabases.meta || !reading.key.elementsEqual(LedgerSet.key.utf8) {
                    try writing.put(key: reading.key, reading.value, .append)
                }
                found = try reading.move(.next)
            }
            return (nil, bytes)
        }
    }

    private func requireSound(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(LogError) {
        let sequence = try SequenceKey.read(key)
        guard EventChecksum.matches(value, at: sequence) else {
            throw LogError(
                .damaged,
                """
                Event \(sequence) is damaged, and a copy would be too. Run `daybook log verify`; see `daybook recover`.
                """, at: sequence)
        }
    }

    private func database(_ name: String, _ environment: LMDBEnvironment) throws(LogError) -> Database {
        guard let found = environment.database(name) else {
            throw LogError(.damaged, "The database \(name) is missing in data.mdb; see `daybook recover`.")
        }
        return found
    }
}

extension SequenceKey {
    static func bytes(_ sequence: SequenceNumber) -> [UInt8] { withUnsafeBytes(of: sequence.bigEndian, Array.init) }
}
