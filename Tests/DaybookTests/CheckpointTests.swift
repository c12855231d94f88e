import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import Daybook

@Suite struct `An engine that keeps checkpoints` {
    private func lines(_ path: String) throws -> [CheckpointText] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map { try CheckpointText(line: Array($0.utf8)) }
    }

    @Test func `writes one when it opens and one of all when it is closed`() async throws {
        try await withStoreFolder { folder in
            let path = folder + "-checkpoints"
            defer { unlink(path) }
            var options = EngineOptions()
            options.checkpoints(every: .seconds(3_600), to: path) { Issue.record($0) }
            let engine = try JobEngine.open(folder, program: "test", options: options) { _ in }
            while try lines(path).isEmpty { await Task.yield() }
            _ = try await engine.enqueue("mail", arguments: Array("{}".utf8), [])
            try await engine.close()
            let store = try StoreFolder.open(folder, .readOnly, program: "test")
            defer { store.close() }
            let checkpoints = try lines(path)
            #expect(checkpoints.count == 2)
            #expect(try checkpoints.last?.checkpoint.sequence == store.storage.read { try $0.last })
            var verify = LogVerifier.Options()
            verify.checkpoints = checkpoints.map(\.checkpoint)
            #expect(LogVerifier(store.storage, verify).verify().verdict == .good)
        }
    }

    @Test func `says when it cannot, and goes on`() async throws {
        try await withStoreFolder { folder in
            var options = EngineOptions()
            let said = Said()
            options.checkpoints(every: .seconds(3_600), to: folder + "-none/checkpoints") { _ in said.note() }
            let engine = try JobEngine.open(folder, program: "test", options: options) { _ in }
            while said.count == 0 { await Task.yield() }
            _ = try await engine.enqueue("mail", arguments: Array("{}".utf8), [])
            try await engine.close()
            #expect(said.count == 2)
        }
    }

    private final class Said: Sendable {
        private let times = Mutex(0)
        var count: Int { times.withLock { $0 } }
        func note() { times.withLock { $0 += 1 } }
    }

    @Test func `refuses to keep them in the store's own folder`() async throws {
        try await withStoreFolder { folder in
            var options = EngineOptions()
            options.checkpoints(every: .seconds(1), to: folder + "/checkpoints")
            #expect(throws: LogError.self) { try JobEngine.open(folder, program: "test", options: options) { _ in } }
        }
    }
}
