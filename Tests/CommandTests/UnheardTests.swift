import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Answers that nobody hears` {
    @Test(arguments: [["enqueue", "n"], ["enqueue", "n", "--json"]])
    func `are told on standard error, so that nobody enqueues twice`(_ words: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let ended = try daybook.start(words, output: -1).finish()
            #expect(ended.code == 3 && ended.signal == nil)
            #expect(ended.error.hasPrefix("daybook: Standard output was closed before the answer was told. "))
            #expect(ended.error.hasSuffix(" Job 2 is in the log; do not enqueue it again.\n"))
            #expect(try daybook.run("status", "--json").output.contains(#""enqueued":1"#))
        }
    }

    /// So many that the output is written in pieces before the last answer.
    @Test(arguments: [3, 9_000])
    func `are counted where many were asked for`(count: Int) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let lines = String(repeating: "{\"name\":\"n\"}\n", count: count)
            let ended = try daybook.start(["enqueue", "--stdin"], output: -1).finish(input: Array(lines.utf8))
            #expect(ended.code == 3 && ended.signal == nil)
            #expect(ended.errorLines.count == 1 && ended.error.contains("Standard output was closed"))
            let jobs = try daybook.run("log", "verify", "--json").output
            let told = try #require(ended.error.split(separator: " ").compactMap { Int($0) }.first)
            #expect(jobs.contains(#""jobs":\#(told),"#), "\(ended.error) \(jobs)")
            #expect(ended.error.contains("numbers 2 to \(told + 1);"))
        }
    }

    @Test func `are told where standard output is full`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
            try #require(full >= 0)
            defer { close(full) }
            let ended = try daybook.start(["enqueue", "n"], output: full).finish()
            #expect(ended.code == 3)
            #expect(ended.error.contains("No space left") && ended.error.contains("Job 2 is in the log"))
        }
    }
}
