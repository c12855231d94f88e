import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import Daybook

@Suite struct `An encrypted store` {
    private struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// A word that no file may hold by chance.
    private static let canary = "canary-7f3a91"
    private var canary: String { Self.canary }

    private func open(_ folder: String, _ encryption: Encryption? = nil) throws -> JobEngine {
        var options = EngineOptions()
        options.encryption = encryption
        return try JobEngine.open(folder, program: "test", options: options) {
            $0.register("tell") { arguments, context in
                let word = String(decoding: arguments, as: UTF8.self).filter { $0 != "\"" }
                #expect(context.metadata["trace"] == word)
                let step = try await context.step("first") { () async throws -> String in word }
                context.log("it says \(step)")
                context.progress(0.5, word)
                try context.setStatistics([word: 1])
                if context.attempt == 1 { throw Trouble(description: "no \(word)") }
                context.setResult(Array("\"\(word)\"".utf8))
            }
        }
    }

    private func tell(
        _ engine: JobEngine, tenant: String?, _ options: [JobOption] = []
    ) async throws -> JobHandle<[UInt8]> {
        var all: [JobOption] = [.metadata("trace", canary), .attempts(2), .retry(.fixed(.zero))] + options
        if let tenant { all.append(.tenant(tenant)) }
        return try await engine.enqueue("tell", arguments: Array("\"\(canary)\"".utf8), all)
    }

    private func work(_ engine: JobEngine, until state: JobState, _ jobs: [JobHandle<[UInt8]>]) async throws {
        try await engine.working(2) {
            try await engine.wait { try jobs.allSatisfy { try engine.record($0.id)?.state == state } }
        }
    }

    /// The files below a folder in which the word stands.
    private func files(in folder: String, with word: String) throws -> [String] {
        let needle = Data(word.utf8)
        return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { return false }
            return try Data(contentsOf: URL(filePath: "\(folder)/\(path)")).range(of: needle) != nil
        }
    }

    private func export(_ engine: JobEngine) throws -> String {
        var text = ""
        try LogExporter(engine.folder!.storage).export(from: 1, to: nil, redacted: false) {
            text += String(decoding: $0, as: UTF8.self)
        }
        return text
    }

    @Test(arguments: [Encryption.perTenant, .perStore])
    func `holds nothing in clear of what users put in, and they get it back`(_ encryption: Encryption) async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, encryption)
            let jobs = [try await tell(engine, tenant: "acme"), try await tell(engine, tenant: nil)]
            try await work(engine, until: .succeeded, jobs)
            for job in jobs {
                #expect(try await job.result() == Array("\"\(canary)\"".utf8))
                let failure = try engine.events(of: job.id).compactMap { event in
                    if case .attemptFailed(let failure) = event.body { failure.value.error } else { nil }
                }
                #expect(failure.contains { $0.contains(canary) })
                let created = try engine.storage.creation(of: job.id.rawValue)
                #expect(created?.value.arguments == Array("\"\(canary)\"".utf8))
            }
            #expect(try !export(engine).contains(canary))
            #expect(try export(engine).contains(#""sealed":"#))
            try await engine.close()
            #expect(try files(in: folder, with: canary) == [])
            #expect(try !files(in: folder, with: "acme").isEmpty)
        }
    }

    @Test func `stays encrypted for whoever opens it, and verifies`() async throws {
        try await withStoreFolder { folder in
            try await open(folder, .perTenant).close()
            let engine = try open(folder)
            _ = try await tell(engine, tenant: "acme")
            let report = LogVerifier(engine.folder!.storage).verify()
            #expect(report.verdict == .good)
            try await engine.close()
            #expect(try files(in: folder, with: canary) == [])
            #expect(throws: LogError.self) { try open(folder, .perStore) }
        }
    }

    @Test func `loses a tenant for good when he is erased, and nobody else`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, .perTenant)
            try engine.follow(Index.self)
            let gone = try await tell(engine, tenant: "acme")
            let kept = try await tell(engine, tenant: "zeta")
            try await work(engine, until: .succeeded, [gone, kept])
            let waiting = try await tell(engine, tenant: "acme", [.delay(.seconds(3_600))])
            let last = try engine.lastEvent
            try await engine.wait(for: Index.self, through: last)

            #expect(try engine.erase(tenant: "acme", by: "ann", reason: "asked for").keys == 1)

            #expect(try engine.storage.creation(of: gone.id.rawValue)?.value.arguments == [])
            #expect(try engine.storage.creation(of: kept.id.rawValue)?.value.arguments == Array("\"\(canary)\"".utf8))
            #expect(try engine.record(gone.id)?.state == .succeeded)
            #expect(LogVerifier(engine.folder!.storage).verify().verdict == .good)
            let told = try engine.storage.loggedEvents(from: last, limit: 100).compactMap { event in
                if case .erased(let erased) = event.1.body { (erased.value, event.1.actor.person) } else { nil }
            }
            #expect(told.count == 1 && told[0].0.tenant == "acme" && told[0].1 == "ann")
            try await engine.wait(for: Index.self, through: try engine.lastEvent)
            let texts = try engine.view(of: Index.self) { rows in
                var texts: [UInt64: String] = [:]
                try rows.walk(Packed("job")) { key, value in
                    texts[try key.unpacked(as: String.self, UInt64.self).1] = try value.unpacked(as: String.self)
                    return true
                }
                return texts
            }
            #expect(texts[gone.id.rawValue] == "" && texts[kept.id.rawValue] == "\"\(canary)\"")
            try await engine.close()

            let again = try open(folder)
            _ = try await again.perform(
                .reschedule(
                    job: waiting.id.rawValue, until: .epoch, expected: nil, reason: "", actor: .person("ann")))
            try await work(again, until: .parked, [waiting])
            let end = try again.events(of: waiting.id).last?.body
            #expect(end == .parked(reason: "its arguments are erased"))
            try await again.close()
            // The other tenant's row is in the follower's, which anybody may delete.
            try FileManager.default.removeItem(atPath: folder + "/views")
            #expect(try files(in: folder, with: canary) == [])
        }
    }

    @Test func `snapshots of the past hold nothing that is encrypted`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, .perTenant)
            let jobs = [try await tell(engine, tenant: "acme"), try await tell(engine, tenant: "zeta")]
            try await work(engine, until: .succeeded, jobs)
            var limits = SnapshotShelf.Limits()
            limits.eventsBetween = 4
            limits.freeBytesMin = 0
            let shelf = try SnapshotShelf(inFolder: folder, identity: engine.folder!.identity, limits: limits)
            // The engine's own storage opens payloads as they are read.
            let past = try PastStorage(engine.storage, at: .end, snapshots: shelf)
            #expect(try past.dump { try $0.text() } == engine.read { try LedgerDump(live: $0).text() })
            #expect(shelf.size.files > 1)
            #expect(try !files(in: folder + "/snapshots", with: "tell").isEmpty)
            #expect(try files(in: folder + "/snapshots", with: canary) == [])
            try await engine.close()
        }
    }

    @Test func `a new key is for what comes, and the old one still opens what was`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, .perTenant)
            let before = try await tell(engine, tenant: "acme")
            try engine.rotateKey(of: "acme")
            let after = try await tell(engine, tenant: "acme")
            #expect(try engine.folder!.keys().count { $0.tenant == "acme" } == 2)
            try await work(engine, until: .succeeded, [before, after])
            #expect(try engine.erase(tenant: "acme").keys == 2)
            try await engine.close()
        }
    }

    @Test func `arguments that replace others are encrypted too`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, .perTenant)
            let options: [JobOption] = [.key("one"), .onConflict(.replace), .delay(.seconds(3_600)), .tenant("acme")]
            let first = try await engine.enqueue("tell", arguments: Array("\"old\"".utf8), options)
            let second = try await tell(
                engine, tenant: "acme", [.key("one"), .onConflict(.replace), .delay(.zero), .metadata("trace", "x")])
            #expect(first.id == second.id)
            let claimed = try LogWriter(engine.storage).turn(now: engine.host.now()) {
                try $0.created(first.id.rawValue).value
            }
            #expect(claimed.arguments == Array("\"\(canary)\"".utf8) && claimed.sealed.isEmpty)
            try await engine.close()
            #expect(try files(in: folder, with: canary) == [])
        }
    }

    @Test func `a recurring job's arguments are encrypted, and opening the program again changes nothing`() async throws
    {
        try await withStoreFolder { folder in
            func open() throws -> JobEngine {
                var options = EngineOptions()
                options.encryption = .perTenant
                return try JobEngine.open(folder, program: "test", options: options) {
                    $0.register("report") { _, _ in }
                    $0.recurring(
                        RecurringJob(
                            "nightly", "report", arguments: Array("\"\(canary)\"".utf8), .every(.seconds(3_600))))
                }
            }
            func sets(_ engine: JobEngine) throws -> Int {
                try engine.storage.loggedEvents(from: 1, limit: 1_000).count { event in
                    if case .recurringSet = event.1.body { true } else { false }
                }
            }
            let first = try open()
            #expect(try sets(first) == 1)
            try await first.close()
            let second = try open()
            #expect(try sets(second) == 1)
            try await second.recurring.trigger("nightly", by: "ann")
            try await second.close()
            #expect(try files(in: folder, with: canary) == [])
        }
    }

    /// Where a program keeps its keys.
    private final class Safe: Sendable {
        private let keys = Mutex<[String: SecretKey]>([:])

        var encryption: Encryption {
            .supplied { tenant in
                self.keys.withLock { keys in
                    let name = tenant ?? ""
                    let key =
                        keys[name]
                        ?? SecretKey(
                            id: (0..<16).map { _ in .random(in: 0...255) },
                            bytes: (0..<32).map { _ in .random(in: 0...255) })
                    keys[name] = key
                    return key
                }
            } named: { id in
                self.keys.withLock { $0.values.first { $0.id == id } }
            }
        }

        func destroy(_ tenant: String) { keys.withLock { $0[tenant] = nil } }
    }

    @Test func `a program can keep the keys to itself`() async throws {
        try await withStoreFolder { folder in
            let safe = Safe()
            let engine = try open(folder, safe.encryption)
            let job = try await tell(engine, tenant: "acme")
            try await work(engine, until: .succeeded, [job])
            #expect(try await job.result() == Array("\"\(canary)\"".utf8))
            safe.destroy("acme")
            #expect(try engine.storage.creation(of: job.id.rawValue)?.value.arguments == [])
            try await engine.close()
            #expect(try files(in: folder, with: canary) == [])

            let stranger = try open(folder)
            await #expect(throws: (any Error).self) { try await tell(stranger, tenant: "acme") }
            try await stranger.close()
        }
    }

    @Test func `is only begun by whoever has it alone`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            _ = try await tell(engine, tenant: "acme")
            #expect(throws: LogError.self) { try engine.erase(tenant: "acme") }
            try await engine.close()
            let later = try open(folder, .perTenant)
            _ = try await tell(later, tenant: "acme")
            try await later.close()
            // What stood there before stays as it was.
            #expect(try files(in: folder, with: canary) == ["data.mdb"])
        }
    }
}
