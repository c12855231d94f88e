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

    @Test(arguments: [["--cron", "30 2 * * *"], ["--by-hand"]])
    func `refuses an instant to count from where nothing is counted`(_ schedule: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let options = ["recurring", "set", "r", "n", "--anchor", "2026-01-01T00:00:00Z"] + schedule
            let refused = try daybook.start(options).finish()
            #expect(refused.code == 2 && refused.error.contains("--anchor belongs to --every"), "\(refused.error)")
            #expect(try daybook.start(options.dropLast(schedule.count) + ["--every", "1d"]).finish().code == 0)
        }
    }

    @Test func `shows all that one has, and who paused it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run(
                "recurring", "set", "report", "n", "--every", "90s", "--jitter", "10s", "--starts",
                "2026-01-01T00:00:00Z", "--ends", "2999-01-01T00:00:00Z", "--late-after", "5m", "--misfire", "each",
                "--misfire-max", "7", "--overlap", "skip", "--group", "reports")
            try daybook.run("recurring", "set", "now", "n", "--by-hand")
            let until = "2990-01-01T00:00:00Z"
            try daybook.run(
                "recurring", "pause", "report", "--until", until, "--reason", "holidays", "--actor", "ann")
            try daybook.run("recurring", "trigger", "report", "--actor", "bob")
            let shown = try daybook.run("recurring", "show", "report").lines
            for (name, text) in [
                ("group", "reports"), ("mode", "automatic"), ("jitter", "up to 10 s"),
                ("starts", "2026-01-01T00:00:00"), ("ends", "2999-01-01T00:00:00"),
                ("standing", "paused until 2990-01-01"),
                ("paused", "by person:ann at 2"), ("paused", ": holidays"),
                ("misfire", "each, at most 7; late by more than 300 s"), ("overlap", "skip"),
                ("runs", "of 1: 0 succeeded, 0 failed, 0 cancelled, 1 unfinished, 0 occurrences skipped"),
            ] {
                #expect(shown.contains { $0.hasPrefix(name + " ") && $0.contains(text) }, "\(name) \(text): \(shown)")
            }
            let fields = [
                #""group":"reports""#, #""mode":"automatic""#, #""jitterMicroseconds":10000000"#,
                #""lateMicroseconds":300000000"#, #""starts":"2026-01-01"#, #""ends":"2999-01-01"#,
                #""misfire":"each","misfireMax":7"#, #""overlap":"skip""#, #""until":"2990-01-01"#,
                #""actor":"person:ann","reason":"holidays"}"#,
            ]
            let one = try daybook.run("recurring", "show", "report", "--json").output
            let list = try daybook.run("recurring", "list", "--json").lines
            for field in fields {
                #expect(one.contains(field), "\(field): \(one)")
                #expect(list[0].contains(field), "\(field): \(list[0])")
            }
            #expect(one.contains(#""statistics":{"runs":1,"isWhole":true,"succeeded":0"#))
            #expect(list[1].contains(#""mode":"byHand""#) && !list[1].contains("pause"))
            try daybook.run("recurring", "resume", "report")
            #expect(try !daybook.run("recurring", "show", "report").lines.contains { $0.hasPrefix("paused") })
        }
    }

    @Test func `moves all triggers of a group, and no other`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for (id, group) in [("a", "mail"), ("b", "mail"), ("c", "other")] {
                try daybook.run("recurring", "set", id, "n", "--every", "1d", "--group", group)
            }
            try daybook.run("recurring", "set", "d", "n", "--every", "1d")
            #expect(try daybook.run("recurring", "list", "--group", "mail", "--json").lines.count == 2)
            func standings() throws -> [String] {
                try daybook.run("recurring", "list", "--json").lines.map { line in
                    try #require(line.firstMatch(of: #/"standing":"([^"]*)"/#).map { String($0.output.1) })
                }
            }
            #expect(try daybook.run("recurring", "pause", "a").code == 0)
            let paused = try daybook.run("recurring", "pause", "--group", "mail", "--reason", "holidays")
            #expect(paused.code == 0 && paused.lines == ["paused b"], "\(paused)")
            #expect(try standings() == ["paused", "paused", "active", "active"])
            #expect(try daybook.run("recurring", "pause", "--group", "mail").code == 1)
            #expect(try daybook.run("recurring", "trigger", "--group", "mail").lines.count == 2)
            #expect(try daybook.run("recurring", "resume", "--group", "mail").lines == ["resumed a", "resumed b"])
            #expect(try standings() == ["active", "active", "active", "active"])
            #expect(try daybook.run("recurring", "remove", "--group", "mail").lines == ["removed a", "removed b"])
            #expect(try standings().count == 2)
            #expect(try daybook.run("recurring", "pause", "--group", "mail").code == 1)
            #expect(try daybook.run("recurring", "pause").code == 2)
            #expect(try daybook.run("recurring", "pause", "c", "--group", "other").code == 2)
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
