import DaybookLMDB
import DaybookLog
import DaybookModel
import Foundation
import Testing

/// A storage of either kind, for the tests that must hold on both.
enum TestStorage: String, CaseIterable, CustomTestStringConvertible {
    case memory, lmdb

    var testDescription: String { rawValue }

    func with<R>(_ body: (any LogStorage) throws -> R) throws -> R {
        switch self {
        case .memory: return try body(MemoryStorage())
        case .lmdb:
            return try withTemporaryFolder { folder in
                let environment = try LMDBEnvironment(at: folder, databases: LogDatabases.names)
                defer { environment.close() }
                return try body(LMDBStorage(environment))
            }
        }
    }
}

func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path())
}

extension Instant {
    /// So many seconds into a day of no importance.
    static func second(_ second: Double) -> Instant {
        Instant(microseconds: 1_772_366_400_000_000 + Int64(second * 1_000_000))
    }
}

extension Created {
    static func example(_ name: String = "mail", queue: String = "default", arguments: String = "{\"to\":1}") -> Created
    {
        Created(name: name, queue: queue, attempts: 3, salt: 7, arguments: Array(arguments.utf8))
    }
}

extension LogWriter {
    /// A writer over a log that has its first event.
    static func opened(_ storage: any LogStorage) throws -> LogWriter {
        let writer = LogWriter(storage)
        let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
        _ = try writer.turn(now: .second(0)) { try $0.record(Event(time: .second(0), body: .genesis(Box(genesis)))) }
        return writer
    }

    @discardableResult
    func perform(_ command: Command, at second: Double = 1) throws -> Answer {
        try turn(now: .second(second)) { try $0.perform(command) }
    }
}

extension Command {
    /// What most tests want: one more job.
    static func enqueue(_ created: Created = .example()) -> Command {
        .enqueue(Box(created), onConflict: .existing)
    }
}
