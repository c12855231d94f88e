import DaybookLog
import DaybookModel
import Testing

@Suite("An export, there and back")
struct ExportRoundTripTests {
    private static var rounds: Int { runsEverything ? 40 : 4 }

    @Test func `every line gives back the very bytes of its event, whatever is stored`() throws {
        for seed in 0..<UInt64(ExportRoundTripTests.rounds) {
            let storage = MemoryStorage()
            var events = ExportRandomEvents(seed: seed)
            try storage.append([
                [Event(time: .second(0), body: .genesis(Box(Genesis(identity: [], format: 1, program: ""))))]
            ])
            try storage.appendEncoded(30) { _, batch in
                for _ in 0..<events.number(1...20) {
                    let sequence = batch.first + UInt64(batch.count)
                    if events.oneIn(2) {
                        batch.append(events.event(at: sequence))
                    } else {
                        events.raw(at: sequence).add(to: batch)
                    }
                }
            }
            let export = try storage.exported()
            for (index, line) in export.lines.enumerated() {
                let bytes = try EventText.encoded(line: line)
                #expect(bytes == (try storage.stored(UInt64(index + 1))), "seed \(seed): \(line)")
            }
            let last = try storage.read { try $0.last }
            #expect(try verified(export).last == last, "seed \(seed)")
            #expect(try verified(storage.exported(redacted: true)).last == last, "seed \(seed)")
        }
    }

    @Test func `every random event is read as it was written`() throws {
        var events = ExportRandomEvents(seed: 5)
        for round in 0..<ExportRoundTripTests.rounds * 500 {
            let event = events.event(at: 1000)
            let batch = EventBatch()
            batch.restart(at: 1000)
            batch.append(event)
            batch.close(after: .zero, ledgers: .empty)
            #expect(try Event(batch.value(0), at: 1000) == event, "seed 5, round \(round)")
        }
    }

    @Test(arguments: TestStorage.allCases)
    func `an imported log has the same head and the same export`(_ kind: TestStorage) throws {
        for seed in 0..<UInt64(ExportRoundTripTests.rounds) {
            let original = try MemoryStorage.lived(seed: seed, turns: 120)
            let export = try original.exported()
            let last = try original.read { try $0.last }
            try kind.with { storage in
                let summary = try imported(export, into: storage, chunkBytes: 4_096 + Int(seed))
                #expect(summary.events == last)
                #expect(summary.identity == Array(repeating: 1, count: 16))
                #expect(
                    try storage.read { try $0.seal(endingAt: last) } == original.read { try $0.seal(endingAt: last) })
                #expect(try storage.exported() == export, "seed \(seed)")
            }
        }
    }

    @Test func `an imported log goes on like the one it came from`() throws {
        let original = try MemoryStorage.lived(seed: 3, turns: 100)
        let copy = MemoryStorage()
        _ = try imported(original.exported(), into: copy)
        var workload = ReplayWorkload(seed: 77, LogWriter(original))
        try workload.run(turns: 40)
        var same = ReplayWorkload(seed: 77, LogWriter(copy))
        try same.run(turns: 40)
        #expect(try original.exported() == copy.exported())
    }

    @Test func `an export of a part is that part of the export`() throws {
        let storage = try MemoryStorage.lived(seed: 9, turns: 60)
        let lines = try storage.exportedLines()
        for (first, last) in [(1, 1), (2, 5), (7, lines.count), (lines.count, lines.count), (3, 3)] {
            let part = try storage.exported(from: UInt64(first), to: UInt64(last))
            #expect(part.lines == Array(lines[first - 1..<last]))
        }
        #expect(try storage.exported(from: 5, to: 4).isEmpty)
        #expect(try storage.exported(from: UInt64(lines.count) + 1).isEmpty)
        #expect(try storage.exported(to: .max).lines.count == lines.count)
    }

    @Test func `an export of many blocks comes in order and in whole lines`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        for _ in 0..<12 {
            _ = try writer.turn(now: .second(1)) { turn in
                for _ in 0..<1_000 { _ = try turn.perform(.enqueue()) }
            }
        }
        var chunks = 0
        var next = 1
        try LogExporter(storage).export { chunk in
            chunks += 1
            #expect(chunk.last == 10)
            for line in Array(chunk).lines {
                #expect(line.hasPrefix("{\"seq\":\(next),"))
                next += 1
            }
        }
        #expect(next == 12_002)
        #expect(chunks > 3)
    }

    @Test func `an export ends with the error of whoever takes it`() throws {
        struct Full: Error {}
        let storage = try MemoryStorage.lived(seed: 2, turns: 20)
        #expect(throws: Full.self) { try LogExporter(storage).export { _ in throw Full() } }
    }
}
