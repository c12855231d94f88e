import DaybookLog
import DaybookModel
import Testing

@Suite struct `Rebuilding ledgers` {
    private func rows(of table: Table, _ store: VerifyStore) throws -> [([UInt8], [UInt8])] {
        try store.storage.read { log in
            var rows: [([UInt8], [UInt8])] = []
            try [0 as UInt8].withUnsafeBytes { first in
                try log.scan(table, from: first) { key, value in
                    rows.append((Array(key), Array(value)))
                    return true
                }
            }
            return rows
        }
    }

    /// Changes, takes out and adds rows in every table.
    private func damage(_ store: VerifyStore) throws -> Int {
        var count = 0
        for table in Table.allCases {
            let rows = try rows(of: table, store)
            let middle = rows.count / 2
            try store.put(table.name, rows[middle].0, rows[middle].1 + [1])
            try store.remove(table.name, rows[0].0)
            try store.put(table.name, [7, 7, 7, 7, 7, 7, 7, 7], [1])
            // Where there is but one row, it is the one that is changed and taken out.
            count += middle == 0 ? 2 : 3
        }
        return count
    }

    private func rebuild(_ storage: any LogStorage) throws -> LedgerRebuild.Result {
        try LedgerRebuild(storage).run(now: .second(1_000_000), by: .person("ann"), reason: "told to")
    }

    @Test func `makes them what the log makes of them, and says so in the log`() throws {
        try VerifyStore.with(seed: 8, turns: 120) { store in
            let before = try store.storage.liveDump().split(separator: "\n").dropFirst()
            let last = try store.last
            let count = try damage(store)
            #expect(store.verify().verdict == .damaged)
            #expect(try rebuild(store.storage) == LedgerRebuild.Result(sequence: last, rows: count, event: last + 1))
            #expect(try store.storage.liveDump().split(separator: "\n").dropFirst() == before)
            let report = store.verify()
            #expect(report.verdict == .good, "\(report.text)")
            #expect(report.ledgers == .equalToRebuild)
            let event = try store.storage.read { try $0.event(last + 1) { try Event($0, at: last + 1) } }
            #expect(event?.body == .rebuilt(rows: UInt64(count), reason: "told to"))
            #expect(event?.actor == .person("ann"))
        }
    }

    @Test func `writes nothing where nothing is wrong`() throws {
        try VerifyStore.with(seed: 8, turns: 50) { store in
            let before = try store.storage.liveDump()
            #expect(try rebuild(store.storage).event == nil)
            #expect(try store.storage.liveDump() == before)
        }
    }

    @Test func `leaves them as they were when it is interrupted anywhere`() throws {
        try VerifyStore.with(seed: 8, turns: 60) { store in
            let count = try damage(store)
            let damaged = try store.storage.liveDump()
            for writes in 0...count {
                #expect(throws: FailingStorage.Failure()) { try rebuild(FailingStorage(store.storage, after: writes)) }
                try #require(try store.storage.liveDump() == damaged, "after \(writes) writes")
            }
            #expect(try rebuild(FailingStorage(store.storage, after: count + 1)).rows == count)
            #expect(store.verify().verdict == .good)
        }
    }

    @Test func `makes all of them anew where nothing is left`() throws {
        try VerifyStore.with(seed: 8, turns: 60) { store in
            // More than a walk over a table reads at once.
            try LogWriter(store.storage).turn(now: .second(900_000)) { turn in
                for _ in 0..<4_500 { _ = try turn.perform(.enqueue(Box(.example()), onConflict: .existing)) }
            }
            let before = try store.storage.liveDump()
            var count = 0
            for table in Table.allCases {
                for (key, _) in try rows(of: table, store) {
                    try store.remove(table.name, key)
                    count += 1
                }
            }
            #expect(count > 9_000)
            #expect(try rebuild(store.storage).rows == count)
            #expect(
                try store.storage.liveDump().split(separator: "\n").dropFirst()
                    == before.split(separator: "\n").dropFirst())
            let report = store.verify()
            #expect(report.verdict == .good, "\(report.text)")
        }
    }

    @Test func `refuses where commits recorded other ledgers than their events give`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.turn(now: .second(1)) { turn in
            _ = try turn.perform(.enqueue())
            try [9 as UInt8, 9].withUnsafeBytes { try turn.transaction.put(.names, $0, $0, replacing: nil) }
        }
        let before = try storage.liveDump()
        #expect(throws: LogError.self) { try rebuild(storage) }
        #expect(try storage.liveDump() == before)
    }

    @Test func `a writer that was at work goes on with what is right`() throws {
        try VerifyStore.with(turns: 0) { store in
            let writer = LogWriter(store.storage)
            try writer.perform(.enqueue())
            try writer.perform(.claim(Claim(process: 1, queues: nil, slots: 1)))
            // The writer holds the running job and the queue's counts in memory, and they are wrong now.
            let queue = try #require(try store.row("queues", [0, 0, 0, 1]))
            try store.put("queues", [0, 0, 0, 1], [1] + queue.dropFirst())
            let other = LogWriter(store.storage)
            try other.perform(.enqueue())
            try writer.perform(.enqueue())
            #expect(store.verify().verdict == .damaged)
            #expect(try rebuild(store.storage).rows == 1)
            try writer.perform(.enqueue())
            try writer.perform(.finish(job: 2, token: 3, .succeeded(Succeeded(ranMicroseconds: 1)), actor: .process(1)))
            let report = store.verify()
            #expect(report.verdict == .good, "\(report.text)")
        }
    }
}

/// A storage whose transactions fail after so many writes.
struct FailingStorage: LogStorage {
    struct Failure: Error, Equatable {}

    private let storage: any LogStorage
    private let writesMax: Int

    init(_ storage: any LogStorage, after writesMax: Int) {
        self.storage = storage
        self.writesMax = writesMax
    }

    func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R { try storage.read(body) }

    func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        try storage.write { try body(FailingTransaction($0, writesLeft: writesMax)) }
    }
}

private final class FailingTransaction: LogTransaction {
    private let transaction: any LogTransaction
    private var writesLeft: Int

    init(_ transaction: any LogTransaction, writesLeft: Int) {
        self.transaction = transaction
        self.writesLeft = writesLeft
    }

    private func countWrite() throws {
        guard writesLeft > 0 else { throw FailingStorage.Failure() }
        writesLeft -= 1
    }

    var ledgerDigest: LedgerDigest {
        get { transaction.ledgerDigest }
        set { transaction.ledgerDigest = newValue }
    }

    func append(_ batch: EventBatch, ifHeadIs head: SequenceNumber) throws -> AppendResult {
        try countWrite()
        return try transaction.append(batch, ifHeadIs: head)
    }

    func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        replacing old: UnsafeRawBufferPointer?
    ) throws {
        try countWrite()
        try transaction.put(table, key, value, replacing: old)
    }

    func remove(_ table: Table, _ key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer) throws {
        try countWrite()
        try transaction.remove(table, key, old: old)
    }

    var last: SequenceNumber { get throws { try transaction.last } }

    func event<R>(_ sequence: SequenceNumber, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R? {
        try transaction.event(sequence, body)
    }

    func events(
        from first: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try transaction.events(from: first, body)
    }

    func eventsBackward(
        from last: SequenceNumber, _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try transaction.eventsBackward(from: last, body)
    }

    func node(_ level: UInt8, _ index: UInt64) throws -> Hash? { try transaction.node(level, index) }

    func read<R>(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R? {
        try transaction.read(table, key, body)
    }

    func scan(
        _ table: Table, from key: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try transaction.scan(table, from: key, body)
    }
}
