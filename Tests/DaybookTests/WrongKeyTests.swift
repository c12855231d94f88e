import DaybookModel
import Foundation
import Testing

@testable import Daybook
@testable import DaybookLog

@Suite struct `A key that is no good` {
    private let argument = Array("\"canary-90ab11\"".utf8)

    private func open(_ folder: String) throws -> JobEngine {
        var options = EngineOptions()
        options.encryption = .perTenant
        return try JobEngine.open(folder, program: "test", options: options) { $0.register("tell") { _, _ in } }
    }

    private func tell(_ engine: JobEngine, _ tenant: String) async throws -> JobHandle<[UInt8]> {
        try await engine.enqueue("tell", arguments: argument, [.tenant(tenant)])
    }

    /// The file of a tenant's only key.
    private func keyFile(_ folder: String, _ tenant: String) throws -> String {
        let line = "tenant " + Array(tenant.utf8).withUnsafeBytes { Hexadecimal.text($0) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/keys")
        return try #require(
            names.map { "\(folder)/keys/\($0)" }.first {
                try String(contentsOfFile: $0, encoding: .utf8).contains(line)
            })
    }

    private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// The file with another secret; `isFirstForm` is how releases wrote it that had no check value.
    private func altered(_ text: String, isFirstForm: Bool) -> String {
        let secret = String(repeating: "5a", count: 32)
        var lines = text.split(separator: "\n").map { $0.hasPrefix("secret ") ? "secret \(secret)" : String($0) }
        if isFirstForm {
            lines[0] = "daybook key 1"
            lines.removeAll { $0.hasPrefix("after ") || $0.hasPrefix("check ") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func closed(_ engine: JobEngine, _ job: JobHandle<[UInt8]>) throws -> ClosedPayload? {
        try engine.folder!.opened.read { try $0.closedArguments(of: job.id.rawValue) }
    }

    private func problems(_ engine: JobEngine) throws -> [String] {
        try KeyCheck(engine.folder!).remarks().filter { $0.kind == .problem }.map(\.text)
    }

    @Test func `because its secret was changed is told by its check value, and takes nothing`() async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            let job = try await tell(first, "acme")
            let other = try await tell(first, "zeta")
            #expect(try problems(first) == [])
            try await first.close()
            let path = try keyFile(folder, "acme")
            let right = try String(contentsOfFile: path, encoding: .utf8)
            try write(altered(right, isFirstForm: false), to: path)

            let engine = try open(folder)
            guard case .keyUnusable(let key, let why)? = try closed(engine, job) else {
                Issue.record("\(String(describing: try closed(engine, job)))")
                return
            }
            #expect(why.contains(path))
            // Where the file lies is no part of why the job is not running.
            let told = try engine.folder!.opened.read { try JobExplanation(of: job.id.rawValue, in: $0) { .unknown } }
            #expect(told.closed == .keyUnusable(key, ""), "\(String(describing: told.closed))")
            #expect(try closed(engine, other) == nil)
            #expect(try problems(engine).contains { $0.contains(path) })
            await #expect(throws: LogError.self) { try await tell(engine, "acme") }
            _ = try await tell(engine, "zeta")
            // The right one is put back while the engine goes on.
            try write(right, to: path)
            try await engine.wait { try closed(engine, job) == nil }
            _ = try await tell(engine, "acme")
            #expect(try problems(engine) == [])
            try await engine.close()
        }
    }

    @Test func `of the first form is told by what it does not open, and takes nothing from then on`() async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            let job = try await tell(first, "acme")
            try await first.close()
            let path = try keyFile(folder, "acme")
            let right = try String(contentsOfFile: path, encoding: .utf8)
            try write(altered(right, isFirstForm: true), to: path)
            // It is tried before anything goes under it, even if nobody has read anything.
            let other = try open(folder)
            await #expect(throws: LogError.self) { try await tell(other, "acme") }
            _ = try await tell(other, "zeta")
            try await other.close()
            let engine = try open(folder)
            guard case .keyWrong? = try closed(engine, job) else {
                Issue.record("\(String(describing: try closed(engine, job)))")
                return
            }
            #expect(try problems(engine).contains { $0.contains("not the one that it was encrypted with") })
            await #expect(throws: LogError.self) { try await tell(engine, "acme") }
            try write(right, to: path)
            try await engine.wait { try closed(engine, job) == nil }
            _ = try await tell(engine, "acme")
            try await engine.close()
        }
    }

    @Test func `of the first form opens and takes payloads as ever`() async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            let job = try await tell(first, "acme")
            try await first.close()
            let path = try keyFile(folder, "acme")
            let old = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("after ") && !$0.hasPrefix("check ") }
            try write("daybook key 1\n" + old.dropFirst().joined(separator: "\n") + "\n", to: path)
            let engine = try open(folder)
            #expect(try closed(engine, job) == nil)
            _ = try await tell(engine, "acme")
            #expect(try engine.folder!.keys().count == 1)
            #expect(try engine.erase(tenant: "acme").keys == 1)
            try await engine.close()
        }
    }

    @Test func `is not what a damaged payload is taken for`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            _ = try await tell(engine, "acme")
            let keyring = try #require(engine.folder!.storage.keyring)
            var sealed = try engine.storage.stored.read { log in
                try argument.withUnsafeBytes { try keyring.seal($0, for: "acme", after: 0, in: log) }
            }
            sealed[sealed.count - 1] ^= 1
            guard case .closed(.damaged) = sealed.withUnsafeBytes({ keyring.open($0, isErased: { _ in false }) }) else {
                Issue.record("a payload that was altered is not told to be damaged")
                return
            }
            _ = try await tell(engine, "acme")
            try await engine.close()
        }
    }

    @Test func `is nobody else's trouble`() async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            let acme = try await tell(first, "acme")
            let zeta = try await tell(first, "zeta")
            try await first.close()
            try write("junk", to: folder + "/keys/zeta.key")
            try write("junk", to: folder + "/keys/\(String(repeating: "cd", count: 16)).key")
            let path = try keyFile(folder, "zeta")
            let right = try String(contentsOfFile: path, encoding: .utf8)
            try write(right, to: path, mode: 0o644)

            let engine = try open(folder)
            #expect(try closed(engine, acme) == nil)
            guard case .keyUnusable(_, let why)? = try closed(engine, zeta) else {
                Issue.record("\(String(describing: try closed(engine, zeta)))")
                return
            }
            #expect(why.contains("chmod 600"))
            #expect(try problems(engine).count == 4)
            _ = try await tell(engine, "acme")
            _ = try await tell(engine, "new")
            await #expect(throws: LogError.self) { try await tell(engine, "zeta") }
            // Whose the one is of which nothing can be read is for a person to find out.
            let erasure = try engine.erase(tenant: "acme")
            #expect(erasure.keys == 1 && erasure.unsure.count == 1)
            #expect(try engine.erase(tenant: "zeta").keys == 1)
            #expect(!FileManager.default.fileExists(atPath: path))
            try await engine.close()
        }
    }

    @Test func `or is not there is why a job is set aside`() async throws {
        try await withStoreFolder { folder in
            let first = try open(folder)
            let job = try await tell(first, "acme")
            try await first.close()
            let path = try keyFile(folder, "acme")
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            try FileManager.default.removeItem(atPath: path)
            let engine = try open(folder)
            #expect(try closed(engine, job) == .keyMissing(name))
            #expect(try problems(engine).contains { $0.contains("key \(name) is not here") })
            try await engine.working(1) {
                try await engine.wait { try engine.record(job.id)?.state == .parked }
            }
            let end = try engine.events(of: job.id).last?.body
            #expect(end == .parked(reason: "its arguments are encrypted, and key \(name) is not here"))
            try await engine.close()
        }
    }

    @Test func `keeps nobody else from working, and a result waits for it`() async throws {
        try await withStoreFolder { folder in
            let gate = Gate()
            var options = EngineOptions()
            options.encryption = .perTenant
            let engine = try JobEngine.open(folder, program: "test", options: options) {
                $0.register("tell") { arguments, context in
                    if context.tenant == "acme" { await gate.pass() }
                    context.setResult(arguments)
                }
            }
            let job = try await tell(engine, "acme")
            let path = try keyFile(folder, "acme")
            let right = try String(contentsOfFile: path, encoding: .utf8)
            try await engine.working(2) {
                try await engine.wait { gate.hasArrived }
                // A key that is no good is read again at every look, so this is noticed as soon as it is doubted.
                try write(altered(right, isFirstForm: false), to: path)
                _ = engine.folder!.storage.keyring!.source.doubt(try #require(KeyFile.id(path.fileName)))
                await #expect(throws: LogError.self) { try await tell(engine, "acme") }
                gate.open()
                let other = try await tell(engine, "zeta")
                #expect(try await other.result() == argument)
                #expect(try engine.record(job.id)?.state == .processing)
                try write(right, to: path)
                #expect(try await job.result() == argument)
            }
            try await engine.close()
        }
    }
}

extension String {
    fileprivate var fileName: String { URL(filePath: self).lastPathComponent }
}
