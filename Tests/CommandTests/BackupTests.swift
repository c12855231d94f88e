import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook backup, restore and compact` {
    @Test func `a backup is restored in a new epoch`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(20)
            let backup = daybook.folder + "/backup"
            let made = try daybook.run("backup", backup, "--json")
            #expect(made.code == 0)
            #expect(made.output.contains(#""last":21,"#))
            #expect(try daybook.run("log", "verify", "--data", backup).code == 0)
            #expect(try daybook.run("enqueue", "lost").output == "ack 22 22\n")

            let restored = daybook.folder + "/restored"
            let ended = try daybook.run("restore", backup, "--data", restored, "--handed-out", "22")
            #expect(ended.code == 0 && ended.output.contains("new epoch"))
            #expect(try daybook.run("enqueue", "next", "--data", restored).output == "ack 24 24\n")
            let verified = try daybook.run("log", "verify", "--data", restored)
            #expect(verified.code == 0 && verified.output.hasPrefix("good with 1 missing"))
            let doctor = try daybook.run("doctor", "--data", restored)
            #expect(doctor.code == 0)
            #expect(doctor.output.contains("20 jobs that were unfinished then may have run since"))
            #expect(try daybook.run("log", "tail", "--data", restored).output.contains("restored"))
            #expect(try daybook.run("restore", backup, "--data", restored).code == 2)
        }
    }

    @Test func `a backup goes nowhere where something is`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(2)
            let ended = try daybook.run("backup", daybook.store)
            #expect(ended.code == 2 && ended.errorLines.count == 1)
            #expect(try daybook.run("backup", daybook.folder + "/no/backup").code == 3)
            #expect(try daybook.run("backup").code == 2)
            #expect(try daybook.run("backup", daybook.folder + "/b", "--data", daybook.folder + "/none").code == 3)
            #expect(access(daybook.folder + "/b.unfinished", F_OK) != 0)
        }
    }

    @Test func `an interrupted backup is whole or not there`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(5_000)
            for attempt in 0..<4 {
                let backup = daybook.folder + "/backup\(attempt)"
                let child = try daybook.start(["backup", backup])
                // At some moment of its life; which one differs from machine to machine.
                var spins = attempt * 400
                while spins > 0, access(backup, F_OK) != 0 { spins -= 1 }
                kill(child.id, SIGINT)
                let ended = child.finish()
                #expect(access(backup + ".unfinished", F_OK) != 0, "\(ended)")
                if access(backup, F_OK) == 0 {
                    #expect(try daybook.run("log", "verify", "--data", backup).code == 0)
                } else {
                    #expect(ended.code != 0)
                }
            }
        }
    }

    @Test func `a damaged store is recovered, and says how much is missing`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(500)
            let saved = daybook.folder + "/saved"
            var bytes = try daybook.contents(of: daybook.dataFile)
            // One page in the middle of the log, both meta pages, and what names the store.
            let place = try #require(
                bytes.firstRange(of: Array("\u{04}k300".utf8)) ?? bytes.firstRange(of: Array("k300".utf8)))
            for page in [0, 1, place.lowerBound / 4_096] {
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
            }
            try daybook.replace(daybook.dataFile, with: bytes)
            try #require(unlink(daybook.store + "/identity") == 0)
            #expect(try daybook.run("status").code == 1)

            let ended = try daybook.run("recover", "--from", daybook.store, "--to", saved, "--handed-out", "600")
            #expect(ended.code == 0, "\(ended)")
            let verified = try daybook.run("log", "verify", "--data", saved)
            #expect(verified.code == 0 && verified.output.hasPrefix("good with "))
            #expect(try daybook.run("enqueue", "next", "--data", saved).output == "ack 601 601\n")
            #expect(try daybook.run("doctor", "--data", saved).output.contains("recovered from a damaged store"))
            #expect(try daybook.run("jobs", "list", "--data", saved).code == 0)
            #expect(try daybook.run("work", "--drain", "--exec", "true", "--data", saved).code == 0)
            #expect(try daybook.run("log", "verify", "--data", saved).code == 0)

            #expect(try daybook.run("recover", "--from", daybook.store, "--to", saved).code == 2)
            #expect(try daybook.run("recover", "--from", daybook.store).code == 2)
            #expect(try daybook.run("recover", "--from", daybook.store, "--to", daybook.store + "/saved").code == 2)
            #expect(try daybook.run("recover", "--from", daybook.folder, "--to", saved + "2").code == 3)
        }
    }

    @Test func `compacting says what it won, and waits for nobody to have the store open`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(3_000)
            let worker = try daybook.start(["work", "--queue", "none", "--exec", "true"])
            try daybook.wait {
                try #require(kill(worker.id, 0) == 0)
                return try daybook.run("processes", "list").output.contains("\(worker.id)")
            }
            let refused = try daybook.run("compact")
            #expect(refused.code == 3 && refused.error.contains("pid \(worker.id)"))
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)

            let before = try daybook.run("state", "--canonical").outputBytes
            let ended = try daybook.run("compact")
            #expect(ended.code == 0 && ended.output.contains("won "))
            #expect(try daybook.run("state", "--canonical").outputBytes == before)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}
