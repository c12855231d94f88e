import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// A log with snapshots beside it, much closer together than anybody would want them.
struct SnapshotStage {
    let storage: any LogStorage
    let path: String
    static let identity = Array(repeating: UInt8(7), count: 16)

    /// A log on which a workload has run, in memory, and a folder for its snapshots.
    static func with(seed: UInt64, turns: Int, _ body: (SnapshotStage) throws -> Void) throws {
        try withTemporaryFolder { path in
            let storage = MemoryStorage()
            var workload = ReplayWorkload(seed: seed, try LogWriter.opened(storage))
            try workload.run(turns: turns)
            try body(SnapshotStage(storage: storage, path: path))
        }
    }

    static var limits: SnapshotShelf.Limits {
        var limits = SnapshotShelf.Limits()
        limits.eventsBetween = 40
        limits.countMax = 1_000
        limits.freeBytesMin = 0
        return limits
    }

    /// A shelf that has seen nothing yet, as of a process that has just begun.
    func shelf(_ change: (inout SnapshotShelf.Limits) -> Void = { _ in }) throws -> SnapshotShelf {
        var limits = SnapshotStage.limits
        change(&limits)
        return try SnapshotShelf(inFolder: path, identity: SnapshotStage.identity, limits: limits)
    }

    var last: SequenceNumber { get throws { try storage.read { try $0.last } } }

    /// The ledgers at a point, and how many events were posted for them.
    func visit(
        _ point: ReplayPoint, _ shelf: SnapshotShelf?, limits: FoldLedgers.Limits = FoldLedgers.Limits()
    ) throws -> (dump: String, posted: UInt64) {
        let replay = Replay(storage, limits: limits, snapshots: shelf)
        try replay.advance(to: point)
        return (try replay.dump.text(), replay.postedEvents)
    }

    /// The ledgers at a point, folded from the first event.
    func folded(_ point: ReplayPoint) throws -> String { try visit(point, nil).dump }

    /// Whether a visit to the end spares most of the way.
    func isQuick() throws -> Bool { try visit(.end, shelf()).posted < last / 2 }

    // MARK: Files

    var folder: String { path + "/snapshots" }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) }

    /// Puts another file in the place of one.
    func write(_ bytes: [UInt8], to name: String) throws {
        let path = "\(folder)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Writes the header of a file anew, with a checksum that is right.
    func changeHeader(_ name: String, _ change: (inout SnapshotHeader) -> Void) throws {
        var bytes = try bytes(name)
        var header = try #require(SnapshotHeader(Array(bytes[..<SnapshotHeader.byteCount])))
        change(&header)
        bytes.replaceSubrange(..<SnapshotHeader.byteCount, with: header.encoded)
        try write(bytes, to: name)
    }
}
