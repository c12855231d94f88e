import DaybookLMDB
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookLog

extension Scavenged {
    /// What is found in a damaged file.
    init(_ file: DamagedDataFile) throws {
        let control = CopyControl()
        self = try Scavenger(file, DamagedLedgers(file, control), control).run()
    }
}

/// Stores in folders, and what is in them.
enum Copied {
    /// A closed store after so many turns of the workload.
    static func withFilledStore<R>(seed: UInt64 = 1, turns: Int, _ body: (String) throws -> R) throws -> R {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            var workload = ReplayWorkload(seed: seed, LogWriter(store.storage))
            try workload.run(turns: turns)
            store.close()
            return try body(path)
        }
    }

    /// All events, and where commits end with which head.
    static func log(_ path: String) throws -> [[UInt8]] {
        let store = try StoreFolder.opened(path, .readOnly)
        defer { store.close() }
        return try log(store.storage)
    }

    static func log(_ storage: any LogStorage) throws -> [[UInt8]] {
        try storage.read { log in
            var values: [[UInt8]] = []
            try log.events(from: 1) { _, value in
                values.append(Array(value))
                return true
            }
            return values
        }
    }

    /// All ledgers as text.
    static func state(_ path: String) throws -> [String] {
        let store = try StoreFolder.opened(path, .readOnly)
        defer { store.close() }
        return try store.storage.read { log in
            let text = LedgerRowText(log)
            var lines: [String] = []
            for table in Table.allCases {
                try withUnsafeBytes(of: UInt8(0)) { start in
                    try log.scan(table, from: start) { key, value in
                        lines.append(try text.text(table, key, value))
                        return true
                    }
                }
            }
            return lines
        }
    }

    static func verdict(_ path: String) throws -> VerifyReport {
        let store = try StoreFolder.opened(path, .readOnly)
        defer { store.close() }
        return LogVerifier(store.storage).verify()
    }

    /// What lies in a folder.
    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// A control that stops the work at its `step`-th word about progress.
    static func stopping(at step: Int) -> CopyControl {
        let steps = Counted()
        return CopyControl(isStopped: { steps.value >= step }) { _ in steps.count() }
    }

    final class Counted: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }
        func count() { number.withLock { $0 += 1 } }
    }
}
