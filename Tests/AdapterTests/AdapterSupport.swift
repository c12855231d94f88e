import Daybook
import Foundation

/// A folder for a store, gone afterwards.
func withStoreFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "daybook-\(UInt64.random(in: 0...(.max)))").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

extension JobEngine {
    /// Works while `body` runs, and then no more.
    func working(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.run(workers: 1) }
            try await body()
            self.stop()
            try await group.waitForAll()
        }
    }
}

struct Broken: Error {}
