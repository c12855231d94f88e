import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is not believed. Each of these visits gives what a fold from the first event gives.
@Suite struct `A snapshot that is not right` {
    private func withSnapshots(seed: UInt64, _ body: (SnapshotStage, [String]) throws -> Void) throws {
        try SnapshotStage.with(seed: seed, turns: 100) { stage in
            _ = try stage.visit(.end, stage.shelf())
            try #require(stage.names.count > 5)
            #expect(try stage.isQuick())
            try body(stage, stage.names)
        }
    }

    @Test func `because a byte of it was changed is passed over, and made anew`() throws {
        try withSnapshots(seed: 60) { stage, names in
            let right = try stage.folded(.end)
            var random = SeededGenerator(seed: 60)
            let whole = try #require(names.first)
            let size = try stage.bytes(whole).count
            let places = (0..<5).map { _ in Int.random(in: SnapshotHeader.byteCount..<size, using: &random) }
            for place in places + [9, 80] {
                let good = try stage.bytes(whole)
                var bad = good
                bad[place] ^= 0x10
                try stage.write(bad, to: whole)
                let found = try stage.visit(.end, stage.shelf())
                #expect(found.dump == right, "byte \(place)")
                #expect(try found.posted == stage.last, "byte \(place)")
                // That visit has made it anew.
                #expect(try stage.isQuick(), "byte \(place)")
            }
        }
    }

    @Test func `because its header was changed is none`() throws {
        let mark = LogMark(sequence: 9, head: .zero)
        let header = SnapshotHeader(
            identity: SnapshotStage.identity, base: .beginning, mark: mark, latest: .second(1), digest: .empty)
        let bytes = header.encoded
        #expect(SnapshotHeader(bytes) == header)
        for place in bytes.indices where place < 200 || place % 97 == 0 {
            var other = bytes
            other[place] ^= 1
            #expect(SnapshotHeader(other) == nil, "byte \(place)")
        }
    }

    @Test func `because it was cut off is passed over, and made anew`() throws {
        try withSnapshots(seed: 61) { stage, names in
            let newest = try #require(names.last)
            for left in [0, 100, SnapshotHeader.byteCount, try stage.bytes(newest).count - 1] {
                try stage.write(Array(try stage.bytes(newest).prefix(left)), to: newest)
                #expect(try stage.visit(.end, stage.shelf()).dump == stage.folded(.end), "\(left) bytes")
                #expect(try stage.bytes(newest).count > SnapshotHeader.byteCount, "\(left) bytes")
            }
        }
    }

    @Test func `because one that it goes on from is missing is passed over, and taken away`() throws {
        try withSnapshots(seed: 62) { stage, names in
            try FileManager.default.removeItem(atPath: "\(stage.folder)/\(names[1])")
            #expect(try stage.visit(.end, stage.shelf()).dump == stage.folded(.end))
            #expect(try stage.isQuick())
            #expect(Set(stage.names) == Set(names))
        }
    }

    @Test func `because it is of another store is passed over`() throws {
        try withSnapshots(seed: 63) { stage, _ in
            let other = try SnapshotShelf(
                inFolder: stage.path, identity: Array(repeating: 8, count: 16), limits: SnapshotStage.limits)
            let found = try stage.visit(.end, other)
            #expect(try found.posted == stage.last)
            #expect(try found.dump == stage.folded(.end))
        }
    }

    @Test func `because the log has another event there is passed over, and taken away`() throws {
        try withSnapshots(seed: 64) { stage, names in
            // What was to come once another backup had been put back: the same store with another history.
            let other = MemoryStorage()
            var workload = ReplayWorkload(seed: 65, try LogWriter.opened(other))
            try workload.run(turns: 100)
            let later = SnapshotStage(storage: other, path: stage.path)
            for point in stride(from: 50, through: try later.last, by: 120) {
                #expect(try later.visit(.sequence(point), later.shelf()).dump == later.folded(.sequence(point)))
            }
            _ = try later.visit(.end, later.shelf())
            #expect(try later.isQuick())
            #expect(Set(names).isDisjoint(with: stage.names) || stage.names != names)
        }
    }

    @Test func `because the log has another head or other ledgers there is passed over`() throws {
        for change: (inout SnapshotHeader) -> Void in [
            { $0.mark.head = .zero }, { $0.digest = .empty }, { $0.mark.sequence += 1 },
        ] {
            try withSnapshots(seed: 66) { stage, names in
                let before = try stage.visit(.end, stage.shelf()).posted
                try stage.changeHeader(try #require(names.last), change)
                let found = try stage.visit(.end, stage.shelf())
                #expect(found.posted > before)
                #expect(try found.dump == stage.folded(.end))
            }
        }
    }

    @Test func `because it goes on from another one than is there is passed over`() throws {
        try withSnapshots(seed: 68) { stage, names in
            try stage.changeHeader(try #require(names.last)) { $0.base.head = .zero }
            try stage.changeHeader(names[2]) { $0.base.head = .zero }
            let found = try stage.visit(.end, stage.shelf())
            #expect(try found.posted > stage.last / 2)
            #expect(try found.dump == stage.folded(.end))
        }
    }

    @Test func `because it knows of a later event than was asked for is passed over`() throws {
        try withTemporaryFolder { path in
            let storage = MemoryStorage()
            let writer = try LogWriter.opened(storage)
            // A clock that was far ahead for a moment in the middle.
            for turn in 1...90 {
                let now = Instant.second(turn == 30 ? 1_000_000 : Double(turn))
                _ = try writer.turn(now: now) { try $0.perform(.enqueue(.example())) }
            }
            let stage = SnapshotStage(storage: storage, path: path)
            _ = try stage.visit(.end, stage.shelf())
            #expect(try stage.isQuick())
            for second in [20.0, 60, 90, 999_999] {
                let point = ReplayPoint.instant(.second(second))
                #expect(try stage.visit(point, stage.shelf()).dump == stage.folded(point), "second \(second)")
            }
        }
    }

    @Test func `because others may write there is neither read nor written`() throws {
        try withSnapshots(seed: 67) { stage, names in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: stage.folder)
            #expect(try stage.visit(.end, stage.shelf()).posted == stage.last)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: stage.folder)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o666], ofItemAtPath: "\(stage.folder)/\(names[0])")
            #expect(try stage.visit(.end, stage.shelf()).posted == stage.last)
        }
    }

    @Test func `is not made of a log with events that this release does not know`() throws {
        try withTemporaryFolder { path in
            let storage = MemoryStorage()
            let writer = try LogWriter.opened(storage)
            for second in 1...90 {
                _ = try writer.turn(now: .second(Double(second))) { turn in
                    _ = try turn.perform(.enqueue(.example()))
                    guard second == 60 else { return }
                    try turn.record(Event(time: .second(60), body: .unknown(kind: 250, version: 1)))
                }
            }
            let stage = SnapshotStage(storage: storage, path: path)
            _ = try stage.visit(.end, stage.shelf())
            let marks = stage.names.compactMap { SnapshotName($0)?.to }
            #expect(!marks.isEmpty && marks.allSatisfy { $0 < 61 })
        }
    }
}
