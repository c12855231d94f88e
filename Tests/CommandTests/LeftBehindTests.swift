import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A command that leaves a process behind, and how. `SLEEPER` writes its number to a file and sleeps.
private struct Escape: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let command: String

    static let all = [
        Escape(testDescription: "in a session of its own", command: "setsid SLEEPER &"),
        Escape(testDescription: "in a group of its own", command: "set -m; SLEEPER &"),
        Escape(testDescription: "without its environment", command: "env -i setsid SLEEPER &"),
        Escape(
            testDescription: "by one that goes on, too", command: "setsid sh -c 'setsid SLEEPER & exec sleep 300' &"),
        Escape(testDescription: "by one that has gone", command: "setsid sh -c 'setsid SLEEPER &' &"),
        Escape(
            testDescription: "deaf, by one that is known by nothing, either",
            command: "env -i setsid sh -c 'env -i setsid SLEEPER & exec sleep 300' & trap '' TERM"),
    ]

    /// With a file to write the sleeper's number to, and what is done when that is there.
    func words(_ file: String, then: String) -> String {
        let sleeper = "/bin/sh -c \"echo \\$\\$ > \(file).new; mv \(file).new \(file); exec sleep 300\""
        let command = self.command.replacing("SLEEPER", with: sleeper)
        return "\(command)\nwhile [ ! -e \(file) ]; do sleep 0.01; done; \(then)"
    }
}

extension String {
    fileprivate func replacing(_ word: String, with other: String) -> String {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: word) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        parts.append(rest)
        return parts.joined(separator: other)
    }
}

@Suite struct `What a command leaves running` {
    private func contents(_ path: String) throws -> String { try #require(contentsIfThere(path), "\(path)") }

    private func contentsIfThere(_ path: String) -> String? {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self).filter { !$0.isNewline }
    }

    /// The letter that the kernel has for where a process stands; nil if there is none.
    private func standing(_ pid: String) -> Character? {
        guard let status = contentsIfThere("/proc/\(pid)/stat"), let end = status.lastIndex(of: ")") else { return nil }
        return status[end...].dropFirst(2).first
    }

    private func isRunning(_ pid: String) -> Bool { standing(pid).map { $0 != "Z" && $0 != "X" } ?? false }

    @Test(arguments: Escape.all)
    fileprivate func `ends with its job`(_ escape: Escape) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for then in ["true", "exit 3"] {
                try daybook.run("enqueue", "n", "--attempts", "1")
                let file = daybook.folder + "/" + then.filter(\.isLetter)
                #expect(try daybook.run("work", "--drain", "--exec", escape.words(file, then: then)).code == 0)
                #expect(!isRunning(try contents(file)), "\(then)")
            }
            #expect(try daybook.run("status", "--json").output.contains(#""succeeded":1"#))
        }
    }

    @Test(arguments: [Escape.all[0], Escape.all[1], Escape.all[3], Escape.all[4]])
    fileprivate func `ends when its worker was killed, before its job is given back`(_ escape: Escape) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "n")
            let file = daybook.folder + "/pid"
            let worker = try daybook.start(["work", "--exec", escape.words(file, then: "sleep 300")])
            try daybook.wait(for: file)
            kill(worker.id, SIGKILL)
            _ = worker.finish()
            let sleeper = try contents(file)
            #expect(isRunning(sleeper))
            let look = "if [ -e /proc/\(sleeper)/exe ]; then grep -q sleep /proc/\(sleeper)/cmdline && exit 9; fi; true"
            #expect(try daybook.run("work", "--drain", "--exec", look).code == 0)
            #expect(!isRunning(sleeper))
            #expect(try daybook.run("status", "--json").output.contains(#""succeeded":1"#))
        }
    }

    @Test func `is let be while its own job goes on`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (file, go) = (daybook.folder + "/pid", daybook.folder + "/go")
            let long = Escape.all[0].words(file, then: "while [ ! -e \(go) ]; do sleep 0.01; done")
            try daybook.run("enqueue", "long")
            let worker = try daybook.start([
                "work", "--concurrency", "2", "--exec", "if [ $DAYBOOK_JOB_NAME = short ]; then exit; fi; \(long)",
            ])
            try daybook.wait(for: file)
            for _ in 0..<3 { try daybook.run("enqueue", "short") }
            try daybook.wait { try daybook.run("status", "--json").output.contains(#""succeeded":3"#) }
            let sleeper = try contents(file)
            #expect(isRunning(sleeper))
            _ = try daybook.write("", to: "go")
            try daybook.wait { try daybook.run("status", "--json").output.contains(#""succeeded":4"#) }
            #expect(!isRunning(sleeper))
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)
        }
    }

    @Test func `leaves no entries in the table of processes`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for _ in 0..<5 { try daybook.run("enqueue", "n") }
            let worker = try daybook.start([
                "work", "--exec", "setsid true & setsid sh -c 'setsid true &' & sleep 0.05",
            ])
            try daybook.wait { try daybook.run("status", "--json").output.contains(#""succeeded":5"#) }
            let children = try contents("/proc/\(worker.id)/task/\(worker.id)/children")
            #expect(children.split(separator: " ").allSatisfy { standing(String($0)) == nil }, "\(children)")
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)
        }
    }

    @Test func `is told by its store, not by a number that another store has given, too`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let (file, go) = (daybook.folder + "/pid", daybook.folder + "/go")
            let other = Daybook(folder: daybook.folder + "/other")
            try #require(mkdir(other.folder, 0o700) == 0)
            // The same job with the same claim in both.
            for one in [daybook, other] { try one.run("enqueue", "n") }
            let long = Escape.all[0].words(file, then: "while [ ! -e \(go) ]; do sleep 0.01; done")
            let lives = try other.start(["work", "--drain", "--exec", long])
            try daybook.wait(for: file)
            let dying = try daybook.start(["work", "--exec", "touch \(daybook.folder)/on; sleep 300"])
            try daybook.wait(for: daybook.folder + "/on")
            kill(dying.id, SIGKILL)
            _ = dying.finish()
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            #expect(isRunning(try contents(file)))
            _ = try daybook.write("", to: "go")
            #expect(lives.finish().code == 0)
            #expect(!isRunning(try contents(file)))
        }
    }
}
