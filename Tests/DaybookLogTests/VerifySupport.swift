import DaybookLMDB
import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

/// A store on disk that a test may damage by writing past the log's own ways.
struct VerifyStore {
    let storage: LMDBStorage
    var environment: LMDBEnvironment { storage.environment }

    /// A store after so many turns of the workload.
    static func with<R>(seed: UInt64 = 1, turns: Int, _ body: (VerifyStore) throws -> R) throws -> R {
        let file = try dataFiles.withLock { files in
            let recipe = [seed, UInt64(turns)]
            if let file = files[recipe] { return file }
            let file = try dataFile(seed, turns)
            files[recipe] = file
            return file
        }
        return try withTemporaryFolder { folder in
            try file.write(to: URL(filePath: folder + "/data.mdb"))
            let environment = try opened(folder)
            defer { environment.close() }
            return try body(VerifyStore(storage: try LMDBStorage(environment)))
        }
    }

    /// Of stores that were made before, by seed and turns: many tests harm the same one.
    private static let dataFiles = Mutex<[[UInt64]: Data]>([:])

    private static func dataFile(_ seed: UInt64, _ turns: Int) throws -> Data {
        try withTemporaryFolder { folder in
            let environment = try opened(folder)
            defer { environment.close() }
            var workload = ReplayWorkload(seed: seed, try LogWriter.opened(LMDBStorage(environment)))
            try workload.run(turns: turns)
            environment.close()
            return try Data(contentsOf: URL(filePath: folder + "/data.mdb"))
        }
    }

    private static func opened(_ folder: String) throws -> LMDBEnvironment {
        var options = EnvironmentOptions()
        options.durability = .scratch
        return try LMDBEnvironment(at: folder, databases: LogDatabases.names, options: options)
    }

    func verify(_ change: (inout LogVerifier.Options) -> Void = { _ in }) -> VerifyReport {
        var options = LogVerifier.Options()
        change(&options)
        return LogVerifier(storage, options).verify()
    }

    /// Runs `body` while another thread goes on writing, as far as `body` lets it.
    func withWriter(_ body: (BusyWriter) throws -> Void) throws {
        let writer = BusyWriter(storage)
        defer {
            writer.stop()
            #expect(writer.failure == nil)
        }
        try body(writer)
    }

    var last: SequenceNumber { get throws { try storage.read { try $0.last } } }

    // MARK: Damage

    func value(_ sequence: SequenceNumber) throws -> [UInt8] {
        let value = try storage.read { try $0.event(sequence) { Array($0) } }
        return try #require(value)
    }

    func put(_ sequence: SequenceNumber, _ value: [UInt8]) throws { try put("events", key(sequence), value) }

    func removeEvent(_ sequence: SequenceNumber) throws { try remove("events", key(sequence)) }

    func key(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    func row(_ table: String, _ key: [UInt8]) throws -> [UInt8]? {
        let database = try #require(environment.database(table))
        return try environment.read { transaction in
            try transaction.unsafeGet(database, key: key).map { Array($0) }
        }
    }

    func put(_ table: String, _ key: [UInt8], _ value: [UInt8]) throws {
        let database = try #require(environment.database(table))
        try environment.write { transaction in
            try value.withUnsafeBytes { try transaction.put(database, key: key, $0) }
        }
    }

    func remove(_ table: String, _ key: [UInt8]) throws {
        let database = try #require(environment.database(table))
        _ = try environment.write { try $0.delete(database, key: key) }
    }

    /// The value with a checksum that is right for that place again, as somebody would write it who knows the format.
    func resealed(_ value: [UInt8], at sequence: SequenceNumber) -> [UInt8] {
        let checksum = VerifyStore.crc32c(key(sequence) + value[4...])
        return withUnsafeBytes(of: checksum.littleEndian) { Array($0) } + value[4...]
    }

    /// CRC32C from its definition, so that the test does not trust what it tests.
    static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        }
        return ~crc
    }

    /// The numbers of events that end a commit.
    var commitEnds: [SequenceNumber] {
        get throws {
            try storage.read { log in
                var ends: [SequenceNumber] = []
                try log.events(from: 1) { sequence, value in
                    if Seal(of: value) != nil { ends.append(sequence) }
                    return true
                }
                return ends
            }
        }
    }

    func checkpoint(at sequence: SequenceNumber) throws -> LogCheckpoint {
        try storage.read { log in
            let seal = try log.seal(endingAt: sequence)
            let tree = try HistoryTree(of: log, count: sequence)
            return LogCheckpoint(
                identity: Array(repeating: 1, count: 16), sequence: sequence, root: tree.root(), head: seal.head)
        }
    }
}

extension VerifyReport {
    /// For a test's message: everything that was found.
    var text: String { ([verdict.rawValue] + (findings + doubts).map(\.sentence)).joined(separator: "\n") }
}

/// Collects what is told about progress, from any thread.
final class ProgressList: Sendable {
    private let list = Mutex<[ReadProgress]>([])

    func add(_ progress: ReadProgress) { list.withLock { $0.append(progress) } }

    var all: [ReadProgress] { list.withLock { $0 } }
}

/// A thread that makes one turn after the other on a store until it is stopped.
final class BusyWriter: Sendable {
    private let state = Mutex<(isStopping: Bool, failure: String?)>((false, nil))
    private let ended = DispatchSemaphore(value: 0)
    private let turns = DispatchSemaphore(value: 0)
    /// A writer without any bound would make the log longer faster than a debug build reads it.
    private static let turnsAtOnce = 25

    /// Some turns more, beside what the caller does next.
    func goOn() {
        for _ in 0..<BusyWriter.turnsAtOnce { turns.signal() }
    }

    init(_ storage: any LogStorage) {
        let thread = Thread { [self] in
            do {
                var workload = ReplayWorkload(seed: 99, LogWriter(storage))
                while true {
                    turns.wait()
                    if state.withLock({ $0.isStopping }) { break }
                    try workload.runTurn()
                }
            } catch {
                state.withLock { $0.failure = "\(error)" }
            }
            ended.signal()
        }
        thread.start()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        turns.signal()
        ended.wait()
    }

    var failure: String? { state.withLock { $0.failure } }
}
