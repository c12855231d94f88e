import DaybookLog
import DaybookModel
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Alerts of a server, and the runbook` {
    @Test func `a server tells as its file says, and status and doctor name what is open`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "nobody.runs.this")
            let told = daybook.folder + "/told"
            let file = try daybook.write(
                #"{"rules":[{"jobs":"enqueued","moreThan":0}],"every":"50ms","#
                    + #""deliver":[{"command":"cat >> \#(told)"}]}"#,
                to: "alerts.json")
            let server = try daybook.start(["serve", "--listen", "127.0.0.1:0", "--alerts", file])
            defer {
                kill(server.id, SIGTERM)
                _ = server.finish()
            }
            func text() -> String { (try? String(contentsOfFile: told, encoding: .utf8)) ?? "" }
            try daybook.wait { text().contains(#""state":"open""#) }
            let doctor = try daybook.run("doctor")
            #expect(doctor.code == 1)
            #expect(doctor.output.contains("1 jobs are enqueued, more than 0 (job "), "\(doctor)")
            let status = try daybook.run("status", "--json")
            #expect(status.output.contains(#""alerts":[{"rule":"jobs-enqueued","#), "\(status)")
            #expect(try daybook.run("status").output.contains("alerts     alert jobs-enqueued since"))

            try daybook.run("jobs", "cancel", "3", "2")
            try daybook.wait { text().contains(#""state":"closed""#) }
            try daybook.wait { try daybook.run("doctor").code == 0 }
            #expect(text().components(separatedBy: #""state":"open""#).count == 2)
        }
    }

    @Test(arguments: [
        "", "{}", #"{"rules":[]}"#, #"{"rules":[{"jobs":"lost","moreThan":1}],"deliver":[{"command":"true"}]}"#,
        #"{"rules":[{"writerBlocked":true}],"deliver":[]}"#, #"{"rules":[{"writerBlocked":true,"jobs":"failed"}]}"#,
        #"{"rules":[{"writerBlocked":true}],"deliver":[{"webhook":"ftp://a"}]}"#,
        #"{"rules":[{"queueOlderThan":"5 minutes"}],"deliver":[{"command":"true"}]}"#,
        #"{"rules":[{"diskBelow":1},{"diskBelow":2}],"deliver":[{"command":"true"}]}"#,
    ])
    func `a file that cannot be used is refused with a sentence`(text: String) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let file = try daybook.write(text, to: "alerts.json")
            let ended = try daybook.run("serve", "--listen", "127.0.0.1:0", "--alerts", file)
            #expect(ended.code == 2 && ended.errorLines.count == 1, "\(ended)")
        }
    }

    // MARK: The runbook

    private var sections: Set<String> {
        get throws {
            let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/Runbook.md")
            let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            return Set(lines.filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) })
        }
    }

    /// What the doctor says that is not well, by what it is about.
    private func remarks(_ daybook: Daybook, _ store: String? = nil) throws -> [String: String] {
        let ended = try daybook.run("doctor", "--json", "--data", store ?? daybook.store)
        var found: [String: String] = [:]
        for line in ended.lines {
            let tree = try JSONTree(Array(line.utf8))
            guard let about = tree["about"]?.text, tree["kind"]?.text != "fine" else { continue }
            found[about] = tree["text"]?.text
        }
        return found
    }

    @Test func `has a section for each rule and for all that the doctor names`() throws {
        let abouts = [
            "permissions", "flags", "space", "readers", "views", "clock", "processes", "recovered", "restored",
            "forked", "alerts", "versions", "recurring", "batches",
        ]
        let rules = [
            "queue-older", "jobs-failed", "failure-rate", "recurring-late", "disk-low", "reader-old", "writer-blocked",
        ]
        #expect(Set(abouts + rules).subtracting(try sections).isEmpty)
        // What the code may name stands in the list above.
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let files = [
            "tools/DaybookCommand/Commands/Look/StoreCheck.swift", "Sources/DaybookLog/Folder/StoreRemark.swift",
        ]
        let named = try files.flatMap { file in
            try String(contentsOf: root.appending(path: file), encoding: .utf8)
                .matches(of: /"(\w+)",\s*\.(?:note|problem)/).map { String($0.output.1) }
        }
        #expect(named.count >= 8)
        #expect(Set(named).subtracting(abouts).isEmpty, "\(named)")
    }

    @Test func `what the doctor names can be made to happen`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            #expect(try remarks(daybook).isEmpty)

            chmod(daybook.store, 0o755)
            #expect(try remarks(daybook)["permissions"]?.contains("is open to other users (mode 755)") == true)
            chmod(daybook.store, 0o700)

            let worker = try daybook.start(["work", "--exec", "true"])
            try daybook.wait { try daybook.run("jobs", "list", "--state", "succeeded").output.contains("mail") }
            kill(worker.id, SIGKILL)
            _ = worker.finish()
            #expect(try remarks(daybook)["processes"]?.contains("1 died with the store open") == true)

            let fork = daybook.folder + "/fork"
            try daybook.run("fork", "--to", fork)
            #expect(try remarks(daybook, fork)["forked"]?.hasPrefix("forked from the store") == true)
            let (backup, restored) = (daybook.folder + "/backup", daybook.folder + "/restored")
            try daybook.run("backup", backup)
            try daybook.run("restore", backup, "--data", restored)
            #expect(try remarks(daybook, restored)["restored"]?.hasPrefix("restored from a backup") == true)
            let recovered = daybook.folder + "/recovered"
            #expect(try daybook.run("recover", "--from", backup, "--to", recovered).code == 0)
            #expect(try remarks(daybook, recovered)["recovered"]?.hasPrefix("recovered from a damaged store") == true)

            let store = try StoreFolder.open(fork, .readWrite(createIfMissing: false), program: "test")
            var broken = RecurringSet(
                id: "nightly", job: Created(name: "n", queue: "q", attempts: 1, salt: 0, arguments: []))
            broken.broken = "Its arguments cannot be written as JSON."
            for count in 1...11 {
                broken.id = "nightly.\(count)"
                let set = RecurringCommand.set(broken, expected: 0, passed: nil, actor: .system)
                _ = try LogWriter(store.storage).turn(now: HostFacts.real().now()) {
                    try $0.perform(.recurring(Box(set)))
                }
            }
            let told = try daybook.run("doctor", "--data", fork)
            #expect(told.code == 1)
            #expect(told.output.contains("recurring job nightly.10 is broken and does not fire: Its arguments"))
            #expect(!told.output.contains("nightly.11"))
            #expect(try remarks(daybook, fork)["recurring"]?.hasPrefix("1 more recurring jobs are broken") == true)
            let longAgo = Instant(microseconds: try HostFacts.real().now().microseconds - 2 * 86_400_000_000)
            let new = NewBatch(name: "import", isOpen: true, jobs: [], actor: .system)
            let made = try LogWriter(store.storage).turn(now: longAgo) { try $0.perform(.batch(Box(.create(new)))) }
            guard case .together(let answers) = made, case .done(let batch)? = answers.first else { return }
            let words = "batch \(batch), import, is open and nothing has come to it since"
            #expect(try remarks(daybook, fork)["batches"]?.hasPrefix(words) == true)
            #expect(try daybook.run("batches", "seal", "\(batch)", "--data", fork).code == 0)
            #expect(try remarks(daybook, fork)["batches"] == nil)
            let future = Instant(microseconds: try HostFacts.real().now().microseconds + 3_600_000_000)
            _ = try LogWriter(store.storage).turn(now: future) {
                try $0.perform(.pauseQueue("mail", reason: "", actor: .system))
            }
            store.close()
            #expect(try remarks(daybook, fork)["clock"]?.contains("this machine's clock is behind") == true)
        }
    }
}
