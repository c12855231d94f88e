import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook recurring` {
    @Test func `sets, shows, previews, pauses, triggers and removes`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let set = try daybook.run(
                "recurring", "set", "report", "make-report", "--cron", "30 2 * * *", "--zone", "Europe/Berlin",
                "--args", "{\"to\":\"ann\"}", "--queue", "night", "--misfire", "each", "--misfire-max", "5",
                "--overlap", "wait", "--description", "the nightly report", "--tag", "red", "--json")
            #expect(set.code == 0, "\(set.error)")
            for part in [
                "\"recurring\":\"report\"", "\"standing\":\"active\"", "\"misfire\":\"each\"", "\"misfireMax\":5",
                "\"overlap\":\"wait\"", "\"sentence\":\"every day at 02:30\"", "\"queue\":\"night\"",
            ] {
                #expect(set.output.contains(part), "\(part)")
            }
            let preview = try daybook.run("recurring", "preview", "report", "--count", "3")
            #expect(preview.lines.count == 3)
            #expect(preview.lines.allSatisfy { $0.contains("T02:30:00+0") })
            #expect(try daybook.run("recurring", "pause", "report", "--reason", "lunch", "--actor", "ann").code == 0)
            #expect(try daybook.run("recurring", "pause", "report").code == 1)
            let triggered = try daybook.run("recurring", "trigger", "report", "--actor", "bob")
            let job = try #require(triggered.output.split(separator: " ").dropFirst().first.map(String.init))
            #expect(try daybook.run("jobs", "show", job).output.contains("The recurring job report made it"))
            #expect(try daybook.run("why", job).output.contains("planned for"))
            #expect(try daybook.run("recurring", "resume", "report").code == 0)
            let shown = try daybook.run("recurring", "show", "report")
            for word in ["the nightly report", "person:bob", "lunch", "trigger", "recurringResumed"] {
                #expect(shown.output.contains(word), "\(word)")
            }
            #expect(try daybook.run("status").output.contains("report next, at"))
            #expect(try daybook.run("recurring", "list").output.contains("every day at 02:30"))
            #expect(try daybook.run("recurring", "remove", "report").code == 0)
            #expect(try daybook.run("recurring", "list", "--json").lines.isEmpty)
            #expect(try daybook.run("recurring", "list", "--removed", "--json").lines.count == 1)
            #expect(try daybook.run("recurring", "trigger", "report").code == 1)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `fills in what should have been made`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("recurring", "set", "tick", "n", "--every", "1d")
            let stretch = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-10T00:00:00Z"]
            func backfill(_ more: String...) throws -> Ended {
                try daybook.start(["recurring", "backfill", "tick"] + stretch + more).finish()
            }
            #expect(try backfill("--dry-run").lines.count == 10)
            #expect(try backfill("--max", "9").code == 2)
            #expect(try backfill().lines.count == 10)
            #expect(try daybook.run("jobs", "list", "--json").lines.count == 10)
        }
    }

    @Test(
        arguments: [
            ["--cron", "0 0 30 2 *"], ["--cron", "61 * * * *"], ["--cron", "* * * * *", "--zone", "Mars/Base"],
            ["--every", "1s", "--cron", "* * * * *"], [], ["--every", "0s"], ["--every", "1s", "--misfire", "never"],
            ["--every", "1s", "--misfire-max", "3"], ["--every", "1s", "--ends", "2020-01-01T00:00:00Z"],
            ["--every", "1s", "--jitter", "2d"], ["--every", "1s", "--args", "{"],
        ])
    func `refuses what makes no sense`(_ options: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.start(["recurring", "set", "tick", "n"] + options).finish()
            #expect(ended.code == 2, "\(ended.output)\(ended.error)")
            #expect(ended.errorLines.count == 1)
        }
    }

    @Test func `two processes that race fire each occurrence once`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("recurring", "set", "tick", "n", "--every", "50ms")
            let racers = try (0..<2).map { _ in try daybook.start(["work", "--exec", "true"]) }
            var lines: [String] = []
            repeat {
                lines = try daybook.run("log", "export").lines.filter { $0.contains("\"kind\":\"fired\"") }
            } while lines.count < 40
            for racer in racers {
                kill(racer.id, SIGTERM)
                #expect(racer.finish().code == 0)
            }
            lines = try daybook.run("log", "export").lines.filter { $0.contains("\"kind\":\"fired\"") }
            let planned = try lines.map { try #require($0.firstMatch(of: #/"planned":"([^"]*)"/#)?.output.1) }
            #expect(Set(planned).count == planned.count)
            #expect(planned == planned.sorted())
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}
