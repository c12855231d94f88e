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

    @Test func `writes one whenever so much time has passed and the log has grown`() async throws {
        try await withStoreFolder { folder in
            let path = folder + "-checkpoints"
            defer { unlink(path) }
            let time = VirtualTime()
            var options = EngineOptions()
            options.checkpoints(every: .seconds(3_600), to: path) { Issue.record($0) }
            let engine = try JobEngine.open(
                folder, program: "test", options: options, host: .real(), clock: time.clock
            ) { _ in }
            while try lines(path).isEmpty { await Task.yield() }
            for number in 2...4 {
                _ = try await engine.enqueue("mail", arguments: Array("{}".utf8), [])
                #expect(try lines(path).count == number - 1)
                time.advance(by: 3_601)
                while try lines(path).count < number { await Task.yield() }
            }
            // Nothing has come since, so there is nothing to say.
            time.advance(by: 3_601)
            _ = try await engine.perform(.look)
            _ = try await engine.perform(.look)
            #expect(try lines(path).count == 4)
            try await engine.close()
            let sequences = try lines(path).map(\.checkpoint.sequence)
            #expect(sequences.count == 5)
            #expect(sequences == sequences.sorted())
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
