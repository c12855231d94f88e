import DaybookLog
import DaybookModel
import Foundation
import Testing

@testable import Daybook

@Suite struct `An engine's backup` {
    /// A folder for a store and its copies.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        try await withStoreFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await body(folder)
        }
    }

    private func open(_ folder: String) throws -> JobEngine {
        try JobEngine.open(folder, program: "test") { $0.register("mail") { _, _ in } }
    }

    private func enqueue(_ engine: JobEngine) async throws -> SequenceNumber {
        try await engine.enqueue("mail", arguments: Array("{}".utf8), []).id.rawValue
    }

    @Test func `is made while the engine is open, and is a store that can be opened`() async throws {
        try await withFolder { folder in
            let engine = try open(folder + "/store")
            let job = try await enqueue(engine)
            let backup = try await engine.backUp(to: folder + "/backup")
            #expect(backup.jobs == 1 && backup.last >= job && backup.byteCount > 0)
            await #expect(throws: (any Error).self) { try await engine.backUp(to: folder + "/backup") }
            try await engine.close()
            let copy = try open(folder + "/backup")
            #expect(try copy.job(JobID(rawValue: job))?.name == "mail")
            try await copy.close()
        }
    }

    @Test func `a place from a lost future is refused, and one that is still there goes on`() async throws {
        try await withFolder { folder in
            let engine = try open(folder + "/store")
            let kept = try engine.position(of: try await enqueue(engine))
            _ = try await engine.backUp(to: folder + "/backup")
            let lost = try engine.position(of: try await enqueue(engine))
            try await engine.close()
            _ = try StoreFolder.restore(at: folder + "/restored", from: folder + "/backup", program: "test")

            let restored = try open(folder + "/restored")
            for _ in 0..<3 { _ = try await enqueue(restored) }
            await #expect(throws: LogError.self) {
                for try await _ in restored.events(after: lost) { break }
            }
            await #expect(throws: LogError.self) {
                for try await _ in restored.events(after: 1_000_000) { break }
            }
            for try await event in restored.events(after: kept) {
                #expect(event.sequence == kept.sequence + 1)
                break
            }
            try await restored.close()
        }
    }
}
