import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Taking snapshots` {
    @Test func `keeps to their number`() throws {
        try SnapshotStage.with(seed: 70, turns: 100) { stage in
            let last = try stage.last
            _ = try stage.visit(.sequence(last / 2), stage.shelf { $0.eventsBetween = 20 })
            #expect(stage.names.count > 6)
            _ = try stage.visit(
                .end,
                stage.shelf {
                    $0.countMax = 6
                    $0.changedRowsMax = 10
                })
            #expect(stage.names.count <= 6)
            let spans = stage.names.compactMap { SnapshotName($0) }.map { $0.to - $0.from }
            #expect(try #require(spans.max()) <= last / 2, "\(spans) of \(last)")
            for point in stride(from: last / 2, through: last, by: 100) {
                let found = try stage.visit(.sequence(point), stage.shelf { $0.countMax = 6 })
                #expect(try found.dump == stage.folded(.sequence(point)))
            }
        }
    }

    @Test func `keeps to their size, and goes without the newest where even one is too large`() throws {
        try SnapshotStage.with(seed: 71, turns: 100) { stage in
            _ = try stage.visit(.end, stage.shelf())
            let all = try stage.shelf().size.bytes
            try FileManager.default.removeItem(atPath: stage.folder)
            for part in [2, 3, 5, 20, 1_000] {
                let shelf = try stage.shelf { $0.bytesMax = all / part }
                #expect(try stage.visit(.end, shelf).dump == stage.folded(.end))
                #expect(shelf.size.bytes <= all / part, "1/\(part)")
                #expect(try stage.visit(.end, shelf).dump == stage.folded(.end))
                try FileManager.default.removeItem(atPath: stage.folder)
            }
        }
    }

    @Test func `goes without the newest also where it has become one with another`() throws {
        try SnapshotStage.with(seed: 71, turns: 100) { stage in
            let last = try stage.last
            _ = try stage.visit(.sequence(last / 2), stage.shelf { $0.eventsBetween = last / 5 })
            let before = try stage.shelf().size
            #expect(before.files == 2)
            // The next one comes soon behind the second, and there is no place for three.
            let shelf = try stage.shelf {
                $0.countMax = 2
                $0.changedRowsMax = 10
                $0.bytesMax = before.bytes - 1
            }
            #expect(try stage.visit(.end, shelf).dump == stage.folded(.end))
            #expect(shelf.size.bytes < before.bytes)
        }
    }

    @Test func `takes one earlier where much has changed`() throws {
        try SnapshotStage.with(seed: 72, turns: 100) { stage in
            _ = try stage.visit(.end, stage.shelf())
            let few = stage.names.count
            try FileManager.default.removeItem(atPath: stage.folder)
            _ = try stage.visit(.end, stage.shelf { $0.changedRowsMax = 15 })
            #expect(stage.names.count > few + 2)
        }
    }

    @Test func `leaves nothing behind on a disk that is nearly full`() throws {
        try SnapshotStage.with(seed: 73, turns: 60) { stage in
            let found = try stage.visit(.end, stage.shelf { $0.freeBytesMin = .max })
            #expect(try found.dump == stage.folded(.end))
            #expect(stage.names == [])
        }
    }

    @Test func `goes without where nothing can be written`() throws {
        try SnapshotStage.with(seed: 74, turns: 60) { stage in
            // Nobody, not even root, can make a folder where there is a file.
            try Data().write(to: URL(filePath: stage.folder))
            for _ in 0..<2 {
                let found = try stage.visit(.end, stage.shelf())
                #expect(try found.dump == stage.folded(.end))
                #expect(try found.posted == stage.last)
            }
        }
    }

    @Test func `leaves it to the one fold that does so already`() throws {
        try SnapshotStage.with(seed: 75, turns: 60) { stage in
            try FileManager.default.createDirectory(
                atPath: stage.folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            let holder = open(stage.folder, O_RDONLY | O_DIRECTORY)
            try #require(flock(holder, LOCK_EX | LOCK_NB) == 0)
            #expect(try stage.visit(.end, stage.shelf()).dump == stage.folded(.end))
            #expect(stage.names == [])
            close(holder)
            _ = try stage.visit(.end, stage.shelf())
            #expect(!stage.names.isEmpty)
        }
    }

    @Test func `takes away what a killed one left, and nobody else's files`() throws {
        try SnapshotStage.with(seed: 76, turns: 60) { stage in
            _ = try stage.visit(.sequence(stage.last / 2), stage.shelf())
            let left = SnapshotName(from: 0, to: 40).text + SnapshotName.unfinished
            try stage.write([1, 2, 3], to: left)
            try stage.write([1, 2, 3], to: "notes.txt")
            _ = try stage.visit(.end, stage.shelf())
            #expect(!stage.names.contains(left))
            #expect(stage.names.contains("notes.txt"))
            #expect(try stage.isQuick())
        }
    }

    @Test func `by many folds at once gives each what was`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let storage = MemoryStorage()
            var workload = ReplayWorkload(seed: 77, try LogWriter.opened(storage))
            try workload.run(turns: 60)
            let last = try storage.read { try $0.last }
            let path = FileManager.default.temporaryDirectory.path() + "/daybook-\(UInt64.random(in: 0...(.max)))"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: path) }
            for task in 0..<4 {
                group.addTask {
                    let stage = SnapshotStage(storage: storage, path: path)
                    for round in 1...6 {
                        let point = ReplayPoint.sequence(last * SequenceNumber(round * (task + 1)) / 24)
                        // Few at a time, so that files come and go while others open them.
                        let found = try stage.visit(point, stage.shelf { $0.countMax = 2 })
                        #expect(try found.dump == stage.folded(point))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
