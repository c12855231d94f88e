import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook retention and archives` {
    private func work(_ daybook: Daybook, jobs count: Int) throws {
        let lines = (1...count).map { "{\"name\":\"mail\",\"args\":{\"n\":\($0)}}" }.joined(separator: "\n") + "\n"
        _ = try daybook.run("enqueue", "--stdin", input: lines)
        try daybook.run("work", "--drain", "--exec", "cat", "--concurrency", "8")
    }

    @Test func `rules and holds are set, shown and obeyed`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try work(daybook, jobs: 20)
            #expect(try daybook.run("retention", "list", "--json").lines.count == 3)
            #expect(try daybook.run("retention", "run").output == "no job was taken out of the ledgers\n")
            #expect(
                try daybook.run("retention", "set", "--state", "succeeded", "--keep", "0s").output
                    == "succeeded: kept for 0s\n")
            let hold = try daybook.run("retention", "hold", "2", "--actor", "ann", "--reason", "case 12", "--json")
            #expect(hold.output.hasPrefix(#"{"scope":"job:2","seq":"#))
            #expect(try daybook.run("jobs", "delete", "2").code == 1)
            #expect(try daybook.run("retention", "run", "--dry-run", "--json").output == "{\"jobs\":19}\n")
            #expect(try daybook.run("retention", "run").output == "19 jobs were taken out of the ledgers\n")
            #expect(try daybook.run("retention", "list", "--json").output.contains(#"{"scope":"job:2","held":true"#))
            #expect(try daybook.run("log", "audit", "--actor", "ann", "--format", "csv").output.contains("case 12"))
            #expect(try daybook.run("retention", "release", "2").code == 0)
            #expect(try daybook.run("retention", "release", "2").code == 1)
            #expect(try daybook.run("retention", "run").output == "1 job was taken out of the ledgers\n")
            #expect(try daybook.run("retention", "set", "--state", "succeeded", "--keep", "default").code == 0)
            #expect(try daybook.run("retention", "set", "--state", "succeeded", "--keep", "default").code == 1)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test(arguments: [
        ["set"], ["set", "--keep", "soon"], ["set", "--keep", "1d", "--state", "enqueued"],
        ["set", "--keep", "1d", "--name", "a", "--tenant", "b"], ["hold"], ["hold", "1", "--name", "a"],
        ["release", "x"],
    ])
    func `what makes no sense is the caller's mistake`(_ arguments: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            #expect(try daybook.start(["retention"] + arguments).finish().code == 2)
        }
    }

    @Test func `an archive is made, listed, read as one with the log, and missed`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try work(daybook, jobs: 150)
            let export = try daybook.run("log", "export").output
            let state = try daybook.run("replay", "--at", "200", "--canonical").output
            let archived = try daybook.run("log", "archive", "--before", "400", "--json")
            #expect(archived.code == 0 && archived.output.hasPrefix(#"{"first":1,"last":"#))
            #expect(try daybook.run("log", "archive", "--before", "300").code == 1)
            #expect(try daybook.run("log", "archives", "--json").output.contains(#""state":"there""#))
            #expect(try daybook.run("log", "export").output.hasPrefix(export))
            #expect(try daybook.run("replay", "--at", "200", "--canonical").output == state)
            #expect(try daybook.run("replay", "--check").code == 0)
            #expect(try daybook.run("log", "verify", "--json").output.contains(#""verdict":"good""#))
            #expect(try daybook.run("log", "verify", "--full", "--json").output.contains(#""first":1,"archives":1"#))
            #expect(try daybook.run("jobs", "show", "2").output.contains("created"))
            #expect(try daybook.run("log", "proof", "2").code == 0)
            let imported = try daybook.write(try daybook.run("log", "export").output, to: "export")
            #expect(try daybook.run("log", "import", imported, "--data", daybook.folder + "/import").code == 0)
            #expect(try daybook.run("log", "verify", "--data", daybook.folder + "/import").code == 0)

            let file = try #require(
                try FileManager.default.contentsOfDirectory(atPath: daybook.folder + "/store/archive").first)
            try FileManager.default.removeItem(atPath: daybook.folder + "/store/archive/" + file)
            #expect(try daybook.run("log", "verify").code == 0)
            let full = try daybook.run("log", "verify", "--full")
            #expect(full.code == 1 && full.output.contains(file))
            let list = try daybook.run("log", "archives")
            #expect(list.code == 1 && list.output.contains("missing") && list.error.contains(file))
            let lost = try daybook.run("log", "export")
            #expect(lost.code == 1 && lost.error.contains(file))
            #expect(try daybook.run("enqueue", "mail").code == 0)
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `killed at any moment an archiving leaves a store that is whole, and the next one finishes it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(3_000)
            let export = try daybook.run("log", "export").outputBytes
            let folder = daybook.store + "/archive"
            var killed = 0
            // So many looks after the file has its name: what follows is short.
            for looks in [0, 1, 200, 2_000, 8_000] {
                let child = try daybook.start(["log", "archive", "--before", "\(2_000 + looks / 8)"])
                var left = looks
                while left > 0 {
                    var status = siginfo_t()
                    guard waitid(P_PID, id_t(child.id), &status, WEXITED | WNOHANG | WNOWAIT) == 0 else { break }
                    if status.si_signo == SIGCHLD { break }
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                    if looks == 1 ? !names.isEmpty : names.contains(where: { $0.hasSuffix(".archive") }) { left -= 1 }
                }
                kill(child.id, SIGKILL)
                if child.finish().signal == SIGKILL { killed += 1 }
                #expect(try daybook.run("log", "verify").code == 0, "after \(looks) looks")
                let now = try daybook.run("log", "export").outputBytes
                #expect(now.starts(with: export), "after \(looks) looks")
            }
            #expect(killed > 0)
            #expect(try daybook.run("log", "archive", "--before", "4000").code == 0)
            #expect(try daybook.run("log", "archives").code == 0)
            #expect(try daybook.run("log", "verify", "--full").code == 0)
            #expect(try daybook.run("log", "export").outputBytes.starts(with: export))
        }
    }
}
