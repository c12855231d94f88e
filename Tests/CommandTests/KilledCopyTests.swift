import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Copies that are killed at moments that can be seen from outside.
@Suite struct `A copy that is killed` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(4_000)
            try body(daybook)
        }
    }

    private func size(_ path: String) -> Int {
        var found = stat()
        return lstat(path, &found) == 0 ? Int(found.st_size) : -1
    }

    /// Runs a command and kills it as soon as `moment` has come, or lets it end before. Answers whether it was killed.
    @discardableResult
    private func kill(_ daybook: Daybook, _ arguments: [String], when moment: () -> Bool) throws -> Bool {
        let child = try daybook.start(arguments)
        while !moment() {
            var status = siginfo_t()
            guard waitid(P_PID, id_t(child.id), &status, WEXITED | WNOHANG | WNOWAIT) == 0 else { break }
            if status.si_signo == SIGCHLD { break }
        }
        sendKill(child.id)
        return child.finish().signal == SIGKILL
    }

    /// Sizes that the data file of a copy passes on its way.
    private static let sizes = [0, 1, 200_000, 600_000]

    @Test func `while it compacts loses nothing, and can be done again`() throws {
        try withStore { daybook throws in
            let state = try daybook.run("state", "--canonical").outputBytes
            let workshop = daybook.store + "/compact"
            var killed = 0
            for size in Self.sizes {
                if try kill(daybook, ["compact"], when: { self.size(workshop + "/data.mdb") >= size }) { killed += 1 }
                #expect(try daybook.run("state", "--canonical").outputBytes == state)
            }
            #expect(killed > 0)
            #expect(try daybook.run("log", "verify").code == 0)
            #expect(try daybook.run("compact").code == 0)
            #expect(access(workshop, F_OK) != 0)
            #expect(try daybook.run("state", "--canonical").outputBytes == state)
        }
    }

    @Test func `while it backs up leaves no folder of that name, or a whole one`() throws {
        try withStore { daybook throws in
            let backup = daybook.folder + "/backup"
            var killed = 0
            for size in Self.sizes {
                let data = backup + ".unfinished/data.mdb"
                if try kill(daybook, ["backup", backup], when: { self.size(data) >= size }) {
                    killed += 1
                    #expect(access(backup, F_OK) != 0)
                }
            }
            #expect(killed > 0)
            if access(backup, F_OK) != 0 { #expect(try daybook.run("backup", backup).code == 0) }
            #expect(access(backup + ".unfinished", F_OK) != 0)
            #expect(try daybook.run("log", "verify", "--data", backup).code == 0)
        }
    }

    @Test(arguments: ["restore", "recover"])
    func `while it makes a store leaves none, or a whole one`(command: String) throws {
        try withStore { daybook throws in
            let copy = daybook.folder + "/copy"
            let arguments =
                command == "restore"
                ? ["restore", daybook.store, "--data", copy] : ["recover", "--from", daybook.store, "--to", copy]
            var killed = 0
            for size in Self.sizes {
                if try kill(daybook, arguments, when: { self.size(copy + "/import/data.mdb") >= size }) { killed += 1 }
                if try daybook.run("status", "--data", copy).code == 0 { break }
            }
            #expect(killed > 0)
            if try daybook.run("status", "--data", copy).code != 0 {
                let child = try daybook.start(arguments).finish()
                #expect(child.code == 0, "\(child)")
            }
            #expect(access(copy + "/import", F_OK) != 0)
            #expect(try daybook.run("log", "verify", "--data", copy).code == 0)
        }
    }
}

/// The suite has a function of the name that the system has for this.
private func sendKill(_ process: pid_t) { kill(process, SIGKILL) }
