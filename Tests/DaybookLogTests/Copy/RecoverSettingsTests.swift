import DaybookModel
import Foundation
import Testing

@testable import DaybookLMDB
@testable import DaybookLog

@Suite struct `Recovering what people had set` {
    private static let secret = "the moon is made of cheese"

    /// A closed store whose first page of events, with all that was set, is lost, and what of the rest if so said.
    private func recovered(
        encrypting scope: Keyring.Scope? = nil, withLedgers: Bool = true, withKeys: Bool = true,
        _ body: (RecoverySummary, _ path: String, _ saved: String) throws -> Void
    ) throws {
        try withStorePath { path in
            let store = try StoreFolder.opened(path)
            if let scope { try store.encrypt(scope, from: nil, now: .second(1), by: .person("ann")) }
            let writer = LogWriter(store.storage)
            let ann = Actor.person("ann")
            for command in [
                Command.retention(Box(.hold(.tenant("acme"), reason: "case", actor: ann))),
                .retention(Box(.keep(.failed, 7, reason: "", actor: ann))),
                .pauseQueue("slow", reason: "", actor: ann),
                .limit(.queue("mail"), .concurrency(3), reason: "", actor: ann),
            ] {
                guard case .done = try writer.perform(command) else { throw LogError(.refused, "refused") }
            }
            for number in 0..<200 {
                var created = Created.example(arguments: "\"\(Self.secret)\"")
                created.tenant = number % 2 == 0 ? "acme" : "zeta"
                _ = try writer.perform(.enqueue(created))
            }
            store.close()
            _ = try StoreFolder.compact(path, program: "test", options: .forTests)
            let pages = try Scavenged(try DamagedDataFile(path + "/data.mdb")).pages
            var bytes = try contents(path + "/data.mdb")
            let kept = Set(pages.filter { $0.isReached }.map { Int($0.page) })
            let bad = Set(pages.filter { $0.first <= 6 }.map { Int($0.page) })
            try #require(bad.count == 1)
            for page in 0..<bytes.count / 4_096 where bad.contains(page) || !withLedgers && !kept.contains(page) {
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
            try write(bytes, to: path + "/data.mdb")
            if !withKeys { try? FileManager.default.moveItem(atPath: path + "/keys", toPath: path + ".keys") }
            let saved = path + ".saved"
            let summary = try StoreFolder.recover(at: saved, from: path, program: "test", options: .forTests)
            #expect(summary.missing > 5)
            try body(summary, path, saved)
            #expect(try Copied.verdict(saved).verdict == .good)
        }
    }

    /// Enqueues into the recovered store, and answers whether what was given stands in it in clear.
    private func standsInClear(_ saved: String, keysOf path: String) throws -> Bool {
        try? FileManager.default.copyItem(atPath: path + "/keys", toPath: saved + "/keys")
        let store = try StoreFolder.opened(saved)
        var created = Created.example(arguments: "\"a new canary\"")
        created.tenant = "acme"
        let answer = try LogWriter(store.storage).perform(.enqueue(created))
        guard case .created(let job) = answer else { throw LogError(.refused, "\(answer)") }
        #expect(try store.opened.read { try $0.creation(of: job)?.value.arguments } == created.arguments)
        store.close()
        return try contents(saved + "/data.mdb").firstRange(of: Array("a new canary".utf8)) != nil
    }

    @Test(arguments: [Keyring.Scope.store, .tenant], [true, false])
    func `an encrypted store goes on encrypting, whatever said so`(scope: Keyring.Scope, withLedgers: Bool) throws {
        try recovered(encrypting: scope, withLedgers: withLedgers) { summary, path, saved throws in
            let encryption = try #require(summary.encryption)
            #expect(encryption.scope == scope && encryption.source == .folder)
            #expect(encryption.isKnown == withLedgers)
            #expect(try !standsInClear(saved, keysOf: path))
        }
    }

    @Test func `where its keys are not there either nothing is written in clear`() throws {
        try recovered(encrypting: .tenant, withLedgers: false, withKeys: false) { summary, path, saved throws in
            #expect(summary.encryption?.source == .program)
            #expect(throws: LogError.self) { try standsInClear(saved, keysOf: path) }
        }
    }

    @Test func `a store in clear stays so`() throws {
        try recovered { summary, path, saved throws in
            #expect(summary.encryption == nil)
            #expect(try standsInClear(saved, keysOf: path))
        }
    }

    @Test func `each hold, rule, pause and limit that is missing is named, holds before all`() throws {
        try recovered { summary, _, _ in
            let lost = summary.lostSettings
            #expect(lost.settings.map(\.kind) == [.hold, .retention, .pausedQueue, .limit])
            #expect(lost.settings.map(\.about) == ["tenant:acme", "failed", "slow", "queue:mail"])
            #expect(!lost.isPartial)
        }
        try recovered(withLedgers: false) { summary, _, _ in
            #expect(summary.lostSettings.settings.isEmpty && summary.lostSettings.isPartial)
        }
    }
}
