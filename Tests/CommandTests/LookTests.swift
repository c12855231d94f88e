import DaybookLog
import DaybookModel
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Looking at a store` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<40).map { #"{"name":"n","key":"k\#($0)","args":{"i":\#($0)}}"# }.joined(separator: "\n")
            try daybook.run("enqueue", "--stdin", input: lines)
            try daybook.run("jobs", "cancel", "5", "6")
            try daybook.run("queues", "pause", "default")
            try body(daybook)
        }
    }

    @Test func `the canonical state is the same bytes live and replayed`() throws {
        try withStore { daybook throws in
            let live = try daybook.run("state", "--canonical")
            #expect(live.lines.count > 80)
            #expect(try daybook.run("replay", "--canonical").outputBytes == live.outputBytes)
            #expect(try daybook.run("state", "--canonical", "--at", "44").outputBytes == live.outputBytes)
        }
    }

    @Test func `the state of the past can be seen`() throws {
        try withStore { daybook throws in
            let past = try daybook.run("state", "--at", "41").output
            #expect(past.contains(#""totals":{"default":{"enqueued":40}}"#))
            #expect(try daybook.run("state", "--at", "2001-01-01T00:00:00Z").code == 2)
            #expect(try daybook.run("state", "--at", "9999").code == 2)
        }
    }

    @Test func `a replay finds the live ledgers equal`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("replay", "--check")
            #expect(ended.output.hasPrefix("equal"))
            #expect(ended.code == 0)
        }
    }

    @Test func `ledgers that differ from the log are found and put right`() throws {
        try withStore { daybook throws in
            let folder = try StoreFolder.open(daybook.store, .readWrite(createIfMissing: false), program: "test")
            try folder.storage.write { transaction in
                try [UInt8](repeating: 7, count: 8).withUnsafeBytes {
                    try transaction.put(.processes, $0, $0, replacing: nil)
                }
            }
            folder.close()
            #expect(try daybook.run("replay", "--check").code == 1)
            #expect(try daybook.run("log", "verify").code == 1)
            #expect(
                try daybook.run("replay", "--rebuild", "--reason", "a test").output
                    == "put 1 row right; event 45 says so\n")
            #expect(try daybook.run("replay", "--check").code == 0)
            #expect(try daybook.run("log", "verify").code == 0)
            #expect(try daybook.run("replay", "--rebuild").output.hasPrefix("nothing to do"))
            #expect(try daybook.run("replay", "--rebuild", "--at", "3").code == 2)
        }
    }

    @Test func `what changed between two points is shown, and is the answer no`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("replay", "--diff", "43", "44", "--rows")
            #expect(ended.code == 1)
            #expect(ended.lines.count == 2)
            #expect(ended.lines[1].hasPrefix("+ ") && ended.lines[1].contains(#""paused":true"#))
            #expect(try daybook.run("replay", "--diff", "44", "44").code == 0)
            #expect(try daybook.run("replay", "--rows").code == 2)
        }
    }

    @Test func `what changed is told by queue, name and state`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("replay", "--diff", "40", "44")
            #expect(ended.code == 1)
            let rows = ended.lines.map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                rows == [
                    "QUEUE NAME BEFORE AFTER JOBS", "default n - enqueued 1", "default n enqueued cancelled 2",
                    "queue default: paused",
                ])
            let json = try daybook.run("replay", "--diff", "40", "44", "--json").output
            let moves =
                #"[{"queue":"default","name":"n","before":null,"after":"enqueued","jobs":1},"#
                + #"{"queue":"default","name":"n","before":"enqueued","after":"cancelled","jobs":2}]"#
            #expect(json.hasPrefix(#"{"changed":true,"from":40,"to":44,"jobs":"# + moves))
            #expect(json.contains(#""queues":[{"queue":"default","paused":true}]"#))
            #expect(try daybook.run("replay", "--diff", "44", "44").output.hasPrefix("nothing changed"))
        }
    }

    @Test func `why a job was not running is told as of any event or instant`() throws {
        try withStore { daybook throws in
            func why(_ point: String) throws -> Ended { try daybook.run("why", "5", "--at", point) }
            #expect(
                try why("41").output == "As of event 41: It is ready, and no process has the store open to run "
                    + "it.\n")
            #expect(try why("44").output.contains("It was cancelled"))
            #expect(try why("2100-01-01T00:00:00Z").output.contains("It was cancelled"))
            #expect(try daybook.run("why", "7", "--at", "44").output.contains("Its queue default is paused."))
            let early = try why("3")
            #expect(early.code == 1)
            #expect(early.error.contains("not there yet"))
            try daybook.run("jobs", "delete", "5")
            #expect(try daybook.run("why", "5").output.contains("deleted"))
            #expect(try why("41").output.contains("It is ready"))
        }
    }

    @Test func `status counts jobs by state`() throws {
        try withStore { daybook throws in
            let status = try daybook.run("status", "--json").output
            #expect(status.contains(#""enqueued":38"#) && status.contains(#""cancelled":2"#))
            #expect(status.contains(#""pausedQueues":["default"]"#))
            #expect(try daybook.run("status").output.contains("38 enqueued"))
        }
    }

    @Test func `the doctor finds nothing wrong with a good store`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("doctor")
            #expect(ended.code == 0)
            #expect(ended.lines.allSatisfy { $0.hasPrefix("ok") || $0.hasPrefix("note") })
        }
    }

    @Test func `the doctor names files that others can read and how to close them`() throws {
        try withStore { daybook throws in
            chmod("\(daybook.store)/data.mdb", 0o644)
            let ended = try daybook.run("doctor")
            #expect(ended.code == 1)
            #expect(ended.output.contains("PROBLEM") && ended.output.contains("chmod 600 \(daybook.store)/data.mdb"))
        }
    }

    @Test func `a checkpoint names the store and its head`() throws {
        try withStore { daybook throws in
            let checkpoint = try daybook.run("log", "checkpoint").output
            let status = try daybook.run("status", "--json").output
            for field in ["identity", "head", "seq"] {
                let value = try #require(status.split(separator: "\"\(field)\":").last?.prefix { $0 != "," })
                #expect(checkpoint.contains("\"\(field)\":\(value)"))
            }
        }
    }

    @Test func `the doctor names what was being made when something stopped it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            for name in ["import", "compact"] { try #require(mkdir("\(daybook.store)/\(name)", 0o700) == 0) }
            try #require(Glibc.open("\(daybook.store)/import/data.mdb", O_WRONLY | O_CREAT, 0o600) >= 0)
            let doctor = try daybook.run("doctor")
            #expect(doctor.code == 0)
            #expect(doctor.output.contains("note     \(daybook.store)/import is what an import"), "\(doctor.output)")
            #expect(doctor.output.contains("note     \(daybook.store)/compact is what a compaction"))
            #expect(try daybook.run("compact").code == 0)
            #expect(try !daybook.run("doctor").output.contains("/compact is what"))
        }
    }
}
