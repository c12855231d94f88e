import DaybookLog
import DaybookModel
import Foundation

/// A store with ten million events, made once for all measurements that ask for it.
enum LongLog {
    @Sendable
    static func make(_ place: Place) throws {
        guard !FileManager.default.fileExists(atPath: folder(place)) else { return }
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
        note: @escaping @Sendable () -> Void = {}
    ) throws -> VerifyReport {
        let report = try with(place) { LogVerifier($0.storage, options, progress: { _ in note() }).verify() }
        guard report.verdict == .good else { throw UsageError("The log that was to be measured is not good.") }
        return report
    }

    /// The most anonymous memory, in megabytes, that this process was seen to have whenever `body` asked to look,
    /// beyond what it had before.
    static func memoryPeak(_ body: (@escaping @Sendable () -> Void) throws -> Void) rethrows -> Double {
        let before = ProcessMemory.anonymousBytes
        let peak = Highest()
        try body { peak.note(ProcessMemory.anonymousBytes) }
        return Double(peak.value - before) / 1e6
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

    static func folder(_ place: Place) -> String { place.sharedFolder + "/ten-million" }
}
