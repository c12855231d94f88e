import DaybookLMDB
import DaybookModel
import Foundation

@testable import DaybookLog

/// A store in a folder, with jobs some of which are done, to be archived.
final class ArchivedStore {
    let path: String
    let folder: StoreFolder
    private let writer: LogWriter
    private var process: SequenceNumber = 0
    private(set) var now = Instant.second(10)

    private init(_ path: String) throws {
        self.path = path
        folder = try StoreFolder.open(path, .readWrite(createIfMissing: true), program: "test")
        writer = LogWriter(folder.storage)
    }

    static func inTemporaryFolder(_ body: (ArchivedStore) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let store = try ArchivedStore(folder + "/store")
            defer { store.folder.close() }
            try body(store)
        }
    }

    /// Runs `body` with a store that was made of an export of this one.
    func withImportedCopy(_ body: (ArchivedStore) throws -> Void) throws {
        var export: [UInt8] = []
        try LogExporter(folder.storage).export(from: 1, to: nil, redacted: false) { export.append(contentsOf: $0) }
        _ = try StoreFolder.make(
            at: path + "-imported", fromExport: { take in try export.withUnsafeBytes(take) }, program: "test",
            progress: { _ in })
        let copy = try ArchivedStore(path + "-imported")
        defer { copy.folder.close() }
        try body(copy)
    }

    private func turn<R>(_ body: (inout Turn) throws -> R) throws -> R {
        now = now.advanced(microseconds: 1_000_000)
        return try writer.turn(now: now, body)
    }

    /// Enqueues jobs and works off two of three, or all; the first is the last to be claimed. Arguments may be made
    /// long.
    @discardableResult
    func work(jobs count: Int, finishing: Bool = false, padding: Int = 0) throws -> [SequenceNumber] {
        if process == 0 {
            let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "test", boot: "b")
            let answer = try turn { try $0.perform(.startProcess(Box(started))) }
            if case .done(let event) = answer { process = event }
        }
        var jobs: [SequenceNumber] = []
        while jobs.count < count {
            try turn { turn in
                for _ in 0..<min(100, count - jobs.count) {
                    let more = padding > 0 ? ",\"x\":\"\(String(repeating: "x", count: padding))\"" : ""
                    var created = Created.example(arguments: "{\"n\":\(jobs.count)\(more)}")
                    if jobs.isEmpty { created.priority = -100 }
                    if case .created(let job) = try turn.perform(.enqueue(created)) { jobs.append(job) }
                }
            }
        }
        var left = finishing ? count : count * 2 / 3
        while left > 0 {
            let claimed = try claim(slots: min(50, left))
            guard !claimed.isEmpty else { break }
            left -= claimed.count
            try turn { turn in
                for one in claimed {
                    let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: 5, salt: 3, result: Array("1".utf8)))
                    _ = try turn.perform(.finish(job: one.job, token: one.token, outcome, actor: .process(process)))
                }
            }
        }
        return jobs
    }

    /// Claims, and reads what each of them is to run with, as an engine does.
    func claim(slots: Int) throws -> [Claimed] {
        try turn { turn in
            let claim = Claim(process: process, queues: nil, slots: slots)
            guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { return [] }
            for one in claimed { _ = try turn.created(one.job) }
            return claimed
        }
    }

    /// Lets time pass, and takes out what has been kept for long enough.
    func retire(afterDays days: Int64) throws {
        now = now.advanced(microseconds: days * 86_400_000_000)
        let actor = Actor.process(process)
        try folder.storage.forEachRetirable(now: now) { jobs in
            _ = try writer.turn(now: now) { try $0.perform(.retention(Box(.retire(jobs, actor: actor)))) }
        }
    }

    func perform(_ command: Command) throws -> Answer { try turn { try $0.perform(command) } }

    @discardableResult
    func archive(before event: SequenceNumber) throws -> ArchiveSummary? {
        try folder.archive(before: .sequence(event), by: .person("ann"), now: { self.now })
    }

    func verify(full: Bool = false) -> VerifyReport {
        folder.storage.shelf.reopen()
        var options = LogVerifier.Options()
        options.includesArchives = full
        return LogVerifier(folder.storage, options).verify()
    }

    func last() throws -> SequenceNumber { try folder.storage.read { try $0.last } }

    /// All events, archived or not, as they are stored.
    func wholeLog() throws -> [[UInt8]] {
        try folder.storage.read { log in
            var events: [[UInt8]] = []
            try log.events(from: 1) { sequence, value in
                guard sequence == UInt64(events.count) + 1 else { throw LogError(.damaged, "out of order") }
                events.append(Array(value))
                return true
            }
            return events
        }
    }

    /// How many events are in the database itself.
    func rows() throws -> Int {
        try folder.storage.environment.read { try $0.count(folder.storage.databases.events) }
    }

    // MARK: Files

    private var archives: String { path + "/archive/" }

    func archiveNames() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: archives).sorted() }
    func bytes(of name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: archives + name))) }
    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: URL(filePath: archives + name)) }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: archives + name)
        folder.storage.shelf.reopen()
    }

    func removeArchives() throws {
        try FileManager.default.removeItem(atPath: archives)
        folder.storage.shelf.reopen()
    }
}
