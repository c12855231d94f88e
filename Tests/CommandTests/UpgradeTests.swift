import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `Upgrading on the command line` {
    private func change(_ daybook: Daybook, _ body: (StoreFolder) throws -> Void) throws {
        let store = try StoreFolder.open(
            daybook.folder + "/store", .readWrite(createIfMissing: false), program: "test")
        defer { store.close() }
        try body(store)
    }

    private func setLedgers(_ version: UInt32, _ daybook: Daybook) throws {
        try change(daybook) { store in
            try store.storage.write { try MetaRows(ledgers: version, identity: store.identity).write(to: $0) }
        }
    }

    @Test func `brings an older store into this release's form, which it says how to before`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            try daybook.run("enqueue", "mail")
            let state = try daybook.run("state", "--canonical").output
            #expect(try daybook.run("upgrade").output.contains("nothing to do"))
            try setLedgers(0, daybook)

            for words in [["enqueue", "mail"], ["status"], ["jobs", "list"], ["compact"]] {
                let refused = try daybook.start(words).finish()
                #expect(refused.code == 3, "\(words)")
                #expect(refused.error.contains("daybook upgrade"), "\(words): \(refused.error)")
            }
            #expect(try daybook.start(["state", "--canonical"]).finish().output == state)
            #expect(try daybook.start(["log", "export"]).finish().lines.count == 3)
            #expect(try daybook.start(["log", "tail", "--json"]).finish().lines.count == 3)
            let doctor = try daybook.start(["doctor"]).finish()
            #expect(doctor.code == 1)
            #expect(doctor.lines.contains { $0.hasPrefix("PROBLEM") && $0.contains("daybook upgrade") })
            let verified = try daybook.start(["log", "verify"]).finish()
            #expect(verified.code == 3)
            #expect((verified.output + verified.error).contains("not checked"))

            let dry = try daybook.start(["upgrade", "--dry-run", "--json"]).finish()
            #expect(dry.code == 0)
            #expect(dry.output.contains("\"fromLedgers\":0") && dry.output.contains("\"needed\":true"))
            #expect(try daybook.start(["status"]).finish().code == 3)
            let upgraded = try daybook.start(["upgrade", "--reason", "release 2"]).finish()
            #expect(upgraded.code == 0, "\(upgraded.error)")
            #expect(upgraded.output.contains("from format 1, ledgers 0 to format 1, ledgers 1"))
            #expect(try daybook.run("log", "tail").output.contains("release 2"))
            #expect(try daybook.start(["log", "verify"]).finish().code == 0)
            #expect(try daybook.start(["doctor"]).finish().code == 0)
            #expect(try daybook.start(["enqueue", "mail"]).finish().code == 0)
        }
    }

    @Test(arguments: [0, 7] as [UInt32])
    func `is not needed to read the log, its archives too`(_ ledgers: UInt32) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let jobs = Array(repeating: #"{"name":"mail"}"#, count: 300).joined(separator: "\n")
            for _ in 0..<2 { try daybook.run("enqueue", "--stdin", input: jobs) }
            try daybook.run("jobs", "cancel", "2", "450")
            let (state, past) = (try daybook.run("state", "--canonical"), try daybook.run("state", "--at", "590"))
            let audit = try daybook.run("log", "audit", "--job", "2", "--format", "jsonl")
            try #require(try daybook.run("log", "archive", "--before", "520").code == 0)
            let whole = try daybook.run("log", "audit", "--format", "jsonl").output
            let after = try daybook.run("state", "--canonical").output
            try #require(state.code == 0 && audit.code == 0 && after != state.output)
            try #require(whole.contains("carried") && whole.contains("cancelled"))
            try setLedgers(ledgers, daybook)
            #expect(try daybook.run("state", "--canonical").output == after)
            #expect(try daybook.run("replay", "--canonical").output == after)
            #expect(try daybook.run("replay", "--at", "590").output == past.output)
            #expect(try daybook.run("state", "--at", "590").output == past.output)
            #expect(try daybook.run("log", "audit", "--format", "jsonl").output == whole)
            #expect(try daybook.run("log", "audit", "--job", "2", "--format", "jsonl").output.hasPrefix(audit.output))
            #expect(try daybook.run("log", "proof", "2").code == 0)
            for words in [["replay", "--check"], ["fork", "--to", daybook.folder + "/fork"], ["jobs", "list"]] {
                #expect(try daybook.start(words).finish().code == 3, "\(words)")
            }
        }
    }

    @Test func `leaves a newer store alone`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            try setLedgers(7, daybook)
            for words in [["upgrade"], ["upgrade", "--dry-run"], ["enqueue", "mail"]] {
                let refused = try daybook.start(words).finish()
                #expect(refused.code == 3, "\(words)")
                #expect(refused.error.contains("newer release"), "\(words): \(refused.error)")
            }
            #expect(try daybook.start(["log", "export"]).finish().lines.count == 2)
        }
    }

    /// What is copied byte for byte takes along that nothing may be begun; what would go on by itself is not made.
    private func copiesAreOutdatedToo(_ daybook: Daybook) throws {
        let (backup, restored) = (daybook.folder + "/backup", daybook.folder + "/restored")
        #expect(try daybook.start(["backup", backup]).finish().code == 0)
        let refused = try daybook.start(["restore", backup, "--data", restored]).finish()
        #expect(refused.code == 3 && refused.error.contains("Event 3 (kind 250)"), "\(refused.error)")
        let export = try daybook.write(try daybook.start(["log", "export"]).finish().output, to: "export")
        let (imported, recovered) = (daybook.folder + "/imported", daybook.folder + "/recovered")
        #expect(try daybook.start(["log", "import", export, "--data", imported]).finish().code == 0)
        #expect(try daybook.start(["recover", "--from", daybook.store, "--to", recovered]).finish().code == 0)
        for copy in [imported, recovered] {
            #expect(try daybook.start(["enqueue", "mail", "--data", copy]).finish().code == 3, "\(copy)")
        }
        #expect(try daybook.start(["compact"]).finish().code == 0)
        #expect(try daybook.start(["enqueue", "mail"]).finish().code == 3)
    }

    @Test func `is what doctor and enqueue speak of when a newer release has written`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            try change(daybook) { store in
                try LogWriter(store.storage).turn(now: store.host.now()) { turn in
                    _ = try turn.record(Event(time: turn.now, body: .unknown(kind: 250, version: 1)))
                }
            }
            let doctor = try daybook.start(["doctor"]).finish()
            #expect(doctor.code == 1)
            #expect(doctor.output.contains("Event 3 (kind 250)"))
            let refused = try daybook.start(["enqueue", "mail"]).finish()
            #expect(refused.code == 3)
            #expect(refused.error.contains("newer release"))
            for words in [
                ["log", "archive", "--before", "3"], ["replay", "--rebuild"], ["keys", "begin"],
                ["fork", "--to", daybook.folder + "/fork"], ["recurring", "set", "r", "mail", "--every", "1h"],
            ] {
                let refused = try daybook.start(words).finish()
                #expect(refused.code == 3, "\(words)")
                #expect(refused.error.contains("Event 3 (kind 250)"), "\(words): \(refused.error)")
            }
            #expect(try daybook.start(["status"]).finish().output.contains("outdated   Event 3 (kind 250)"))
            #expect(try daybook.start(["status", "--json"]).finish().output.contains("\"outdatedSince\":3"))
            #expect(try daybook.start(["replay", "--check"]).finish().output.contains("outdated: Event 3 (kind 250)"))
            for words in [["state"], ["state", "--at", "3"], ["replay"]] {
                #expect(try daybook.start(words).finish().error.contains("Event 3 (kind 250)"), "\(words)")
            }
            #expect(try daybook.start(["state", "--at", "2"]).finish().error.isEmpty)
            try copiesAreOutdatedToo(daybook)
            #expect(try daybook.start(["jobs", "cancel", "2"]).finish().code == 0)
            #expect(try daybook.start(["jobs", "list"]).finish().output.contains("mail"))
        }
    }
}
