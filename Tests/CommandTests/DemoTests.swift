import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `The demonstration` {
    /// One that runs, what it has printed, and the address of its dashboard.
    private func demo(_ daybook: Daybook) throws -> (process: ChildProcess, lines: [String], address: String) {
        let process = try daybook.start(["demo", "--data", daybook.store])
        var printed: [UInt8] = []
        try #require(process.read(until: { $0.contains("Ctrl-C stops it.\n") }, into: &printed))
        let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n").map(String.init)
        let url = try #require(lines.first { $0.hasPrefix("  http://") })
        return (process, lines, String(url.dropFirst("  http://".count).dropLast()))
    }

    /// The command behind a number of the things to try.
    private func command(_ number: Int, in lines: [String]) throws -> String {
        let line = try #require(lines.first { $0.hasPrefix("  \(number). ") })
        return String(try #require(line.firstRange(of: ": ").map { line[$0.upperBound...] }))
    }

    @Test func `shows failures, a batch, a recurring job and log lines, and ends by Ctrl-C`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (process, _, address) = try demo(daybook)
            func waitFor(_ path: String, _ text: String) throws {
                try daybook.wait { try ask(address, "GET", "/api/v1/\(path)").contains(text) }
            }
            try waitFor("jobs?state=failed&name=demo.letter", "\"name\":\"demo.letter\"")
            try waitFor("jobs?state=succeeded&name=demo.count-letters", "\"name\":\"demo.count-letters\"")
            try waitFor("jobs?state=succeeded&name=demo.charge", "\"name\":\"demo.charge\"")
            #expect(try ask(address, "GET", "/api/v1/recurring").contains("demo.orders"))
            #expect(try ask(address, "GET", "/api/v1/batches").contains("newsletter"))
            #expect(try ask(address, "GET", "/jobs?state=failed").hasPrefix("HTTP/1.1 200 "))
            kill(process.id, SIGINT)
            let ended = process.finish()
            #expect(ended.code == 0, "\(ended.error)")
            #expect(ended.output.contains("which verifies."), "\(ended.output)")
        }
    }

    @Test func `takes a free port if its own is taken`() throws {
        try Daybook.inTemporaryFolder { first throws in
            try Daybook.inTemporaryFolder { second throws in
                let (one, _, address) = try demo(first)
                let (other, _, otherAddress) = try demo(second)
                #expect(address != otherAddress)
                for (process, address) in [(one, address), (other, otherAddress)] {
                    #expect(address.hasPrefix("127.0.0.1:"))
                    #expect(try ask(address, "GET", "/health").hasPrefix("HTTP/1.1 200 "))
                    kill(process.id, SIGTERM)
                    #expect(process.finish().code == 0)
                }
            }
        }
    }

    @Test func `prints commands that a shell runs as they stand`() throws {
        try Daybook.inTemporaryFolder { outer throws in
            let daybook = Daybook(folder: outer.folder + "/it's here")
            try #require(mkdir(daybook.folder, 0o700) == 0)
            let (process, lines, _) = try demo(daybook)
            let greeting = try ChildProcess(
                "/bin/sh", [bytes("-c"), bytes(try command(3, in: lines))], environment: ["PATH": "/usr/bin:/bin"]
            ).finish()
            #expect(greeting.code == 0, "\(greeting.error)")
            let log = try ChildProcess(
                "/bin/sh", [bytes("-c"), bytes(try command(2, in: lines).replacing(" --follow", with: ""))],
                environment: ["PATH": "/usr/bin:/bin"]
            ).finish()
            #expect(log.code == 0, "\(log.error)")
            #expect(log.output.contains("created"))
            kill(process.id, SIGTERM)
            #expect(process.finish().code == 0)
        }
    }

    @Test func `once runs some jobs and reads the log`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("demo", "--once")
            #expect(ended.code == 0, "\(ended.error)")
            #expect(ended.output.hasPrefix("6 jobs succeeded, 0 failed, "), "\(ended.output)")
            #expect(ended.output.hasSuffix(" events in the log, which verifies.\n"))
        }
    }
}
