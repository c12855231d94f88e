import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import Daybook
@testable import DaybookLog

extension EventBody {
    fileprivate var isParked: Bool { if case .parked = self { true } else { false } }
    fileprivate var isSuccess: Bool { if case .succeeded = self { true } else { false } }
}

@Suite struct `An erasure` {
    private static let canary = "canary-4c0d55"
    private var canary: String { Self.canary }
    private var argument: [UInt8] { Array("\"\(canary)\"".utf8) }

    private func open(
        _ folder: String, _ encryption: Encryption? = .perTenant, _ gate: Gate? = nil
    ) throws -> JobEngine {
        var options = EngineOptions()
        options.encryption = encryption
        return try JobEngine.open(folder, program: "test", options: options) {
            $0.register("tell") { arguments, context in
                await gate?.pass()
                let word = String(decoding: arguments, as: UTF8.self).filter { $0 != "\"" }
                _ = try await context.step("first") { () async throws -> String in word }
                context.log("it says \(word)")
                context.progress(0.5, word)
                try context.setStatistics([word: 1])
                try context.enqueue("child", arguments: arguments)
                context.setResult(arguments)
            }
            $0.register("child") { _, _ in }
        }
    }

    private func tell(
        _ engine: JobEngine, _ tenant: String, _ options: [JobOption] = []
    ) async throws -> JobHandle<[UInt8]> {
        try await engine.enqueue("tell", arguments: argument, [.tenant(tenant), .metadata("trace", canary)] + options)
    }

    /// All that can be read in the log, as an opened export tells it.
    private func readable(_ engine: JobEngine) throws -> String {
        var text = ""
        try LogExporter(engine.folder!.opened).export(from: 1, to: nil, redacted: false) {
            text += String(decoding: $0, as: UTF8.self)
        }
        return text
    }

    private func keyFiles(_ folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/keys")
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/keys/\($0)"))) })
    }

    /// As if whoever erased had been stopped before the keys were destroyed, or had them in memory still.
    private func putBack(_ files: [String: Data], in folder: String) throws {
        for (name, data) in files {
            let path = "\(folder)/keys/\(name)"
            try data.write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    private func rows(_ views: Views) throws -> [String] {
        try views.read(Index.self) { rows in
            var texts: [String] = []
            try rows.walk(Packed("job")) { _, value in
                texts.append(try value.unpacked(as: String.self))
                return true
            }
            return texts
        }
    }

    private func follow(_ views: Views) throws -> [String] {
        let run = try FollowerRun(Index.self, views)
        defer { run.end() }
        while try run.step() == .behind {}
        return try rows(views)
    }

    // MARK: Views

    @Test func `keeps a view from being built with a key that was read before`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            _ = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            _ = try await tell(engine, "zeta", [.delay(.seconds(3_600))])
            let keys = try keyFiles(folder)
            try engine.erase(tenant: "acme")
            try putBack(keys, in: folder)
            #expect(try engine.folder!.keys().contains { $0.tenant == "acme" })
            let views = Views(of: engine.folder!, host: engine.host)
            #expect(try follow(views) == ["", "\"\(canary)\""])
            views.close()
            try await engine.close()
        }
    }

    @Test func `makes a follower throw away rows that it began before`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            _ = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            let views = Views(of: engine.folder!, host: engine.host)
            #expect(try follow(views) == ["\"\(canary)\""])
            // Whoever erases is stopped right behind the event.
            let erased = Erased(tenant: "acme", howMany: 1, reason: "")
            _ = try await engine.perform(.erase(Box(erased), actor: .system))
            #expect(throws: LogError.self) { try rows(views) }
            #expect(try follow(views) == [""])
            // The rows that were made anew are not thrown away again.
            let begun = try #require(try views.states().first?.position)
            _ = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            let run = try FollowerRun(Index.self, views)
            #expect(try run.step() == .caughtUp && run.position > begun)
            run.end()
            #expect(try rows(views) == ["", "\"\(canary)\""])
            views.close()
            try await engine.close()
        }
    }

    // MARK: What runs

    @Test func `keeps closed what a run writes that had begun, and the jobs that it leaves behind`() async throws {
        try await withStoreFolder { folder in
            let gate = Gate()
            let engine = try open(folder, .perTenant, gate)
            let job = try await tell(engine, "acme")
            let other = try await tell(engine, "zeta", [.delay(.seconds(3_600))])
            let keys = try keyFiles(folder)
            try await engine.working(1) {
                try await engine.wait { gate.hasArrived }
                try engine.erase(tenant: "acme", reason: "asked for")
                gate.open()
                try await engine.wait { try engine.record(job.id)?.state == .succeeded }
                try await engine.wait {
                    let bodies = try engine.storage.loggedEvents(from: 1, limit: 1_000).map(\.1.body)
                    return bodies.contains(where: \.isParked) || bodies.count(where: \.isSuccess) == 2
                }
            }
            let text = try readable(engine)
            // The other tenant's arguments and metadata.
            #expect(text.components(separatedBy: canary).count == 3)
            let closed = try engine.folder!.opened.read { log in
                var closed: [EventKind] = []
                for (sequence, event) in try engine.storage.loggedEvents(from: 1, limit: 1_000)
                where try log.closedPayload(of: sequence) == .erased {
                    closed.append(try #require(EventKind(rawValue: event.body.kind)))
                }
                return closed
            }
            #expect(try engine.storage.loggedEvents(from: 1, limit: 1_000).contains { $0.1.body.isParked })
            #expect(closed == [.created, .stepped, .logged, .progressed, .reported, .succeeded, .created])
            await #expect(throws: ResultIsClosed(id: job.id, why: .erased)) { try await job.result() }
            #expect(try engine.runs(of: job.id).map(\.closed) == [.erased])
            // Nothing was put under a new key of his, so none was needed.
            #expect(try engine.folder!.keys().allSatisfy { $0.tenant != "acme" })
            #expect(LogVerifier(engine.folder!.storage).verify().verdict == .good)
            try await engine.close()

            // It is not the keys that keep it closed.
            try putBack(keys, in: folder)
            let again = try open(folder)
            #expect(try readable(again).components(separatedBy: canary).count == 3)
            #expect(try again.storage.creation(of: other.id.rawValue)?.value.arguments == argument)
            let later = try await tell(again, "acme", [.delay(.seconds(3_600))])
            #expect(try again.storage.creation(of: later.id.rawValue)?.value.arguments == argument)
            // Under a key of its own, not under the one that is to be gone.
            #expect(try again.folder!.keys().count { $0.tenant == "acme" && $0.after > 0 } == 1)
            try await again.close()
        }
    }

    @Test func `keeps a job from starting whose arguments were replaced, whatever keys are left`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, suppliedKeys())
            let options: [JobOption] = [.key("one"), .onConflict(.replace)]
            _ = try await tell(engine, "acme", options)
            let job = try await tell(engine, "acme", options)
            try engine.erase(tenant: "acme")
            try await engine.working(1) {
                try await engine.wait { [.parked, .succeeded].contains(try engine.record(job.id)?.state) }
            }
            #expect(try engine.events(of: job.id).last?.body == .parked(reason: "its arguments are erased"))
            try await engine.close()
        }
    }

    @Test func `keeps a job from starting that was claimed before`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, suppliedKeys())
            let job = try await tell(engine, "acme")
            let created = try #require(try engine.storage.stored.creation(of: job.id.rawValue))
            let claimed = ClaimedJob(
                claimed: Claimed(job: job.id.rawValue, token: job.id.rawValue, attempt: 1), creation: .known(created))
            #expect(try claimed.opened(in: engine.storage).closedReason == nil)
            try engine.erase(tenant: "acme")
            #expect(try claimed.opened(in: engine.storage).closedReason == "its arguments are erased")
            // Where nobody can look it up, it is not opened, although the key is still in hand.
            let storage = engine.environment.storage
            try await engine.close()
            #expect(storage.keyring != nil)
            #expect(throws: (any Error).self) { try claimed.opened(in: storage) }
        }
    }

    @Test func `takes no arguments for a job from before, and says so`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            let options: [JobOption] = [.key("one"), .onConflict(.replace), .delay(.seconds(3_600))]
            let first = try await tell(engine, "acme", options)
            try engine.erase(tenant: "acme")
            let refusal = await #expect(throws: Refusal.self) { try await tell(engine, "acme", options) }
            #expect(refusal?.description.contains("Job \(first.id)") == true)
            try await engine.cancel(first.id)
            let second = try await tell(engine, "acme", options)
            #expect(try engine.storage.creation(of: second.id.rawValue)?.value.arguments == argument)
            try await engine.close()
        }
    }

    @Test func `pauses recurring jobs, whose jobs stay closed until they are set anew`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            var nightly = RecurringJob("nightly", "tell", arguments: argument, .every(.seconds(3_600)))
            nightly.set.job.tenant = "acme"
            try await engine.recurring.set(nightly)
            let keys = try keyFiles(folder)
            #expect(try engine.erase(tenant: "acme").paused == ["nightly"])
            let status = try #require(try engine.recurring.one("nightly"))
            #expect(status.standing == .paused(until: nil) && status.closed == .erased && status.arguments == [])
            let made = try await engine.recurring.trigger("nightly", by: "ann")
            try putBack(keys, in: folder)
            #expect(try engine.folder!.opened.read { try $0.closedArguments(of: made.id.rawValue) } == .erased)

            try await engine.recurring.set(nightly)
            let again = try await engine.recurring.trigger("nightly", by: "ann")
            #expect(try engine.storage.creation(of: again.id.rawValue)?.value.arguments == argument)
            try await engine.close()
        }
    }

    // MARK: Stopped in between, and again

    @Test func `that was stopped behind its event is finished by the next`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            let job = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            let keys = try keyFiles(folder)
            let first = try engine.erase(tenant: "acme")
            #expect(first.keys == 1 && first.earlier == nil && !first.isFinishing)
            try putBack(keys, in: folder)
            // One that was being overwritten, by an earlier release.
            let zeros = "\(folder)/keys/\(String(repeating: "ab", count: 16)).key"
            try Data(count: 240).write(to: URL(filePath: zeros))
            #expect(
                try KeyCheck(engine.folder!).remarks().contains { $0.text.contains("event \(first.event) erases acme") }
            )

            let second = try engine.erase(tenant: "acme")
            #expect(second.keys == 1 && second.earlier == first.event && second.isFinishing)
            #expect(try keyFiles(folder).isEmpty)
            // Stopped between overwriting it and taking it away.
            try putBack(keys.mapValues { Data(KeyFile.destroyed(Array($0))) }, in: folder)
            #expect(try keyFiles(folder).values.allSatisfy { !$0.starts(with: [0]) && !keys.values.contains($0) })
            #expect(try KeyCheck(engine.folder!).remarks().contains { $0.text.contains("erases acme") })
            #expect(try engine.erase(tenant: "acme").isFinishing)
            #expect(try keyFiles(folder).isEmpty)
            let third = try engine.erase(tenant: "acme")
            #expect(third.keys == 0 && third.earlier! > second.event && !third.isFinishing)
            #expect(try engine.events(of: job.id).count == 1)

            // What has come in since is erased by an event of its own.
            _ = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            let fourth = try engine.erase(tenant: "acme")
            #expect(fourth.keys == 1 && fourth.earlier == third.event && !fourth.isFinishing)
            try await engine.close()
        }
    }

    @Test func `of a tenant that nobody knows is refused, and leaves no event`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder)
            _ = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            // Known by a job alone, of which nothing was to be encrypted.
            _ = try await engine.enqueue("tell", arguments: [], [.tenant("zeta"), .delay(.seconds(3_600))])
            let last = try engine.lastEvent
            let error = #expect(throws: LogError.self) { try engine.erase(tenant: "akme") }
            #expect(error?.code == .notFound)
            #expect(try engine.lastEvent == last)
            #expect(try engine.erase(tenant: "zeta").keys == 0)
            try await engine.close()
        }
    }

    // MARK: Keys that the program supplies

    /// Those of a program that destroys none.
    private final class Keys: Sendable {
        private let keys = Mutex<[String: SecretKey]>([:])

        func current(_ tenant: String) -> SecretKey {
            func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }
            return keys.withLock { keys in
                let key = keys[tenant] ?? SecretKey(id: random(16), bytes: random(32))
                keys[tenant] = key
                return key
            }
        }

        func named(_ id: [UInt8]) -> SecretKey? { keys.withLock { $0.values.first { $0.id == id } } }
    }

    private func suppliedKeys() -> Encryption {
        let keys = Keys()
        return .supplied(current: { keys.current($0 ?? "") }, named: { keys.named($0) })
    }

    @Test func `with keys of the program's own closes what was, whatever the program still has`() async throws {
        try await withStoreFolder { folder in
            let engine = try open(folder, suppliedKeys())
            try engine.follow(Index.self)
            let job = try await tell(engine, "acme", [.delay(.seconds(3_600))])
            let kept = try await tell(engine, "zeta", [.delay(.seconds(3_600))])
            try await engine.wait(for: Index.self, through: kept.event)
            // It forgets to destroy the key, or another process of it has fetched it before.
            let erasure = try engine.erase(tenant: "acme", by: "ann")
            #expect(erasure.earlier == nil && erasure.keys == 0)
            try await engine.wait(for: Index.self, through: erasure.event)
            let texts = try engine.view(of: Index.self) { rows in
                [
                    try rows[Packed("job", job.event)]?.unpacked(as: String.self),
                    try rows[Packed("job", kept.event)]?.unpacked(as: String.self),
                ]
            }
            #expect(texts == ["", "\"\(canary)\""])
            #expect(try engine.folder!.opened.read { try $0.closedArguments(of: job.id.rawValue) } == .erased)
            try await engine.close()
        }
    }
}
