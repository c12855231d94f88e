import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `What a job's command says` {
    private func job(_ acknowledgement: Ended) throws -> String {
        String(try #require(acknowledgement.output.split(separator: " ").dropFirst().first))
    }

    @Test func `on standard error is the job's log, and its end the error`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n", "--attempts", "1"))
            #expect(
                try daybook.run("work", "--drain", "--exec", "echo one >&2; printf 'two\\nthree' >&2; exit 3").code == 0
            )
            let shown = try daybook.run("jobs", "show", job, "--json", "--log").output
            for line in ["one", "two", "three"] {
                #expect(shown.contains(#""level":"info","text":"\#(line)"}"#))
            }
            #expect(shown.contains(#""error":"one\u000atwo\u000athree\u000aexit 3""#))
            let people = try daybook.run("jobs", "show", job)
            #expect(people.lines.contains { $0.hasSuffix("3 lines, info at most") })
            #expect(people.lines.suffix(3).map { $0.split(separator: " ").last } == ["one", "two", "three"])
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `can be read while it runs`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n"))
            let go = daybook.folder + "/go"
            let worker = try daybook.start(
                ["work", "--drain", "--exec", "echo begun >&2; while [ ! -e \(go) ]; do sleep 0.05; done"])
            try daybook.wait {
                try daybook.run("jobs", "show", job, "--json", "--log").output.contains(#""text":"begun""#)
            }
            #expect(try daybook.run("jobs", "show", job).output.contains("processing"))
            _ = try daybook.write("", to: "go")
            #expect(worker.finish().code == 0)
        }
    }

    @Test func `is cut if it is a flood, and the command ends all the same`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n"))
            let flood = "i=0; while [ $i -lt 3000 ]; do printf '%01000d\\n' $i >&2; i=$((i+1)); done"
            #expect(try daybook.run("work", "--drain", "--exec", flood).code == 0)
            let shown = try daybook.run("jobs", "show", job)
            #expect(shown.output.contains("(cut: of a run 1024 KB of log lines are kept"))
            #expect(shown.lines.last?.hasSuffix("--log shows them all") == true)
            #expect(try daybook.run("jobs", "list", "--json").output.contains("\"state\":\"succeeded\""))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `is withheld where payloads are`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "n")
            try daybook.run("work", "--drain", "--exec", "echo secret >&2")
            #expect(try daybook.run("log", "export").output.contains("secret"))
            #expect(try !daybook.run("log", "tail").output.contains("secret"))
        }
    }
}

@Suite struct `A process that is killed between two steps` {
    @Test func `repeats neither when the job runs again`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "order")
            let first = try StepsWorker(daybook).process
            var said: [UInt8] = []
            // It has charged, and waits before it ships.
            #expect(first.read(until: { $0.contains("between\n") }, into: &said))
            kill(first.id, SIGKILL)
            #expect(first.finish().signal == SIGKILL)
            #expect(try daybook.run("jobs", "show", "2").output.contains("steps      charge\n"))

            let second = try StepsWorker(daybook).process
            said = []
            #expect(second.read(until: { $0.contains("between\n") }, into: &said))
            // This time it may go on.
            second.give(Array("go\n".utf8))
            #expect(second.finish().code == 0)
            let shown = try daybook.run("jobs", "show", "2")
            for fact in [
                "progress   50 %, charged (run 2)", #"counters   {"parcels":2} (run 2)"#,
                #"statistics {"grams":700} (run 2)"#, "steps      charge, ship",
            ] {
                #expect(shown.lines.contains(fact), "\(shown.output)")
            }
            let json = try daybook.run("jobs", "show", "2", "--json").output
            #expect(json.contains(#""progress":{"run":2,"millionths":500000,"text":"charged"}"#))
            #expect(json.contains(#""counters":{"parcels":2},"statistics":{"grams":700},"steps":["charge","ship"]"#))
            #expect(try daybook.run("jobs", "list", "--json", "--name", "mail").lines.count == 1)
            let diary = String(decoding: try daybook.contents(of: daybook.folder + "/diary"), as: UTF8.self)
            #expect(diary == "charged 1\nshipped with receipt 1\n")
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}
