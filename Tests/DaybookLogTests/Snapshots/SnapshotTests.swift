import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

@Suite struct `Snapshots of the ledgers` {
    @Test(arguments: runsEverything ? Array(50...70) : [50, 51, 52] as [UInt64])
    func `give what a fold from the first event gives, byte for byte, at any point`(seed: UInt64) throws {
        try SnapshotStage.with(seed: seed, turns: runsEverything ? 150 : 80) { stage in
            var random = SeededGenerator(seed: seed)
            let last = try stage.last
            let times = try stage.storage.read { log in
                var times: [Instant] = []
                try log.events(from: 1) { sequence, value in
                    times.append(try EventHead(value, at: sequence).time)
                    return true
                }
                return times
            }
            var spared = 0
            for _ in 0..<(runsEverything ? 100 : 12) {
                // Snapshots of every number and size, folds that have hardly any memory, and shelves that go on.
                let shelf = try stage.shelf { limits in
                    limits.countMax = Int.random(in: 1...9, using: &random)
                    limits.changedRowsMax = Bool.random(using: &random) ? 30 : 250_000
                    if Int.random(in: 0..<4, using: &random) == 0 { limits.bytesMax = 60_000 }
                }
                for _ in 0..<3 {
                    var limits = FoldLedgers.Limits()
                    if Int.random(in: 0..<3, using: &random) == 0 {
                        limits.jobBytesMax = 0
                        limits.otherBytesMax = Int.random(in: 100...8_000, using: &random)
                        limits.aboveSnapshotBytesMax = Int.random(in: 0...4_000, using: &random)
                    }
                    let number = SequenceNumber.random(in: 1...last, using: &random)
                    let isInstant = Bool.random(using: &random)
                    let point: ReplayPoint = isInstant ? .instant(times[Int(number) - 1]) : .sequence(number)
                    let found = try stage.visit(point, shelf, limits: limits)
                    let expected = try stage.folded(point)
                    try #require(found.dump == expected, "seed \(seed), \(point)")
                    if found.posted < number / 2 { spared += 1 }
                }
            }
            #expect(spared > 2, "seed \(seed)")
        }
    }

    @Test(arguments: [53, 54] as [UInt64])
    func `serve a fold that goes on through many points`(seed: UInt64) throws {
        try SnapshotStage.with(seed: seed, turns: 80) { stage in
            var random = SeededGenerator(seed: seed)
            let last = try stage.last
            _ = try stage.visit(.sequence(last / 2), stage.shelf())
            for _ in 0..<4 {
                let points = (0..<5).map { _ in SequenceNumber.random(in: 1...last, using: &random) }.sorted()
                var limits = FoldLedgers.Limits()
                if Bool.random(using: &random) { limits.otherBytesMax = 3_000 }
                if Bool.random(using: &random) { limits.aboveSnapshotBytesMax = 2_000 }
                let replay = Replay(stage.storage, limits: limits, snapshots: try stage.shelf())
                for point in points {
                    try replay.advance(to: .sequence(point))
                    let dump = try replay.dump.text()
                    let expected = try stage.folded(.sequence(point))
                    try #require(dump == expected, "seed \(seed), \(points)")
                }
            }
            #expect(try stage.isQuick())
        }
    }

    @Test func `are taken on the first visit and spare the way of every later one`() throws {
        try SnapshotStage.with(seed: 55, turns: 80) { stage in
            let last = try stage.last
            let first = try stage.visit(.sequence(last), stage.shelf())
            #expect(first.posted == last)
            for point in stride(from: 60, through: last, by: 37) {
                #expect(try stage.visit(.sequence(point), stage.shelf()).posted < 80)
            }
            #expect(try stage.visit(.sequence(last), nil).posted == last)
        }
    }

    @Test func `are left by a fold that has changed more than fits into memory above them`() throws {
        try SnapshotStage.with(seed: 57, turns: 80) { stage in
            _ = try stage.visit(.sequence(stage.last / 2), stage.shelf())
            for bytesMax in [0, 1 << 20] {
                var limits = FoldLedgers.Limits()
                limits.aboveSnapshotBytesMax = bytesMax
                let replay = Replay(
                    stage.storage, limits: limits, snapshots: try stage.shelf { $0.eventsBetween = 1_000_000 })
                try replay.advance(to: .end)
                #expect(try replay.postedEvents < stage.last)
                #expect((replay.ledgers.base == nil) == (bytesMax == 0))
                #expect(try replay.dump.text() == stage.folded(.end))
            }
        }
    }

    @Test func `are found by whoever reads a store of the past`() throws {
        try SnapshotStage.with(seed: 56, turns: 120) { stage in
            _ = try stage.visit(.end, stage.shelf())
            let point = try stage.last - 30
            let before = try PastStorage(stage.storage, at: .sequence(point))
            let after = try PastStorage(stage.storage, at: .sequence(point), snapshots: stage.shelf())
            let jobs = try before.read { log in
                var jobs: [[UInt8]] = []
                try log.forEachRow(of: .jobs) { key, _ in
                    jobs.append(Array(key))
                    return true
                }
                return jobs
            }
            #expect(jobs.count > 20)
            for key in jobs {
                let row = try before.read { log in try key.withUnsafeBytes { try log.read(.jobs, $0) { Array($0) } } }
                let same = try after.read { log in try key.withUnsafeBytes { try log.read(.jobs, $0) { Array($0) } } }
                #expect(row == same)
            }
            #expect(try after.dump { try $0.text() } == before.dump { try $0.text() })
        }
    }

    @Test func `behind archives begin with what was put by for that`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 400)
            try store.archive(before: 900)
            try store.work(jobs: 100)
            let stage = SnapshotStage(storage: store.folder.storage, path: store.path)
            let last = try stage.last
            for point in [last, last - 10, 1_000, 950, 600, 300, last] {
                let found = try stage.visit(.sequence(point), stage.shelf())
                #expect(try found.dump == stage.folded(.sequence(point)), "\(point)")
            }
            #expect(try stage.visit(.end, stage.shelf()).posted < 250)
            #expect(try stage.visit(.sequence(500), stage.shelf()).posted < 250)
            #expect(try stage.visit(.end, stage.shelf()).posted < 250)
            // What stands on an archive that is not there any more is not believed.
            try store.removeArchives()
            #expect(throws: LogError.self) { try stage.visit(.sequence(500), stage.shelf()) }
        }
    }

    @Test func `are kept in a store's own folder, for its owner alone, and never copied`() throws {
        try ArchivedStore.inTemporaryFolder { store throws in
            try store.work(jobs: 100)
            let stage = SnapshotStage(storage: store.folder.storage, path: store.path)
            _ = try stage.visit(.end, stage.shelf())
            #expect(store.folder.snapshots.size.files == stage.names.count && !stage.names.isEmpty)
            let modes = try ([""] + stage.names).map { name in
                let found = try FileManager.default.attributesOfItem(atPath: "\(stage.folder)/\(name)")
                return found[.posixPermissions] as? Int
            }
            #expect(modes[0] == 0o700 && modes.dropFirst().allSatisfy { $0 == 0o600 })
            _ = try store.folder.backUp(to: store.path + "-backup")
            #expect(!FileManager.default.fileExists(atPath: store.path + "-backup/snapshots"))
        }
    }

    @Test func `are counted in events twice as far apart as often as it takes to keep their number`() {
        var limits = SnapshotShelf.Limits()
        limits.eventsBetween = 100
        limits.countMax = 10
        #expect(limits.eventsBetween(in: 999) == 100)
        #expect(limits.eventsBetween(in: 1_000) == 200)
        #expect(limits.eventsBetween(in: 1_999) == 200)
        #expect(limits.eventsBetween(in: 64_000) == 6_400 * 2)
    }
}
