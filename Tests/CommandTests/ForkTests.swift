import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook fork, and bundles` {
    @Test func `a fork is a store of its own with the past of another`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "first", "--key", "one", "--args", "{\"a\":1}")
            try daybook.run("enqueue", "second")
            try daybook.run("enqueue", "third")
            let fork = daybook.folder + "/fork"
            let made = try daybook.run("fork", "--at", "3", "--to", fork, "--json")
            #expect(made.code == 0 && made.output.contains(#""cut":3,"#), "\(made)")

            #expect(try daybook.run("log", "verify", "--data", fork).output.hasPrefix("good"))
            #expect(try daybook.run("replay", "--check", "--data", fork).code == 0)
            #expect(try daybook.run("jobs", "list", "--data", fork).output.contains("second"))
            #expect(!(try daybook.run("jobs", "list", "--data", fork).output.contains("third")))
            // Keys hold as they held, and numbers go on from the cut.
            #expect(try daybook.run("enqueue", "again", "--key", "one", "--data", fork).output == "ack 2 4\n")
            #expect(try daybook.run("enqueue", "other", "--data", fork).output == "ack 5 5\n")

            // Nothing of it passes for the original's.
            let genesis = try daybook.run("log", "export", "--to", "1", "--data", fork).output
            let origin = try daybook.run("log", "export", "--to", "1").output
            #expect(genesis.contains(#""last":3"#) && genesis.contains(#""origin":""#), "\(genesis)")
            #expect(genesis.contains("\"previousHead\""))
            #expect(genesis != origin)
            let mark = try daybook.run("log", "checkpoint").output
            let file = try daybook.write(mark, to: "checkpoint")
            #expect(try daybook.run("log", "verify", "--checkpoint", file, "--data", fork).code == 1)
            #expect(try daybook.run("doctor", "--data", fork).output.contains("forked from the store"))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `a fork goes nowhere where something is, and begins nowhere where nothing is`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "first")
            for inside in ["", "/views/fork"] {
                let ended = try daybook.run("fork", "--to", daybook.store + inside)
                #expect(ended.code == 2 && ended.error.contains("the store's own folder"))
            }
            let other = daybook.folder + "/other"
            try daybook.run("init", "--data", other)
            #expect(try daybook.run("fork", "--to", other).code == 2)
            #expect(try daybook.run("fork").code == 2)
            let fork = daybook.folder + "/fork"
            #expect(try daybook.run("fork", "--at", "99", "--to", fork).code == 2)
            #expect(try daybook.run("fork", "--at", "1990-01-01T00:00:00Z", "--to", fork).code == 2)
            #expect(try daybook.run("fork", "--to", fork, "--data", daybook.folder + "/none").code == 3)
            #expect(try daybook.run("fork", "--to", fork).code == 0)
        }
    }

    @Test func `what runs while a store is forked is given back in the fork alone`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "slow")
            let worker = try daybook.start(["work", "--stop-timeout", "100ms", "--exec", "sleep 60"])
            defer {
                kill(worker.id, SIGTERM)
                _ = worker.finish()
            }
            try daybook.wait { try daybook.run("jobs", "list", "--state", "processing").output.contains("slow") }
            let fork = daybook.folder + "/fork"
            let made = try daybook.run("fork", "--to", fork, "--json")
            #expect(made.code == 0 && made.output.contains(#""interrupted":1"#), "\(made)")
            #expect(try daybook.run("jobs", "list", "--state", "enqueued", "--data", fork).output.contains("slow"))
            #expect(try daybook.run("jobs", "list", "--state", "processing").output.contains("slow"))
        }
    }

    @Test func `a bundle holds the job, and redacted nothing of what it was given`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail", "--args", #"{"to":"canary"}"#)
            try daybook.run("enqueue", "next", "--after", "2", "--args", #"["canary"]"#)
            let bundle = try daybook.run("jobs", "show", "3", "--bundle")
            #expect(bundle.code == 0 && bundle.output.hasPrefix(#"{"bundle":1,"#))
            #expect(bundle.output.contains(#""arguments":["canary"]"#))
            #expect(bundle.output.contains(#""leaders":[{"job":2,"name":"mail""#))
            let redacted = try daybook.run("jobs", "show", "3", "--bundle", "--redacted")
            #expect(redacted.code == 0 && !redacted.output.contains("canary"))
            #expect(try daybook.run("jobs", "show", "3", "--redacted").code == 2)
            #expect(try daybook.run("jobs", "show", "99", "--bundle").code == 1)
        }
    }
}
