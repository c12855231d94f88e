import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Synchronization

/// Both clocks of an engine, which move only when a test says so.
final class VirtualTime: Sendable {
    private let microseconds = Mutex<Int64>(1_772_366_400_000_000)
    private let wakes = Mutex<[any CommitBell]>([])

    var now: Instant { Instant(microseconds: microseconds.withLock { $0 }) }

    var clock: EngineClock {
        EngineClock(
            now: { self.now },
            monotonicNanoseconds: { UInt64(self.microseconds.withLock { $0 }) * 1_000 },
            sleep: { wake, seen, _ in
                self.wakes.withLock { if !$0.contains(where: { $0 === wake }) { $0.append(wake) } }
                // Until the test moves time on, or somebody has something to write.
                _ = wake.waitAsWriter(after: seen, timeoutNanoseconds: 50_000_000)
            })
    }

    func advance(by seconds: Double) {
        microseconds.withLock { $0 += Int64(seconds * 1_000_000) }
        for wake in wakes.withLock({ $0 }) { wake.announceCommit() }
    }
}

/// A folder for a store, gone afterwards.
func withStoreFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "daybook-\(UInt64.random(in: 0...(.max)))").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

extension JobEngine {
    func record(_ job: JobID) throws -> JobRecord? { try read { try Books.storedJob(job.rawValue, in: $0) } }

    /// Lets the writer go on until `condition` holds.
    func wait(until condition: () throws -> Bool) async throws {
        while try !condition() { _ = try await perform(.look) }
    }

    /// What happened to a job, in order.
    func events(of job: JobID) throws -> [Event] {
        try read { log in
            var found: [Event] = []
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                if event.job == job.rawValue { found.append(event) }
                return true
            }
            return found
        }
    }

    /// Works while `body` runs.
    func working(_ workers: Int = 2, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.run(workers: workers) }
            try await body()
            self.stop()
            try await group.waitForAll()
        }
    }
}
