import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook with an archived log` {
    /// 600 jobs that nobody has done, some of them archived, and the file of the archive.
    private func withArchive(_ body: (Daybook, _ file: String, _ last: Int) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let half = Array(repeating: #"{"name":"n"}"#, count: 300).joined(separator: "\n")
            for _ in 0..<2 { try #require(try daybook.run("enqueue", "--stdin", input: half).code == 0) }
            let made = try daybook.run("log", "archive", "--before", "520")
            try #require(made.code == 0, "\(made)")
            let name = try #require(made.output.split(separator: " ").first { $0.hasSuffix(".archive") })
            let last = try #require(name.split(separator: "-").last.flatMap { Int($0.dropLast(".archive".count)) })
            try body(daybook, String(name), last)
        }
    }

    @Test func `says of a missing archive that it is missing, and shows what is there`() throws {
        try withArchive { daybook, file, last throws in
            #expect(try daybook.run("doctor").output.contains("events 1 to \(last) are in 1 archives, which are there"))
            try #require(rename(file, file + ".away") == 0)
            let doctor = try daybook.run("doctor")
            #expect(doctor.code == 0 && doctor.output.contains("note     Events 1 to \(last) are in the archive"))
            let shown = try daybook.run("jobs", "show", "2")
            #expect(shown.code == 0 && shown.output.contains("earlier    Events 1 to \(last)"), "\(shown)")
            #expect(shown.output.contains("carried") && shown.output.contains("state      enqueued"))
            #expect(try daybook.run("jobs", "show", "2", "--json").output.contains("\"missing\":\"Events 1 to \(last)"))
            let why = try daybook.run("why", "2")
            #expect(why.code == 0 && why.output.contains("no process has the store open"), "\(why)")
            let verified = try daybook.run("log", "verify", "--full")
            #expect(verified.code == 1 && !verified.output.contains("daybook recover"), "\(verified)")
            #expect(verified.output.contains("Put the right files back"))
            let checked = try daybook.run("replay", "--check")
            #expect(checked.output.contains("equal: the ledgers are what events \(last + 1) to "), "\(checked)")
            #expect(try daybook.run("log", "verify").output.contains(" 600 jobs;"))
            let backup = try daybook.run("backup", daybook.folder + "/backup")
            #expect(backup.code == 3 && backup.error.contains("--allow-missing"), "\(backup)")
            let lenient = try daybook.run("backup", daybook.folder + "/backup", "--allow-missing")
            #expect(
                lenient.code == 0 && lenient.output.contains("without an archive: Events 1 to \(last)"), "\(lenient)")
        }
    }

    @Test func `says of a damaged archive that it is damaged`() throws {
        try withArchive { daybook, file, last throws in
            var bytes = try daybook.contents(of: file)
            bytes[bytes.count / 2] ^= 1
            try daybook.replace(file, with: bytes)
            #expect(try daybook.run("doctor").code == 0)
            let full = try daybook.run("doctor", "--full")
            #expect(full.code == 1 && full.output.contains("PROBLEM  \(file) is not what was archived"), "\(full)")
            try daybook.replace(file, with: Array(bytes.dropLast(10)))
            let cut = try daybook.run("doctor")
            #expect(cut.code == 1 && cut.output.contains("cut off"), "\(cut)")
        }
    }

    @Test func `a checkpoint that the log does not go on from is no reason to recover`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(5)
            let other = daybook.folder + "/other"
            #expect(try daybook.run("enqueue", "x", "--data", other).code == 0)
            let file = try daybook.write(try daybook.run("log", "checkpoint", "--data", other).output, to: "checkpoint")
            let verified = try daybook.run("log", "verify", "--checkpoint", file)
            #expect(verified.code == 1 && verified.output.contains("right store"), "\(verified)")
            #expect(!verified.output.contains("daybook recover"))
        }
    }

    @Test func `a zeroed page is told by the table, or by the events around it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(3_000)
            let whole = try daybook.contents(of: daybook.dataFile)
            var places: Set<String> = []
            for page in stride(from: 2, to: whole.count / 4_096, by: max(1, whole.count / 4_096 / 16)) {
                var bytes = whole
                bytes.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: repeatElement(0, count: 4_096))
                try daybook.replace(daybook.dataFile, with: bytes)
                let verified = try daybook.run("log", "verify")
                #expect([0, 1, 3].contains(verified.code), "page \(page): \(verified)")
                guard verified.output.contains("storage layer failed") else { continue }
                let isPlaced =
                    verified.output.contains("between event ") || verified.output.contains("while reading the ledger ")
                    || verified.output.contains("while opening") || verified.output.contains("the head of the log")
                #expect(isPlaced, "page \(page): \(verified)")
                places.insert(verified.output)
            }
            #expect(places.count > 1, "\(places)")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `stopped before it is done it says so, with a code of its own`(
        signal: Int32
    ) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            // Waits for ever for its jobs.
            let child = try daybook.start(["enqueue", "--stdin"])
            var looks = 0
            while looks < 200_000, try !hasHandlers(child.id) { looks += 1 }
            try #require(looks < 200_000, "it never heard of signals")
            kill(child.id, signal)
            let ended = child.finish()
            #expect(ended.code == 128 + signal, "\(ended)")
            #expect(ended.error.hasPrefix("daybook: Stopped by SIG") && ended.errorLines.count == 1, "\(ended)")
        }
    }

    /// Whether the process has come to where it hears of signals, where the system tells.
    private func hasHandlers(_ process: Int32) throws -> Bool {
        let descriptor = open("/proc/\(process)/status", O_RDONLY)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = read(descriptor, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("SigCgt:") }),
            let set = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16)
        else { return true }
        return set & (1 << UInt64(SIGTERM - 1)) != 0
    }
}
