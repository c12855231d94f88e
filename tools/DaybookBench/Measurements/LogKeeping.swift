import DaybookLog
import DaybookModel
import Foundation

/// What keeps a log of ten million events trustworthy: check it, ask it about one job, copy it, put its beginning by.
let logKeeping: [Measurement] = [
    Measurement(
        suite: "keeping", name: "check of the live ledgers against ten million events", unit: .perSecond,
        target: .ours(floor: 10e6 / 12, aim: nil), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                return try timedNow(operations: Int(last)) {
                    let result = try LedgerCheck(store.storage).run()
                    guard result.isEqual else { throw UsageError("The ledgers are not what they should be.") }
                }
            }
        }),
    Measurement(
        suite: "keeping", name: "everything about one job, the slowest of a thousand", unit: .milliseconds,
        target: .ours(floor: 10, aim: nil), prepare: LongLog.make,
        ours: { place in try LongLog.with(place) { Sample(value: try slowestHistory($0.storage)) } }),
    Measurement(
        suite: "keeping", name: "backup, verified before it gets its name", unit: .perSecond, prepare: LongLog.make,
        ours: { place in
            let destination = try place.emptyFolder() + "/copy"
            return try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                return try timedNow(operations: Int(last)) { _ = try store.backUp(to: destination) }
            }
        }),
    Measurement(
        suite: "keeping", name: "scan of archive and log: checksums, order and chain", unit: .perSecond,
        target: .ours(floor: 5e6, aim: nil), prepare: ArchivedLog.make,
        ours: { Sample(value: try ArchivedLog.verify($0, ledgers: false).eventsPerSecond) }),
    Measurement(
        suite: "keeping", name: "verify of archive and log, ledgers rebuilt and compared", unit: .perSecond,
        prepare: ArchivedLog.make, ours: { Sample(value: try ArchivedLog.verify($0, ledgers: true).eventsPerSecond) }),
    Measurement(
        suite: "keeping", name: "anonymous memory of that verify", unit: .megabytes,
        target: .ours(floor: 128, aim: nil), prepare: ArchivedLog.make,
        ours: { place in
            Sample(value: try LongLog.memoryPeak { try ArchivedLog.verify(place, ledgers: true, note: $0) })
        }),
]

/// A copy of the long log of which the first eight tenths are in an archive.
private enum ArchivedLog {
    @Sendable
    static func make(_ place: Place) throws {
        guard !FileManager.default.fileExists(atPath: folder(place)) else { return }
        try LongLog.make(place)
        try LongLog.with(place) { _ = try $0.backUp(to: folder(place)) }
        try with(place) { store in
            let bound = SequenceNumber(place.operations(8_000_000))
            let now = Instant(microseconds: 1_800_000_000_000_000)
            _ = try store.archive(before: .sequence(bound), by: .person("bench"), now: { now })
        }
    }

    @discardableResult
    static func verify(
        _ place: Place, ledgers: Bool, note: @escaping @Sendable () -> Void = {}
    ) throws -> VerifyReport {
        var options = LogVerifier.Options()
        options.includesArchives = true
        options.checksLedgers = ledgers
        let report = try with(place) { LogVerifier($0.storage, options, progress: { _ in note() }).verify() }
        guard report.verdict == .good else { throw UsageError("The log that was to be measured is not good.") }
        return report
    }

    private static func with<R>(_ place: Place, _ body: (StoreFolder) throws -> R) throws -> R {
        let store = try StoreFolder.open(
            folder(place), .readWrite(createIfMissing: false), program: "daybook-bench")
        defer { store.close() }
        return try body(store)
    }

    private static func folder(_ place: Place) -> String { place.sharedFolder + "/archived" }
}

/// In milliseconds; the jobs lie all over the log.
private func slowestHistory(_ storage: any LogStorage) throws -> Double {
    let clock = ContinuousClock()
    let last = try storage.read { try $0.last }
    var slowest = 0.0
    var seen = 0
    for index in 0..<1_000 {
        // From some event on, the next that is a job's says which.
        let from = 2 + last / 1_000 * UInt64(index)
        var job: SequenceNumber = 0
        try storage.read { log in
            try log.events(from: from) { sequence, value in
                job = try Event(value, at: sequence, withPayload: false).job
                return job == 0
            }
        }
        guard job != 0 else { continue }
        var count = 0
        let elapsed = try clock.measure { count = try storage.history(of: job).count }
        guard count > 0 else { throw UsageError("Job \(job) has no history.") }
        slowest = max(slowest, elapsed / .milliseconds(1))
        seen += 1
    }
    guard seen > 500 else { throw UsageError("The log that was to be measured has only \(seen) jobs in sight.") }
    return slowest
}
