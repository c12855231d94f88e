import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook queues limit` {
    @Test func `limits are set, shown and taken away, and a waiting job says for what it waits`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let set = try daybook.run("queues", "limit", "--key", "tenant:*", "--concurrency", "1", "--json")
            #expect(set.output.contains(#""scope":"key:tenant:*","concurrency":1"#))
            #expect(try daybook.run("queues", "limit", "mail", "--concurrency", "3").code == 0)
            for _ in 0..<3 { try daybook.run("enqueue", "mail", "--tenant", "acme", "--queue", "mail") }
            let list = try daybook.run("queues", "limits", "--json")
            #expect(list.lines.first?.contains(#""scope":"key:tenant:*""#) == true)
            #expect(list.lines.first?.contains(#""running":0,"waiting":2"#) == true)
            #expect(try daybook.run("queues", "list", "--json").output.contains(#""concurrency":3"#))
            let waiting = try daybook.run("jobs", "list", "--json").lines.filter { $0.contains(#""waitsFor":"limit""#) }
            #expect(waiting.count == 2)
            let last = try daybook.run("enqueue", "mail", "--limit-key", "tenant:acme", "--queue", "mail").output.split(
                separator: " ")[1]
            #expect(
                try daybook.run("why", String(last)).output.contains(
                    "It waits for the limit of key:tenant:acme (1 at once)"))
            let list3 = try daybook.run("queues", "waiting", "--key", "tenant:acme", "--limit", "2", "--json")
            #expect(list3.lines.map { $0.prefix(11) } == [#"{"place":1,"#, #"{"place":2,"#])
            let cursor = String(try #require(list3.error.split { " \n".contains($0) }.last))
            let rest = try daybook.run(
                "queues", "waiting", "--key", "tenant:acme", "--cursor", cursor)
            #expect(rest.lines.count == 2 && rest.lines[1].contains(last))
            #expect(try daybook.run("queues", "waiting", "--key", "tenant:*").output.contains("key:tenant:acme"))
            #expect(try daybook.run("queues", "waiting", "mail", "--cursor", "x").code == 2)
            #expect(try daybook.run("work", "--drain", "--exec", "true", "--concurrency", "8").code == 0)
            #expect(try daybook.run("status", "--json").output.contains(#""succeeded":4"#))
            #expect(try daybook.run("log", "verify").code == 0)
            #expect(try daybook.run("queues", "limit", "--key", "tenant:*", "--none").code == 0)
            #expect(try daybook.run("queues", "limit", "--key", "tenant:*", "--none").code == 1)
        }
    }

    @Test func `a rate is set, shown, and waited for`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let set = try daybook.run("queues", "limit", "--name", "mail", "--rate", "2/1h", "--sliding")
            #expect(set.output == "name:mail: 2 in any hour\n")
            for _ in 0..<3 { try daybook.run("enqueue", "mail") }
            let work = try daybook.start(["work", "--exec", "true"])
            try daybook.wait { try daybook.run("status", "--json").output.contains(#""succeeded":2"#) }
            kill(work.id, SIGTERM)
            #expect(work.finish().code == 0)
            let list = try daybook.run("queues", "limits", "--json").output
            #expect(list.contains(#""rate":2,"windowMicroseconds":3600000000,"sliding":true"#))
            #expect(list.contains(#""waiting":1"#))
            let job = try daybook.run("jobs", "list", "--state", "enqueued", "--json").output
            #expect(job.contains(#""waitsFor":"limit""#))
            let status = try daybook.run("status", "--json").output
            #expect(status.contains(#""nextOpeningLimit":"name:mail""#))
            #expect(try daybook.run("status").output.contains("limits     name:mail opens at "))
            #expect(try daybook.run("why", "\(Self.lastJob(job))").output.contains(" The limit opens at "))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    /// The id in a line of JSON.
    private static func lastJob(_ line: String) -> Int {
        line.firstRange(of: #""job":"#).flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
    }

    @Test(arguments: [
        ["mail"], ["--concurrency", "1"], ["mail", "--concurrency", "0"], ["mail", "--concurrency", "-1"],
        ["mail", "--concurrency", "1", "--none"], ["mail", "--name", "x", "--serial"], ["mail", "--serial"],
        ["mail", "--rate", "0/1m"], ["mail", "--rate", "5"], ["mail", "--sliding", "--concurrency", "1"],
        ["mail", "--rate", "5/1m", "--none"], ["mail", "--rate", "5/0s"], ["--key", "a b", "--serial"],
        ["--key", "a:b:*", "--serial"], ["--key", "*", "--serial"],
    ])
    func `what makes no sense is the caller's mistake`(_ arguments: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.start(["queues", "limit"] + arguments).finish()
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 1)
        }
    }
}
