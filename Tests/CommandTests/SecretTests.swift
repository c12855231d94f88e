import Testing

@Suite struct `What a job's type calls secret` {
    private static let arguments = #"{"to":"ada","pin":"canary-one","code":771177}"#

    /// A job that gives back what it got, and quotes it.
    private func madeJob(_ daybook: Daybook) throws {
        let made = try daybook.run(
            "enqueue", "charge", "--args", Self.arguments, "--secret", "pin", "--secret", "code", "--attempts", "2")
        #expect(made.output.hasPrefix("ack 2 "))
        let script = """
            cat >/dev/null; echo "asked with canary-one" >&2; [ $DAYBOOK_ATTEMPT = 2 ] || exit 3
            printf '{"pin":"canary-two","said":"canary-one","sum":17711779,"open":"bob"}'
            """
        try daybook.run("work", "--drain", "--exec", script)
        #expect(try daybook.run("jobs", "reschedule", "2", "--at", "2001-01-01T00:00:00Z").code == 0)
        #expect(try daybook.run("work", "--drain", "--exec", script).code == 0)
        #expect(try daybook.run("jobs", "list", "--json").output.contains(#""state":"succeeded""#))
    }

    @Test func `is in no view that people look at, also where the type is not known`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try madeJob(daybook)
            try daybook.run(
                "recurring", "set", "r", "charge", "--every", "1d", "--args", Self.arguments, "--secret", "pin",
                "--secret", "code")
            for view in [
                ["jobs", "show", "2"], ["jobs", "show", "2", "--log"], ["jobs", "show", "2", "--json"],
                ["jobs", "show", "2", "--json", "--log"], ["jobs", "list"], ["jobs", "list", "--json"], ["why", "2"],
                ["why", "2", "--json"], ["log", "tail"], ["log", "tail", "--json", "--count", "1000"],
                ["log", "audit"], ["log", "audit", "--format", "jsonl"], ["log", "audit", "--job", "2"], ["state"],
                ["state", "--canonical"], ["recurring", "show", "r"], ["recurring", "show", "r", "--json"],
                ["jobs", "list", "--search", "canary", "--json"],
            ] {
                let shown = try daybook.start(view).finish()
                #expect(shown.code == 0, "\(view) \(shown.error)")
                for secret in ["canary", "771177"] {
                    #expect(!shown.output.contains(secret), "\(view) \(shown.output)")
                }
            }
        }
    }

    @Test func `is a mark in lines of JSON, which stay JSON and have no salt to guess with`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try madeJob(daybook)
            try daybook.run("enqueue", "open", "--args", #"{"pin":"shown"}"#)
            for view in [["jobs", "show", "2", "--json"], ["log", "tail", "--json", "--count", "1000"]] {
                let shown = try daybook.start(view).finish().output
                #expect(shown.contains(#""args":{"to":"ada","pin":"•••","code":"•••"}"#), "\(shown)")
                #expect(shown.contains(#""result":{"pin":"•••","said":"•••","sum":"•••","open":"bob"}"#), "\(shown)")
                #expect(shown.contains(#""log":["#) && shown.contains("asked with •••"), "\(shown)")
                #expect(shown.contains(#""hash":""#))
            }
            // A job without secrets is shown as it stands in the log.
            let tail = try daybook.run("log", "tail", "--json", "--count", "1000").lines
            let export = try daybook.run("log", "export").lines
            #expect(tail.count == export.count)
            for (shown, whole) in zip(tail, export) {
                #expect(shown == whole || !shown.contains(#""salt""#) && whole.contains(#""job":2"#))
            }
            #expect(tail.contains { $0.contains(#""salt""#) && $0.contains(#""args":{"pin":"shown"}"#) })
        }
    }

    @Test func `stands in copies, which are true`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try madeJob(daybook)
            for copy in [["log", "export"], ["jobs", "show", "2", "--bundle"]] {
                #expect(try daybook.start(copy).finish().output.contains("canary-one"), "\(copy)")
            }
        }
    }

    @Test func `is that of the arguments that replace others, too`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "n", "--key", "k", "--args", #"{"pin":"shown"}"#)
            let replaced = try daybook.run(
                "enqueue", "n", "--key", "k", "--on-conflict", "replace", "--secret", "pin", "--args",
                #"{"pin":"canary"}"#)
            #expect(replaced.code == 0)
            try daybook.run("work", "--drain", "--exec", "cat; echo canary >&2")
            for view in [
                ["jobs", "show", "2"], ["jobs", "show", "2", "--json", "--log"],
                ["log", "tail", "--json", "--count", "1000"],
            ] {
                let shown = try daybook.start(view).finish().output
                #expect(shown.contains("•••") && !shown.contains("canary"), "\(shown)")
            }
            let whole = try daybook.run("log", "export", "--canonical").output
            #expect(whole.contains("canary"))
            let replacement = try #require(whole.split(separator: "\n").first { $0.contains(#""kind":"replaced""#) })
            #expect(replacement.contains(#""secret":["pin"]"#), "\(replacement)")
        }
    }

    @Test func `is left out of statistics`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "order", "--secret", "grams")
            let worker = try StepsWorker(daybook)
            var said: [UInt8] = []
            #expect(worker.process.read(until: { $0.contains("between\n") }, into: &said))
            worker.process.give(Array("go\n".utf8))
            #expect(worker.process.finish().code == 0)
            #expect(try daybook.run("jobs", "show", "2").lines.contains(#"statistics {"grams":"•••"} (run 1)"#))
            let json = try daybook.run("jobs", "show", "2", "--json").output
            #expect(!json.contains(#""grams":700"#) && json.contains(#""statistics":{"grams":"•••"}"#), "\(json)")
        }
    }
}
