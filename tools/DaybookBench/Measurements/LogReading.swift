import DaybookLog
import DaybookModel
import Foundation

/// What is done with a log of ten million events, three to a job, that has been written: read it, prove it, fold it.
let logReading: [Measurement] = [
    Measurement(
        suite: "reading", name: "scan with checksums, order and chain", unit: .perSecond,
        target: .ours(floor: 6e6, aim: 12e6), prepare: LongLog.make,
        ours: { place in
            var options = LogVerifier.Options()
            options.checksLedgers = false
            let report = try LongLog.verify(place, options)
            return Sample(value: report.eventsPerSecond)
        }),
    Measurement(
        suite: "reading", name: "whole verify, ledgers rebuilt and compared", unit: .perSecond,
        target: .ours(floor: 10e6 / 12, aim: 10e6 / 6), prepare: LongLog.make,
        ours: { Sample(value: try LongLog.verify($0).eventsPerSecond) }),
    Measurement(
        suite: "reading", name: "anonymous memory of a scan", unit: .megabytes,
        target: .ours(floor: 32, aim: 16), prepare: LongLog.make,
        ours: { place in
            var options = LogVerifier.Options()
            options.checksLedgers = false
            return Sample(value: try LongLog.memoryPeak { try LongLog.verify(place, options, progress: $0) })
        }),
    Measurement(
        suite: "reading", name: "anonymous memory of a whole verify", unit: .megabytes,
        target: .ours(floor: 128, aim: nil), prepare: LongLog.make,
        ours: { place in Sample(value: try LongLog.memoryPeak { try LongLog.verify(place, progress: $0) }) }),
    Measurement(
        suite: "reading", name: "fold of all ledgers", unit: .perSecond,
        target: .ours(floor: 3e6, aim: nil), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let replay = Replay(store.storage)
                let last = try store.storage.read { try $0.last }
                return try timedNow(operations: Int(last)) { try replay.advance(to: .end) }
            }
        }),
    Measurement(
        suite: "reading", name: "rebuild of ledgers with a thousand wrong rows", unit: .perSecond,
        target: .ours(floor: 1.5e6, aim: 3e6), prepare: LongLog.make,
        ours: { place in
            try LongLog.with(place) { store in
                let last = try store.storage.read { try $0.last }
                try LongLog.spoilRows(1000, in: store)
                return try timedNow(operations: Int(last)) {
                    let now = Instant(microseconds: 1_800_000_000_000_000)
                    _ = try LedgerRebuild(store.storage).run(now: now, by: .person("bench"), reason: "measured")
                }
            }
        }),
]

private func timedNow(operations: Int, _ body: () throws -> Void) rethrows -> Sample {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(body)
    return Sample(value: Double(operations) / (elapsed / .seconds(1)))
}

/// A store with ten million events, made once for each measurement.
private enum LongLog {
    @Sendable
    static func make(_ place: Place) throws {
        let store = try StoreFolder.open(
            folder(place), .readWrite(createIfMissing: true), program: "daybook-bench")
        defer { store.close() }
        try SampleLog.liveThrough(place.operations(3_333_000), batch: 1000, LogWriter(store.storage))
    }

    static func with<R>(_ place: Place, _ body: (StoreFolder) throws -> R) throws -> R {
        let store = try StoreFolder.open(
            folder(place), .readWrite(createIfMissing: false), program: "daybook-bench")
        defer { store.close() }
        return try body(store)
    }

    @discardableResult
    static func verify(
        _ place: Place, _ options: LogVerifier.Options = LogVerifier.Options(),
        progress: @escaping @Sendable (ReadProgress) -> Void = { _ in }
    ) throws -> VerifyReport {
        let report = try with(place) { LogVerifier($0.storage, options, progress: progress).verify() }
        guard report.verdict == .good else { throw UsageError("The log that was to be measured is not good.") }
        return report
    }

    /// The most anonymous memory, in megabytes, that this process was seen to have while `body` told of its progress,
    /// beyond what it had before.
    static func memoryPeak(_ body: (@escaping @Sendable (ReadProgress) -> Void) throws -> Void) rethrows -> Double {
        let before = anonymousBytes()
        let peak = PeakMemory()
        try body { _ in peak.note(anonymousBytes()) }
        return Double(peak.bytes - before) / 1e6
    }

    /// Writes wrong rows past the log's own ways.
    static func spoilRows(_ count: Int, in store: StoreFolder) throws {
        try store.storage.write { transaction in
            let digest = transaction.ledgerDigest
            var spoilt: [(key: [UInt8], value: [UInt8])] = []
            try withUnsafeBytes(of: UInt8(0)) { first in
                try transaction.scan(.jobs, from: first) { key, value in
                    spoilt.append((Array(key), Array(value)))
                    return spoilt.count < count
                }
            }
            for row in spoilt {
                try row.key.withUnsafeBytes { key in
                    try row.value.withUnsafeBytes { old in
                        var wrong = row.value
                        wrong[wrong.count - 1] ^= 1
                        try wrong.withUnsafeBytes { try transaction.put(.jobs, key, $0, replacing: old) }
                    }
                }
            }
            transaction.ledgerDigest = digest
        }
    }

    private static func folder(_ place: Place) -> String { place.sharedFolder + "/store" }

    /// Resident pages that no file stands behind.
    private static func anonymousBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").compactMap { Int($0) }
        return pages.count > 2 ? (pages[1] - pages[2]) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
