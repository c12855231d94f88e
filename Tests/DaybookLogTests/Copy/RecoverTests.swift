@testable import DaybookLMDB
import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// A store to be damaged, and what was in it.
struct Wreck {
    let path: String
    let log: [[UInt8]]
    var data: String { path + "/data.mdb" }

    static func with<R>(seed: UInt64 = 1, turns: Int = 300, _ body: (Wreck) throws -> R) throws -> R {
        try Copied.withFilledStore(seed: seed, turns: turns) { path in
            try body(Wreck(path: path, log: try Copied.log(path)))
        }
    }

    func change(_ body: (inout [UInt8]) throws -> Void) throws {
        var bytes = try contents(data)
        try body(&bytes)
        try write(bytes, to: data)
    }

    @discardableResult
    func recover(
        handedOut: SequenceNumber = 0, despiteFormat: Bool = false, _ control: CopyControl = CopyControl()
    ) throws -> RecoverySummary {
        try? FileManager.default.removeItem(atPath: saved)
        return try StoreFolder.recover(
            at: saved, from: path, handedOut: handedOut, despiteFormat: despiteFormat, program: "test",
            options: .forTests, control)
    }

    var saved: String { path + ".saved" }

    /// What an event says, without its checksum, mark and seal: those belong to its commit.
    static func said(_ value: [UInt8]) -> ArraySlice<UInt8> { value[5..<value.count - (value[4] == 1 ? 52 : 0)] }

    /// Expects a store that verifies, in which every event of the old one is what it was or a gap. Answers which are.
    func gaps(_ summary: RecoverySummary, sourceLocation: SourceLocation = #_sourceLocation) throws -> Set<Int> {
        let new = try Copied.log(saved)
        var gaps: Set<Int> = []
        #expect(new.count >= log.count, sourceLocation: sourceLocation)
        for index in 1..<min(log.count, new.count) where Wreck.said(new[index]) != Wreck.said(log[index]) {
            gaps.insert(index + 1)
            #expect(new[index][6] == EventKind.gap.rawValue, "event \(index + 1)", sourceLocation: sourceLocation)
        }
        let report = try Copied.verdict(saved)
        #expect(report.verdict == .good, "\(report.text)", sourceLocation: sourceLocation)
        #expect(report.tally.gaps == UInt64(gaps.count), sourceLocation: sourceLocation)
        #expect(summary.missing == UInt64(gaps.count), sourceLocation: sourceLocation)
        #expect(summary.kept == UInt64(log.count - 1 - gaps.count), sourceLocation: sourceLocation)
        return gaps
    }

    /// The pages that hold events now, and which events those are.
    func eventPages() throws -> [(page: Int, events: ClosedRange<UInt64>)] {
        let file = try DamagedDataFile(data)
        return try Scavenged(file).pages.filter(\.isReached).map {
            (Int($0.page), $0.first...$0.last)
        }
    }
}

@Suite struct `Recovering` {
    @Test func `a store that is whole keeps everything, under a genesis that names the old head`() throws {
        try Wreck.with { wreck in
            let summary = try wreck.recover()
            #expect(try wreck.gaps(summary).isEmpty)
            #expect(summary.isEndKnown && summary.ambiguous == 0)
            let store = try StoreFolder.opened(wreck.saved)
            defer { store.close() }
            #expect(store.identity != wreck.log[0].withUnsafeBytes { try? Event($0, at: 1) }?.identity)
            let genesis = try store.storage.read { try $0.event(1) { try Event($0, at: 1) } }
            let head = try #require(wreck.log.last?.withUnsafeBytes { Seal(of: $0)?.head })
            #expect(genesis?.previousHead == head.withBytes { Array($0) })
            #expect(summary.oldHead == head && summary.oldLast == UInt64(wreck.log.count))
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `keeps every event that is on a good page`(seed: UInt64) throws {
        try Wreck.with(seed: seed) { wreck in
            var random = SeededGenerator(seed: seed)
            let pages = try wreck.eventPages()
            let bad = pages.shuffled(using: &random).prefix(Int.random(in: 1...pages.count, using: &random))
            try wreck.change { bytes in
                for (page, _) in bad {
                    for offset in 0..<4_096 { bytes[page * 4_096 + offset] = UInt8.random(in: 0...255, using: &random) }
                }
            }
            let lost = Set(bad.flatMap { $0.events.map(Int.init) })
            let gaps = try wreck.gaps(try wreck.recover())
            // Some of what was on the bad pages is still to be found on older copies of them.
            #expect(gaps.isSubset(of: lost), "seed \(seed): \(gaps.subtracting(lost).sorted())")
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `gives a store in which work goes on, whatever is missing`(seed: UInt64) throws {
        try Wreck.with(seed: seed) { wreck in
            var random = SeededGenerator(seed: seed)
            let pages = try wreck.eventPages()
            try wreck.change { bytes in
                for (page, _) in pages where Bool.random(using: &random) {
                    bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
                }
            }
            try wreck.recover()
            let store = try StoreFolder.opened(wreck.saved)
            var workload = ReplayWorkload(seed: seed + 1, LogWriter(store.storage))
            try workload.run(turns: 100)
            store.close()
            let report = try Copied.verdict(wreck.saved)
            #expect(report.verdict == .good, "seed \(seed): \(report.text)")
        }
    }

    @Test(arguments: [0, 1]) func `does without a meta page`(page: Int) throws {
        try Wreck.with { wreck in
            try wreck.change { bytes in
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
            let summary = try wreck.recover()
            #expect(try wreck.gaps(summary).isEmpty)
            #expect(!summary.isEndKnown)
        }
    }

    @Test func `does without meta pages, branch pages and all ledgers`() throws {
        try Wreck.with { wreck in
            let kept = Set(try wreck.eventPages().map(\.page))
            try wreck.change { bytes in
                for page in 0..<bytes.count / 4_096 where !kept.contains(page) {
                    bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0xA5, count: 4_096))
                }
            }
            #expect(try wreck.gaps(try wreck.recover()).isEmpty)
        }
    }

    @Test func `takes from a cut file what is left of it`() throws {
        try Wreck.with { wreck in
            let pages = try wreck.eventPages()
            for part in [9, 6, 3] {
                let count = (try contents(wreck.data).count) * part / 10 + 100
                try wreck.change { $0.removeLast(max(0, $0.count - count)) }
                let left = Set(pages.filter { ($0.page + 1) * 4_096 <= count }.flatMap { $0.events.map(Int.init) })
                let gaps = try wreck.gaps(try wreck.recover(handedOut: UInt64(wreck.log.count)))
                #expect(gaps.isDisjoint(with: left.subtracting([1])))
            }
        }
    }

    @Test func `keeps what is long, and misses what is damaged in it`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            let writer = LogWriter(store.storage)
            for letter in ["a", "b", "c"] {
                try writer.perform(.enqueue(.example(arguments: "\"\(String(repeating: letter, count: 20_000))\"")))
            }
            store.close()
            let wreck = Wreck(path: path, log: try Copied.log(path))
            #expect(try wreck.gaps(try wreck.recover()).isEmpty)
            try wreck.change { bytes in
                let place = try #require(bytes.firstRange(of: [UInt8](repeating: UInt8(ascii: "b"), count: 200)))
                bytes[place.lowerBound] ^= 1
            }
            #expect(try wreck.gaps(try wreck.recover()) == [3])
        }
    }

    @Test func `believes nothing behind the last commit, also where pages hold it`() throws {
        try Wreck.with(turns: 60) { wreck in
            // A page that a process wrote and never committed: the events behind the end, and another form of the last.
            let last = UInt64(wreck.log.count)
            let file = try DamagedDataFile(wreck.data)
            let page = try #require(try wreck.eventPages().max { $0.events.upperBound < $1.events.upperBound }).page
            var bytes = try #require(file.leaf(UInt64(page))).bytes
            try PhantomRows.rewrite(&bytes, from: last, by: 1)
            try wreck.change { $0 += bytes }
            let summary = try wreck.recover()
            #expect(try wreck.gaps(summary).isEmpty)
            #expect(summary.copy.last >= last)
            let new = try Copied.log(wreck.saved)
            #expect(Wreck.said(new[Int(last) - 1]) == Wreck.said(wreck.log[Int(last) - 1]))
        }
    }

    @Test func `is refused where a store is, where none was, and where nothing is left`() throws {
        try Wreck.with(turns: 5) { wreck in
            let other = wreck.path + ".other"
            try StoreFolder.opened(other).close()
            #expect(throws: LogError.self) { try StoreFolder.recover(at: other, from: wreck.path, program: "test") }
            #expect(throws: LogError.self) {
                try StoreFolder.recover(at: wreck.saved, from: wreck.path + ".none", program: "test")
            }
            try wreck.change { bytes in bytes = [UInt8](repeating: 7, count: bytes.count) }
            let error = #expect(throws: LogError.self) { try wreck.recover() }
            #expect(error?.code == .damaged)
            #expect(!exists(wreck.saved))
        }
    }

    @Test func `that is stopped leaves no store`() throws {
        try Wreck.with { wreck in
            for step in [1, 2] {
                #expect(throws: LogError.self) { try wreck.recover(handedOut: 0, Copied.stopping(at: step)) }
                #expect(!exists(wreck.saved))
            }
        }
    }

    @Test func `a hundred bad pages of many cost what was on them and nothing else`() throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            let writer = LogWriter(store.storage)
            let count = runsEverything ? 100_000 : 20_000
            for _ in 0..<count / 1_000 {
                try writer.turn(now: .second(1)) { turn in
                    for _ in 0..<1_000 { _ = try turn.perform(.enqueue()) }
                }
            }
            store.close()
            let wreck = Wreck(path: path, log: try Copied.log(path))
            var random = SeededGenerator(seed: 1)
            let pages = try wreck.eventPages()
            let bad = pages.shuffled(using: &random).prefix(100)
            try #require(bad.count == 100)
            try wreck.change { bytes in
                // Half of them are zeros, the others whatever a disk may give.
                for (number, (page, _)) in bad.enumerated() {
                    for offset in 0..<4_096 {
                        bytes[page * 4_096 + offset] = number % 2 == 0 ? 0 : .random(in: 0...255, using: &random)
                    }
                }
            }
            let lost = Set(bad.flatMap { $0.events.map(Int.init) })
            #expect(try wreck.gaps(try wreck.recover()).isSubset(of: lost))
        }
    }
}

/// Makes a page of events say that they come later.
enum PhantomRows {
    /// Moves the numbers of the events on a page by `step`, with checksums that are right for the new ones, so that the
    /// last of them is `last + step`.
    static func rewrite(_ bytes: inout [UInt8], from last: UInt64, by step: UInt64) throws {
        let page = try #require(LeafPage(bytes, header: 16))
        for row in page.rows {
            guard case .inline(let place) = row.value else { continue }
            let number = bytes[row.key].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } + step
            bytes.replaceSubrange(row.key, with: withUnsafeBytes(of: number.bigEndian, Array.init))
            let checksum = bytes[place].withUnsafeBytes { EventChecksum.of($0, at: number) }
            bytes.replaceSubrange(
                place.lowerBound..<place.lowerBound + 4, with: withUnsafeBytes(of: checksum.littleEndian, Array.init))
        }
    }
}

extension Event {
    var identity: [UInt8]? { if case .genesis(let genesis) = body { genesis.value.identity } else { nil } }
    fileprivate var previousHead: [UInt8]? {
        if case .genesis(let genesis) = body { genesis.value.previousHead } else { nil }
    }
}
