import DaybookModel
import Foundation
import Testing

@testable import DaybookLog

/// Histories that releases have really written, one or more for each format. They are never changed: whatever a later
/// release does, it must fold them to the same state.
@Suite struct `The golden logs` {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../GoldenLogs")

    /// Each log's name, its head and the digest of the ledgers that follow from it.
    private static var recorded: [(name: String, head: String, digest: String)] {
        get throws {
            try String(contentsOf: folder.appending(path: "digests.txt"), encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
                .map { line in
                    let words = line.split(separator: " ").map(String.init)
                    return (words[0], words[1], words[2])
                }
        }
    }

    @Test func `fold to the state that was recorded with them`() throws {
        let logs = try Self.recorded
        #expect(!logs.isEmpty)
        for log in logs {
            let storage = MemoryStorage()
            let importer = try LogImporter(into: storage)
            try Data(contentsOf: Self.folder.appending(path: log.name)).withUnsafeBytes { try importer.feed($0) }
            // The import refuses a log of which any commit gives other ledgers than its seal says.
            #expect(try importer.finish().head.hex == log.head, "\(log.name)")
            let replay = Replay(storage)
            try replay.advance(to: .end)
            #expect(replay.heading.ledgers.hex == log.digest, "\(log.name)")
            #expect(try LedgerCheck(storage).run().isEqual, "\(log.name)")
        }
    }

    @Test func `have every kind of event`() throws {
        var found: Set<EventKind> = []
        for log in try Self.recorded {
            let storage = MemoryStorage()
            let importer = try LogImporter(into: storage)
            try Data(contentsOf: Self.folder.appending(path: log.name)).withUnsafeBytes { try importer.feed($0) }
            _ = try importer.finish()
            try storage.read { log in
                try log.events(from: 1) { sequence, value in
                    if let kind = EventKind(rawValue: try EventHead(value, at: sequence).kind) { found.insert(kind) }
                    return true
                }
            }
        }
        for kind in EventKind.allCases {
            #expect(found.contains(kind), "\(kind.name): record a history that has it")
        }
    }

    @Test func `are all recorded`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
        #expect(Set(files.filter { $0.hasSuffix(".jsonl") }) == Set(try Self.recorded.map(\.name)))
    }
}
