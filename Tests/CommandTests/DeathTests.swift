import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `Workers that die, stop or lose their jobs` {
    /// Waits until `condition` holds for the lines of the exported log.
    private func wait(_ daybook: Daybook, until condition: ([String]) -> Bool) throws -> [String] {
        var lines: [String] = []
        try daybook.wait {
            lines = try daybook.run("log", "export").lines
            return condition(lines)
        }
        return lines
    }

    private func count(_ lines: [String], _ kind: String, job: Int? = nil) -> Int {
        lines.count { line in
            line.contains("\"kind\":\"\(kind)\"") && (job.map { line.contains("\"job\":\($0),") } ?? true)
        }
    }

    private func job(_ acknowledgement: Ended) throws -> Int {
        try #require(acknowledgement.output.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    /// What may be left of a file after the power went.
    enum Left: CaseIterable {
        case nothing
        case itsName
        case zeros
    }

    @Test(arguments: Left.allCases)
    func `lose their jobs also where their file has gone or holds nothing`(_ left: Left) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "good"))
            #expect(try daybook.run("work", "--exec", "kill -9 $PPID").signal == SIGKILL)
            let folder = "\(daybook.store)/processes"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
            try #require(files.count == 1)
            switch left {
            case .nothing: unlink(files[0])
            case .itsName: truncate(files[0], 0)
            case .zeros:
                truncate(files[0], 0)
                truncate(files[0], 32_768)
            }
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            let lines = try daybook.run("log", "export").lines
            #expect(count(lines, "succeeded", job: job) == 1)
            #expect(count(lines, "processLost") == 1)
            let interrupted = try #require(lines.first { $0.contains("\"kind\":\"interrupted\"") })
            #expect(interrupted.contains("is gone, and its file in processes/"))
            #expect(!interrupted.contains("\"charged\":true"))
        }
    }

    @Test func `set aside the job that kills them and no other`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            var jobs: [Int] = []
            for _ in 0..<5 { jobs.append(try job(daybook.run("enqueue", "good"))) }
            let poison = try job(daybook.run("enqueue", "poison"))
            for _ in 0..<5 { jobs.append(try job(daybook.run("enqueue", "good"))) }
            let command = "if [ $DAYBOOK_JOB_NAME = poison ]; then kill -9 $PPID; sleep 5; else sleep 0.1; fi"
            for _ in 0..<3 {
                let ended = try daybook.run("work", "--drain", "--concurrency", "4", "--exec", command)
                #expect(ended.signal == SIGKILL)
            }
            #expect(try daybook.run("work", "--drain", "--concurrency", "4", "--exec", command).code == 0)
            let lines = try daybook.run("log", "export").lines
            let failed = lines.filter { $0.contains("\"kind\":\"failed\"") }
            #expect(failed.count == 1)
            #expect(failed.first?.contains("\"job\":\(poison),") == true)
            #expect(failed.first?.contains("\"reason\":\"poison\"") == true)
            for job in jobs { #expect(count(lines, "succeeded", job: job) == 1) }
            // In the second and third death it ran alone.
            #expect(count(lines, "interrupted", job: poison) == 2)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `leave no children behind when they are killed`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "n")
            let child =
                "sleep 300 & echo $! > \(daybook.folder)/pid.new; "
                + "mv \(daybook.folder)/pid.new \(daybook.folder)/pid; wait"
            let worker = try daybook.start(["work", "--exec", child])
            try daybook.wait(for: daybook.folder + "/pid")
            kill(worker.id, SIGKILL)
            _ = worker.finish()
            let text = try daybook.run("jobs", "list").output
            #expect(text.contains("processing"))
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            let grandchild = try #require(pid_t(try contents(daybook.folder + "/pid")))
            #expect(!isRunning(grandchild))
        }
    }

    private func contents(_ path: String) throws -> String {
        let file = open(path, O_RDONLY)
        try #require(file >= 0)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self).filter { !$0.isNewline }
    }

    /// A killed process that nobody has waited for is in the table all the same.
    private func isRunning(_ pid: pid_t) -> Bool {
        guard let status = try? contents("/proc/\(pid)/stat") else { return false }
        return !status.contains(") Z ")
    }

    @Test func `end the command of a job that somebody cancels`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n"))
            let started = daybook.folder + "/started"
            let worker = try daybook.start(["work", "--exec", "touch \(started); sleep 300"])
            try daybook.wait(for: started)
            #expect(try daybook.run("why", "\(job)").output.contains("is running"))
            #expect(try daybook.run("processes", "list", "--json").output.contains("\"running\":1"))
            try daybook.run("jobs", "cancel", "\(job)", "--actor", "ann", "--reason", "enough")
            let lines = try wait(daybook) { count($0, "stale", job: job) == 1 }
            #expect(try daybook.run("why", "\(job)").output.contains("by person:ann: enough"))
            #expect(lines.contains { $0.contains("\"kind\":\"cancelled\"") && $0.contains("\"reason\":\"enough\"") })
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)
        }
    }

    @Test func `fail a command that takes longer than its timeout`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n", "--timeout", "200ms", "--attempts", "1"))
            #expect(try daybook.run("work", "--drain", "--exec", "sleep 300").code == 0)
            let lines = try daybook.run("log", "export").lines
            #expect(count(lines, "failed", job: job) == 1)
            #expect(lines.contains { $0.contains("\"errorType\":\"timeout\"") })
            #expect(count(lines, "stale", job: job) == 1)
        }
    }

    @Test func `lose their jobs when they are stopped for longer than their lease`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let job = try job(daybook.run("enqueue", "n"))
            let (started, go) = (daybook.folder + "/started", daybook.folder + "/go")
            // A child that ignores what its stopped parent cannot tell it, and succeeds late.
            let command = "trap '' TERM; touch \(started); while [ ! -e \(go) ]; do sleep 0.05; done; echo 1"
            let stopped = try daybook.start(["work", "--lease", "500ms", "--exec", command])
            try daybook.wait(for: started)
            kill(stopped.id, SIGSTOP)
            #expect(try daybook.run("work", "--lease", "500ms", "--drain", "--exec", "echo 2").code == 0)
            var lines = try daybook.run("log", "export").lines
            let interrupted = lines.filter { $0.contains("\"kind\":\"interrupted\"") }
            #expect(interrupted.count == 1)
            #expect(interrupted.first?.contains("\"reason\":\"lease") == true)
            #expect(count(lines, "succeeded", job: job) == 1)
            _ = try daybook.write("", to: "go")
            kill(stopped.id, SIGCONT)
            lines = try wait(daybook) { count($0, "stale", job: job) == 1 }
            #expect(count(lines, "succeeded", job: job) == 1)
            #expect(lines.contains { $0.contains("\"leaseMicroseconds\":500000") })
            kill(stopped.id, SIGTERM)
            #expect(stopped.finish().code == 0)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `stop although a drain is not over`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for _ in 0..<2 { try daybook.run("enqueue", "n") }
            let started = daybook.folder + "/started"
            let command = "touch \(started); sleep 1"
            let worker = try daybook.start(["work", "--drain", "--concurrency", "1", "--exec", command])
            try daybook.wait(for: started)
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)
            #expect(count(try daybook.run("log", "export").lines, "succeeded") == 1)
        }
    }
}
