import Testing

@Suite struct `daybook jobs and queues` {
    private func withJobs(_ count: Int, _ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<count).map { #"{"name":"n\#($0 % 3)","queue":"q\#($0 % 2)","tags":["t\#($0 % 5)"]}"# }
            #expect(try daybook.run("enqueue", "--stdin", input: lines.joined(separator: "\n")).code == 0)
            try body(daybook)
        }
    }

    private func ids(_ ended: Ended) -> [Int] {
        ended.lines.compactMap { $0.split(separator: "\"job\":").last.flatMap { Int($0.prefix { $0.isNumber }) } }
    }

    @Test func `a waiting job says what it waits for`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for options in [["--delay", "1h"], [], ["--queue", "slow"]] {
                #expect(try daybook.start(["enqueue", "n"] + options).finish().code == 0)
            }
            try daybook.run("queues", "pause", "slow", "--reason", "repairs")
            #expect(try daybook.run("why", "2").output.hasPrefix("It is not due yet"))
            #expect(try daybook.run("why", "3").output == "It is ready, and no process has the store open to run it.\n")
            let paused = try daybook.run("why", "4", "--json").output
            #expect(paused.contains("\"why\":\"Its queue slow is paused. person:"))
            #expect(paused.contains(": repairs."))
            #expect(try daybook.run("why", "9").code == 1)
        }
    }

    @Test func `a list shows the newest first`() throws {
        try withJobs(10) { daybook throws in
            #expect(ids(try daybook.run("jobs", "list", "--json", "--limit", "3")) == [11, 10, 9])
        }
    }

    @Test func `pages joined by the cursor hold every job once`() throws {
        try withJobs(100) { daybook throws in
            var seen: [Int] = []
            while seen.last != 2 {
                let cursor = seen.last.map { ["--cursor", "\($0)"] } ?? []
                let page = ids(try daybook.start(["jobs", "list", "--json", "--limit", "7"] + cursor).finish())
                try #require(!page.isEmpty)
                seen += page
            }
            #expect(seen == Array((2...101).reversed()))
        }
    }

    @Test func `filters hold together`() throws {
        try withJobs(60) { daybook throws in
            let found = ids(
                try daybook.run(
                    "jobs", "list", "--json", "--queue", "q1", "--name", "n0", "--tag", "t3", "--state", "enqueued"))
            // The jobs made as number 3 and 33; the first job has the id 2.
            #expect(found == [35, 5])
        }
    }

    @Test func `jobs are found by how they failed, by when they were created, and by their request`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let end = { (name: String, attempts: String) throws in
                try daybook.run("enqueue", name, "--attempts", attempts, "--request-id", "for-\(name)")
            }
            _ = try end("again", "3")
            _ = try end("broken", "1")
            #expect(try daybook.run("work", "--exec", "exit 3", "--drain").code == 0)
            _ = try end("later", "1")
            func names(_ options: String...) throws -> [String] {
                let ended = try daybook.start(["jobs", "list", "--json"] + options).finish()
                return ended.lines.compactMap { $0.firstMatch(of: /"name":"(\w+)"/).map { String($0.1) } }
            }
            #expect(try names("--retrying") == ["again"])
            #expect(try names("--retrying", "--state", "failed") == ["broken", "again"])
            #expect(try names("--error", "ShellFailure") == ["broken", "again"])
            #expect(try names("--error", "Other").isEmpty)
            #expect(try names("--search", "FOR-LATER") == ["later"])
            #expect(try names("--created-from", "2026-01-01T00:00:00Z") == ["later", "broken", "again"])
            #expect(try names("--created-before", "2026-01-01T00:00:00Z").isEmpty)
            // Not those that are scheduled for another reason, which is what the command is for.
            try daybook.run("enqueue", "delayed", "--delay", "1h")
            #expect(try daybook.run("jobs", "reschedule", "--retrying", "--at", "2099-01-01T00:00:00Z").code == 0)
            #expect(try names("--state", "scheduled") == ["delayed", "again"])
            #expect(
                try daybook.run("log", "export").lines.count { $0.contains("\"kind\":\"rescheduled\"") } == 1)
        }
    }

    @Test func `a state beside ids says where the jobs are expected to be`() throws {
        try withJobs(1) { daybook throws in
            for verb in ["cancel", "requeue", "delete"] {
                let refused = try daybook.run("jobs", verb, "2", "--state", "failed")
                #expect(refused.code == 1)
                #expect(refused.error.contains("not failed as expected"), "\(refused.error)")
            }
            #expect(try daybook.run("jobs", "cancel", "2", "--state", "enqueued").code == 0)
            #expect(try daybook.run("jobs", "delete", "2", "--state", "cancelled", "--queue", "q0").code == 2)
            #expect(try daybook.run("jobs", "delete", "2", "--state", "cancelled").code == 0)
        }
    }

    @Test func `a job is cancelled, taken up again, put off and deleted`() throws {
        try withJobs(1) { daybook throws in
            #expect(
                try daybook.run("jobs", "cancel", "2", "--reason", "why", "--actor", "ada").output
                    == "cancelled job 2\n")
            #expect(try daybook.run("jobs", "requeue", "2").code == 0)
            #expect(try daybook.run("jobs", "reschedule", "2", "--at", "2099-01-01T00:00:00Z").code == 0)
            #expect(try daybook.run("jobs", "list", "--json").output.contains(#""due":"2099-01-01T00:00:00.000000Z""#))
            #expect(try daybook.run("jobs", "delete", "2").code == 0)
            #expect(try daybook.run("jobs", "list", "--json").output.isEmpty)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `a state that nothing can be done to is a wrong call, also where jobs are only counted`() throws {
        try withJobs(1) { daybook throws in
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            for arguments in [["cancel", "--state", "succeeded"], ["requeue", "--state", "processing"]] {
                for more in [[], ["--dry-run"]] {
                    let ended = try daybook.start(["jobs"] + arguments + more).finish()
                    #expect(ended.code == 2 && ended.error.contains("cannot be"), "\(arguments)")
                }
            }
            #expect(try daybook.run("jobs", "delete", "--state", "succeeded", "--dry-run").output.contains("1 job"))
        }
    }

    @Test func `a job that has succeeded is done once more by a new one`() throws {
        try withJobs(1) { daybook throws in
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            let again = try daybook.run("jobs", "requeue", "2", "99", "--reason", "lost", "--json")
            #expect(again.code == 1 && again.errorLines.count == 1)
            let made = try #require(again.output.wholeMatch(of: /{"job":(\d+),"seq":(\d+),"rerunOf":2}\n/))
            let job = String(made.1)
            #expect(made.1 == made.2)
            #expect(try daybook.run("jobs", "show", job).output.contains("once more  job 2"))
            #expect(try daybook.run("jobs", "list", "--state", "succeeded", "--json").lines.count == 1)
            let found = try daybook.run("jobs", "requeue", "--state", "succeeded")
            #expect(found.output == "requeued 1 job\n")
            #expect(try daybook.run("jobs", "list", "--state", "enqueued", "--json").lines.count == 2)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `what a job's state does not allow is the answer no, and the others go on`() throws {
        try withJobs(2) { daybook throws in
            try daybook.run("jobs", "cancel", "2")
            let ended = try daybook.run("jobs", "cancel", "2", "3", "99")
            #expect(ended.code == 1)
            #expect(ended.output == "cancelled job 3\n")
            #expect(ended.errorLines.count == 2)
        }
    }

    @Test func `a dry run counts and changes nothing`() throws {
        try withJobs(10) { daybook throws in
            let before = try daybook.run("state", "--canonical").output
            #expect(try daybook.run("jobs", "cancel", "--queue", "q0", "--dry-run").output == "would cancel 5 jobs\n")
            #expect(try daybook.run("state", "--canonical").output == before)
            #expect(try daybook.run("jobs", "cancel", "--queue", "q0").output == "cancelled 5 jobs\n")
        }
    }

    @Test func `a filter without a state means the jobs that the command is for`() throws {
        try withJobs(10) { daybook throws in
            try daybook.run("jobs", "cancel", "--queue", "q0")
            #expect(
                try daybook.run("jobs", "delete", "--name", "n0", "--json").output == #"{"matched":2,"done":2}"# + "\n")
        }
    }

    @Test(arguments: [
        ["cancel"], ["cancel", "2", "--queue", "q0"], ["reschedule", "2"], ["cancel", "x"],
        ["cancel", "2", "--actor", "a\nb"],
    ])
    func `it has to be clear which jobs are meant`(_ arguments: [String]) throws {
        try withJobs(1) { daybook throws in
            let ended = try daybook.start(["jobs"] + arguments).finish()
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 1)
        }
    }

    @Test func `a queue that no job has used can be paused, and the answer says so`() throws {
        try withJobs(4) { daybook throws in
            let typo = try daybook.run("queues", "pause", "q9")
            #expect(typo.code == 0 && typo.output == "paused q9, which no job has used yet\n")
            #expect(try daybook.run("queues", "pause", "q8", "--json").output.contains(#""isUnused":true"#))
            #expect(try !daybook.run("queues", "pause", "q0", "--json").output.contains("isUnused"))
        }
    }

    @Test func `queues are listed, paused and resumed`() throws {
        try withJobs(4) { daybook throws in
            #expect(
                try daybook.run("queues", "pause", "--all", "--reason", "night").output
                    == "paused the queues that no job has used yet\npaused q0\npaused q1\n")
            #expect(try daybook.run("queues", "resume", "q1").output == "resumed q1\n")
            let lines = try daybook.run("queues", "list", "--json").lines
            #expect(lines.map { $0.contains("\"paused\":true") } == [true, true, false])
            #expect(lines.dropFirst().allSatisfy { $0.contains("\"enqueued\":2") })
            // One that comes meanwhile is paused from the start, until all are resumed.
            try daybook.run("enqueue", "late", "--queue", "q2")
            #expect(try daybook.run("queues", "list").output.contains(/q2 +paused/))
            #expect(try daybook.run("queues", "list").output.contains(/\(to come\) +paused/))
            #expect(
                try daybook.run("queues", "resume", "--all").output.hasSuffix("resumed q0\nresumed q1\nresumed q2\n"))
            #expect(try daybook.run("queues", "list", "--json").lines.count == 3)
            try daybook.run("enqueue", "later", "--queue", "q3")
            #expect(try !daybook.run("queues", "list", "--json").output.contains("\"paused\":true"))
            #expect(try daybook.run("replay", "--check").code == 0)
        }
    }
}
