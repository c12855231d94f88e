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

    @Test func `what changed between two points is shown, and is the answer no`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("replay", "--diff", "43", "44")
            #expect(ended.code == 1)
            #expect(ended.lines.count == 2)
            #expect(ended.lines[1].hasPrefix("+ ") && ended.lines[1].contains(#""paused":true"#))
            #expect(try daybook.run("replay", "--diff", "44", "44").code == 0)
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
}
