import DaybookLog
import DaybookModel
import Testing

extension LogStorage {
    /// The ledgers as the store has them now.
    func liveDump(totals: Bool = false) throws -> String {
        try read { try LedgerDump(live: $0).text(totals: totals) }
    }
}

/// What the ledgers were when an event was the last.
struct RecordedState {
    let sequence: SequenceNumber
    let now: Instant
    let dump: String
}

@Suite struct `Replaying a log` {
    /// A store on which a workload has run, and the live ledgers after each of its turns.
    private func recorded(_ seed: UInt64, turns: Int, on storage: any LogStorage) throws -> [RecordedState] {
        var workload = ReplayWorkload(seed: seed, try LogWriter.opened(storage))
        var states: [RecordedState] = []
        try workload.run(turns: turns) { now in
            states.append(
                RecordedState(sequence: try storage.read { try $0.last }, now: now, dump: try storage.liveDump()))
        }
        return states
    }

    @Test(arguments: (runsEverything ? [1, 2, 3] : [1]) as [UInt64])
    func `gives the state that was, byte for byte, at every commit`(seed: UInt64) throws {
        try TestStorage.memory.with { storage in
            let states = try recorded(seed, turns: 150, on: storage)
            let replay = Replay(storage)
            for state in states {
                try replay.advance(to: .sequence(state.sequence))
                let dump = try replay.dump.text()
                try #require(dump == state.dump, "seed \(seed), event \(state.sequence)")
            }
        }
    }

    @Test(arguments: (runsEverything ? [4, 5] : [4]) as [UInt64])
    func `gives the same from memory, from disk and from rows moved out`(seed: UInt64) throws {
        try TestStorage.lmdb.with { storage in
            let states = try recorded(seed, turns: 200, on: storage)
            var limits = FoldLedgers.Limits()
            limits.jobBytesMax = 0
            limits.otherBytesMax = 2_000
            let small = Replay(storage, limits: limits)
            for state in states.suffix(20) {
                try small.advance(to: .sequence(state.sequence))
                #expect(try small.dump.text() == state.dump, "seed \(seed), event \(state.sequence)")
            }
        }
    }

    /// A thousand instants with `tools/test --all`: a quarter of them of each of four workloads.
    @Test(arguments: (runsEverything ? [6, 7, 8, 9] : [6]) as [UInt64])
    func `gives the state that was, byte for byte, at any instant`(seed: UInt64) throws {
        let storage = MemoryStorage()
        let states = try recorded(seed, turns: 150, on: storage)
        var random = SeededGenerator(seed: seed)
        // Before the first state that was recorded there is nothing to compare with.
        let first = try #require(states.first).now.microseconds
        let last = try #require(states.map(\.now.microseconds).max())
        let instants = (0..<250).map { _ in Int64.random(in: first...last + 1_000_000, using: &random) }.sorted()
        let walker = Replay(storage)
        var seen: Set<SequenceNumber> = []
        for (index, instant) in instants.map(Instant.init(microseconds:)).enumerated() {
            // The clock of the workload steps back now and then: this is where the first later event stands, and not
            // the last state that is old enough.
            let state = try #require(states.prefix { $0.now <= instant }.last, "seed \(seed), \(instant)")
            // Whether somebody goes on from instant to instant or comes from the beginning makes no difference.
            let replay = index.isMultiple(of: 10) ? Replay(storage) : walker
            try replay.advance(to: .instant(instant))
            #expect(replay.heading.sequence == state.sequence, "seed \(seed), \(instant)")
            try #require(try replay.dump.text() == state.dump, "seed \(seed), \(instant)")
            seen.insert(state.sequence)
        }
        #expect(seen.count > 20, "seed \(seed)")
    }

    @Test func `takes an instant for the events before the first later one`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        for second in [10, 20, 15, 30] as [Double] {
            _ = try writer.turn(now: .second(second)) { try $0.perform(.enqueue(.example())) }
        }
        func last(at second: Double) throws -> SequenceNumber {
            let replay = Replay(storage)
            try replay.advance(to: .instant(.second(second)))
            return replay.heading.sequence
        }
        // The genesis, and then an event a turn; the third turn also says that the clock was set back.
        let lasts = try [5, 10, 15, 20, 29, 30].map(last)
        #expect(lasts == [1, 2, 2, 5, 5, 6])
    }

    @Test func `has no head in the middle of a commit`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        _ = try writer.turn(now: .second(1)) { turn in
            for _ in 0..<3 { _ = try turn.perform(.enqueue(.example())) }
        }
        let replay = Replay(storage)
        try replay.advance(to: .sequence(3))
        #expect(replay.heading.head == nil)
        #expect(try replay.dump.text().hasPrefix("{\"head\":null,\"seq\":3,"))
        try replay.advance(to: .end)
        #expect(replay.heading.head == (try storage.read { try $0.seal(endingAt: 4).head }))
    }

    @Test func `refuses points that no event stands for`() throws {
        let storage = MemoryStorage()
        _ = try LogWriter.opened(storage)
        func refusal(_ points: ReplayPoint...) -> String? {
            do {
                let replay = Replay(storage)
                for point in points { try replay.advance(to: point) }
                return nil
            } catch { return "\(error)" }
        }
        #expect(refusal(.sequence(2)) == "The log ends with event 1; there is no event 2 to replay to.")
        #expect(refusal(.instant(.second(-1)))?.hasPrefix("The log begins at 2026-03-01T12:00:00Z") == true)
        #expect(refusal(.end, .sequence(0))?.hasPrefix("The replay stands at event 1 already") == true)
        #expect(refusal(.instant(.second(100_000))) == nil)
    }

    @Test func `refuses to go over a damaged event`() throws {
        try VerifyStore.with(turns: 30) { store in
            var value = try store.value(20)
            value[10] ^= 4
            try store.put(20, value)
            #expect(
                throws: LogError(
                    .damaged, "Event 20 is damaged: its checksum does not match; run `daybook log verify`.", at: 20)
            ) {
                try Replay(store.storage).advance(to: .end)
            }
            let before = Replay(store.storage)
            try before.advance(to: .sequence(19))
            #expect(before.heading.sequence == 19)
        }
    }

    @Test func `refuses to go over a missing event`() throws {
        try VerifyStore.with(turns: 30) { store in
            try store.removeEvent(20)
            #expect(throws: LogError(.damaged, "Event 20 is missing.", at: 20)) {
                try Replay(store.storage).advance(to: .end)
            }
        }
    }

    @Test func `counts jobs by queue and state for people`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        for queue in ["b", "a", "a"] {
            try writer.perform(.enqueue(.example(queue: queue)))
        }
        try writer.perform(.claim(Claim(process: 1, queues: ["a"], slots: 1)))
        let lines = try storage.liveDump(totals: true).split(separator: "\n")
        #expect(lines[1] == #"{"totals":{"a":{"enqueued":1,"processing":1},"b":{"enqueued":1}}}"#)
        let canonical = try storage.liveDump().split(separator: "\n")
        #expect([lines[0]] + lines[2...] == canonical)
    }

    @Test func `shows rows in table and key order, without those that only keep a tree`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.perform(.enqueue(.example()))
        var lines = try storage.liveDump().split(separator: "\n").map(String.init)
        #expect(lines.removeFirst().hasPrefix("{\"head\":\""))
        #expect(
            lines == [
                #"{"table":"jobs","job":2,"state":"enqueued","queue":"default","name":"mail","priority":0,"attempt":0,"#
                    + #""attempts":3,"last":2,"position":2,"since":"2026-03-01T12:00:01.000000Z","#
                    + #""created":"2026-03-01T12:00:01.000000Z"}"#,
                #"{"table":"ready","queue":"default","priority":0,"position":2,"job":2}"#,
                #"{"table":"queues","queue":1,"name":"default","paused":false,"counts":{"enqueued":1}}"#,
                #"{"table":"names","kind":"job","text":"mail","number":1}"#,
                #"{"table":"names","kind":"job","number":1,"text":"mail"}"#,
            ])
    }

    @Test func `shows every bit of a row`() throws {
        let storage = MemoryStorage()
        var workload = ReplayWorkload(seed: 3, try LogWriter.opened(storage))
        try workload.run(turns: 150)
        try storage.read { log in
            for table in Table.allCases {
                var rows: [([UInt8], [UInt8])] = []
                try [0 as UInt8].withUnsafeBytes { first in
                    try log.scan(table, from: first) { key, value in
                        rows.append((Array(key), Array(value)))
                        return rows.count < 12
                    }
                }
                #expect(!rows.isEmpty)
                for (key, value) in rows { try showsEveryBit(log, table, key, value) }
            }
        }
    }

    private func showsEveryBit(_ log: any LogSnapshot, _ table: Table, _ key: [UInt8], _ value: [UInt8]) throws {
        let rows = LedgerRowText(log)
        func text(_ key: [UInt8], _ value: [UInt8]) throws -> String {
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { try rows.text(table, key, $0) } }
        }
        let right = try text(key, value)
        for bit in 0..<(key.count + value.count) * 8 {
            var bytes = key + value
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let wrong = try text(Array(bytes[..<key.count]), Array(bytes[key.count...]))
            #expect(wrong != right, "bit \(bit) of a row of \(table.name)")
        }
    }
}

@Suite struct `Comparing ledgers with a rebuild` {
    @Test(arguments: Table.allCases)
    func `names a changed row`(table: Table) throws {
        try VerifyStore.with(seed: 8, turns: 120) { store in
            #expect(try LedgerCheck(store.storage).run().isEqual)
            let (key, value) = try row(of: table, in: store)
            // `due` has empty values: anything there is too much.
            try store.put(table.name, key, value.isEmpty ? [1] : value.dropLast() + [value.last! ^ 1])
            let result = try LedgerCheck(store.storage).run()
            #expect(result.differences.map(\.key) == [key])
            #expect(result.differences.first?.expected == value)
            #expect(result.differences.first?.sentence.contains(" and should be {\"table\":\"\(table.name)\"") == true)
            let report = store.verify()
            #expect(report.ledgers == .different)
            #expect(report.findings.map(\.sentence).contains(result.differences[0].sentence), "\(report.text)")
        }
    }

    @Test(arguments: Table.allCases)
    func `names a missing row`(table: Table) throws {
        try VerifyStore.with(seed: 8, turns: 120) { store in
            let (key, value) = try row(of: table, in: store)
            try store.remove(table.name, key)
            let result = try LedgerCheck(store.storage).run()
            #expect(result.differences.map(\.key) == [key])
            #expect(result.differences.first?.found == nil)
            #expect(result.differences.first?.expected == value)
            #expect(store.verify().findings.count == 2)
        }
    }

    @Test(arguments: Table.allCases)
    func `names a row too many`(table: Table) throws {
        try VerifyStore.with(seed: 8, turns: 120) { store in
            let key: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 9]
            try store.put(table.name, key, [1])
            let result = try LedgerCheck(store.storage).run()
            #expect(result.differences.map(\.key) == [key])
            #expect(result.differences.first?.expected == nil)
            #expect(result.differences.first?.sentence.hasPrefix("A row of \(table.name) should not be there") == true)
        }
    }

    @Test func `names the damaged row beside a busy writer, and nothing else`() throws {
        try VerifyStore.with(seed: 5, turns: 120) { store in
            // A process that said goodbye long ago: nobody writes its row any more.
            let key = try #require(try stoppedProcess(in: store))
            try store.withWriter { writer in
                var heads: Set<SequenceNumber> = []
                while heads.count < 4 {
                    writer.goOn()
                    let result = try LedgerCheck(store.storage).run()
                    #expect(result.isEqual, "\(result.differences.map(\.sentence))")
                    heads.insert(result.sequence)
                }
                let value = try #require(try store.row("processes", key))
                try store.put("processes", key, value.dropLast() + [value.last! ^ 1])
                heads.removeAll()
                while heads.count < 4 {
                    writer.goOn()
                    let result = try LedgerCheck(store.storage).run()
                    #expect(result.differences.map(\.key) == [key])
                    heads.insert(result.sequence)
                }
            }
        }
    }

    private func stoppedProcess(in store: VerifyStore) throws -> [UInt8]? {
        var found: [UInt8]?
        try store.storage.read { log in
            try [0 as UInt8].withUnsafeBytes { first in
                try log.scan(.processes, from: first) { key, value in
                    if ProcessRecord(value)?.standing == .stopped { found = Array(key) }
                    return found == nil
                }
            }
        }
        return found
    }

    @Test func `counts what it leaves out`() throws {
        try VerifyStore.with(seed: 8, turns: 120) { store in
            for number in 1...9 as ClosedRange<UInt64> { try store.put("jobs", store.key(1 << 40 + number), [1]) }
            let result = try LedgerCheck(store.storage).run(differencesMax: 4)
            #expect(result.differences.count == 4)
            #expect(result.leftOut == 5)
        }
    }

    /// A row in the middle of a table.
    private func row(of table: Table, in store: VerifyStore) throws -> ([UInt8], [UInt8]) {
        var rows: [([UInt8], [UInt8])] = []
        try store.storage.read { log in
            try [0 as UInt8].withUnsafeBytes { first in
                try log.scan(table, from: first) { key, value in
                    rows.append((Array(key), Array(value)))
                    return true
                }
            }
        }
        return try #require(rows.dropFirst(rows.count / 2).first)
    }
}
