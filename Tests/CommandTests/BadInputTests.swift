import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Something that happens to a store, and what is to be said of it.
struct Harm: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: Int32
    let words: [String]
    let bringAbout: @Sendable (Daybook) throws -> Void

    static let page = 4_096

    static let all = [
        Harm(testDescription: "data.mdb is gone", code: 1, words: ["data.mdb is missing", "backup"]) {
            unlink($0.dataFile)
        },
        Harm(testDescription: "data.mdb is empty", code: 1, words: ["data.mdb is empty", "backup"]) {
            truncate($0.dataFile, 0)
        },
        Harm(testDescription: "data.mdb is cut off", code: 1, words: ["data.mdb is cut off", "backup"]) {
            truncate($0.dataFile, off_t(5 * page))
        },
        Harm(testDescription: "data.mdb is garbage", code: 1, words: ["not an LMDB data file", "backup"]) {
            var noise = SystemRandomNumberGenerator()
            try $0.replace($0.dataFile, with: (0..<20 * page).map { _ in UInt8.random(in: 0...255, using: &noise) })
        },
        Harm(testDescription: "a meta page is zeroed", code: 1, words: ["Meta page 1", "Copy the folder"]) {
            try $0.overwrite($0.dataFile, at: page, [UInt8](repeating: 0, count: page))
        },
        Harm(testDescription: "a transaction number has a flipped bit", code: 1, words: ["meta page", "do not fit"]) {
            let place = page + 16 + 128 + 1
            try $0.overwrite($0.dataFile, at: place, [try $0.contents(of: $0.dataFile)[place] ^ 0x10])
        },
        Harm(testDescription: "both meta pages are zeroed", code: 1, words: ["its beginning is destroyed", "backup"]) {
            try $0.overwrite($0.dataFile, at: 0, [UInt8](repeating: 0, count: 2 * page))
        },
        Harm(testDescription: "another LMDB wrote data.mdb", code: 3, words: ["data version 9", "import"]) {
            for meta in 0...1 { try $0.overwrite($0.dataFile, at: meta * page + 20, [9, 0, 0, 0]) }
        },
        Harm(testDescription: "the format is newer", code: 3, words: ["format 2", "newer release"]) {
            let identity = String(decoding: try $0.contents(of: $0.store + "/identity"), as: UTF8.self)
            try $0.replace($0.store + "/identity", with: Array("{\"daybook\":2".utf8) + identity.utf8.dropFirst(12))
        },
        Harm(testDescription: "identity is gone", code: 1, words: ["identity is missing", "backup"]) {
            unlink($0.store + "/identity")
        },
        Harm(testDescription: "identity is garbage", code: 1, words: ["identity is not what", "backup"]) {
            try $0.replace($0.store + "/identity", with: [0xFF, 0, 0x0A])
        },
        Harm(testDescription: "identity is another store's", code: 1, words: ["identity names store", "same backup"]) {
            let other = Daybook(folder: $0.folder + "/other")
            try #require(mkdir(other.folder, 0o700) == 0)
            try other.fill(1)
            try $0.replace($0.store + "/identity", with: try $0.contents(of: other.store + "/identity"))
        },
        Harm(testDescription: "data.mdb is a link", code: 3, words: ["symbolic link"]) {
            try #require(rename($0.dataFile, $0.folder + "/elsewhere") == 0)
            try #require(symlink("../elsewhere", $0.dataFile) == 0)
        },
        Harm(testDescription: "others may write the folder", code: 3, words: ["written by other users", "chmod go-w"]) {
            chmod($0.store, 0o770)
        },
        Harm(testDescription: "others may write data.mdb", code: 3, words: ["written by other users", "chmod go-w"]) {
            chmod($0.dataFile, 0o666)
        },
    ]
}

@Suite struct `A store that came to harm` {
    @Test(arguments: Harm.all)
    func `is one sentence to every command, and stays as it is`(_ harm: Harm) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(100)
            try harm.bringAbout(daybook)
            let before = try daybook.contentsIfThere(of: daybook.dataFile)
            let commands = [
                ["log", "export"], ["state"], ["jobs", "list"], ["enqueue", "n"],
                ["work", "--drain", "--exec", "true"],
                ["init"],
            ]
            for words in commands {
                let ended = try daybook.start(words).finish()
                #expect(ended.signal == nil, "\(words)")
                #expect(ended.code == harm.code, "\(words): \(ended.error)")
                #expect(ended.output == "", "\(words)")
                #expect(ended.errorLines.count == 1 && ended.error.hasSuffix(".\n"), "\(words): \(ended.error)")
                for word in harm.words { #expect(ended.error.contains(word), "\(words): \(ended.error)") }
            }
            #expect(try daybook.contentsIfThere(of: daybook.dataFile) == before)
        }
    }

    @Test(arguments: Harm.all)
    func `is judged by verify and looked at by the doctor`(_ harm: Harm) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(100)
            try harm.bringAbout(daybook)
            for words in [["log", "verify"], ["doctor"]] {
                let ended = try daybook.start(words).finish()
                #expect(ended.signal == nil, "\(words)")
                #expect(ended.code == harm.code, "\(words): \(ended.error)")
                for word in harm.words { #expect((ended.output + ended.error).contains(word), "\(words)") }
            }
        }
    }

    @Test func `by a format of a later release is left to that one`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(5)
            // The row of `meta`: its key, and the number behind it.
            let row = Array("format".utf8) + [1, 0, 0, 0]
            let data = try daybook.contents(of: daybook.dataFile)
            let places = data.indices.dropLast(row.count).filter { data[$0] == row[0] && data[$0...].starts(with: row) }
            try #require(!places.isEmpty)
            for place in places { try daybook.overwrite(daybook.dataFile, at: place + 6, [9]) }
            for words in [
                ["doctor"], ["status"], ["state"], ["replay"], ["replay", "--check"], ["jobs", "list"],
                ["jobs", "show", "2"], ["why", "2"], ["log", "export"], ["log", "audit"], ["log", "tail"],
                ["log", "verify"], ["log", "proof", "2"], ["log", "checkpoint"], ["enqueue", "mail"], ["upgrade"],
                ["fork", "--to", daybook.folder + "/fork"], ["backup", daybook.folder + "/backup"],
            ] {
                let ended = try daybook.start(words).finish()
                #expect(ended.code == 3, "\(words)")
                #expect(ended.error.contains("format 9"), "\(words): \(ended.error)")
                #expect(ended.error.contains("newer release"), "\(words): \(ended.error)")
            }
            try isRecovered(daybook)
        }
    }

    /// Where the log is there its events say that the row is damaged; else a person has to.
    private func isRecovered(_ daybook: Daybook) throws {
        let words = ["recover", "--from", daybook.store, "--to"]
        let saved = (1...3).map { "\(daybook.folder)/saved-\($0)" }
        let told = try daybook.start(words + [saved[0]]).finish()
        #expect(told.code == 0 && told.output.contains("it has format 9, and its log"), "\(told)")
        #expect(try daybook.run("log", "verify", "--data", saved[0]).code == 0)
        #expect(try daybook.start(words + [saved[1], "--json"]).finish().output.contains("\"passedOverFormat\":9"))
        // Without a meta page nothing says how many events there were.
        try daybook.overwrite(daybook.dataFile, at: 0, Array(repeating: 0, count: 4_096))
        let refused = try daybook.start(words + [saved[2]]).finish()
        #expect(refused.code == 3 && refused.error.contains("--despite-format"), "\(refused)")
        let believed = try daybook.start(words + [saved[2], "--despite-format"]).finish()
        #expect(believed.code == 0 && believed.output.contains("at your word"), "\(believed)")
        #expect(try daybook.start(["enqueue", "mail", "--data", saved[2]]).finish().code == 0)
    }

    @Test func `by being looked for in the wrong place is not to be made anew`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let none = "\(daybook.folder)/none"
            for words in [["restore", none], ["recover", "--from", none, "--to", daybook.store]] {
                let ended = try daybook.start(words).finish()
                #expect(ended.code == 3)
                #expect(ended.error == "daybook: There is no folder \(none). Name the folder to read from.\n")
            }
        }
    }

    @Test func `in a way that only a checkpoint knows, by being put back from yesterday`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(5)
            let old = try daybook.contents(of: daybook.dataFile)
            try daybook.run("enqueue", "n")
            let checkpoint = try daybook.write(try daybook.run("log", "checkpoint").output, to: "checkpoint")
            #expect(try daybook.run("log", "verify", "--checkpoint", checkpoint).code == 0)
            try daybook.replace(daybook.dataFile, with: old)
            #expect(try daybook.run("log", "verify").code == 0)
            let ended = try daybook.run("log", "verify", "--checkpoint", checkpoint)
            #expect(ended.code == 1)
            #expect(ended.output.contains("ends with event 6, and the checkpoint has seen event 7"))
        }
    }

    @Test(arguments: [["enqueue", "n"], ["log", "verify"], ["status"], ["work", "--drain", "--exec", "true"]])
    func `by no harm but too few descriptors is used again once there are enough`(_ words: [String]) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(5)
            var codes: [Int32] = []
            for limit in [8, 9, 10, 12, 16, 24, 64] {
                let shell = ["-c", "ulimit -n \(limit) && exec \"$@\"", "sh", try Daybook.program()]
                let child = try ChildProcess(
                    "/bin/sh", (shell + ["--data", daybook.store] + words).map(bytes), environment: [:])
                let ended = child.finish()
                // With fewer the system's loader does not find the libraries.
                if ended.code == 127 { continue }
                #expect(ended.signal == nil)
                codes.append(ended.code)
                if ended.code != 0 {
                    #expect(
                        ended.errorLines.count == 1 && ended.error.contains("ulimit -n"), "\(limit): \(ended.error)")
                }
            }
            #expect(codes == codes.sorted(by: >) && codes.first == 3 && codes.last == 0, "\(codes)")
            let jobs = try daybook.run("status", "--json").output
            #expect(jobs.contains(#""failed":0"#) && jobs.contains(#""scheduled":0"#))
        }
    }

    /// Sixty here; `tools/test --all` flips two thousand.
    @Test func `by one flipped bit is found, if what is printed changes, and nobody crashes`() throws {
        let seed = UInt64.random(in: 0...(.max))
        var chance = Chance(seed: seed)
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(200)
            let whole = try daybook.run("log", "export")
            let data = try daybook.contents(of: daybook.dataFile)
            var changed = 0
            for _ in 0..<60 {
                let offset = Int(chance.next() % UInt64(data.count))
                let flipped = data[offset] ^ 1 << UInt8(chance.next() % 8)
                try daybook.overwrite(daybook.dataFile, at: offset, [flipped])
                let export = try daybook.run("log", "export")
                let verify = try daybook.run("log", "verify")
                let place: Comment = "seed \(seed), byte \(offset) made \(flipped): \(export.error) \(verify.output)"
                #expect(export.signal == nil && verify.signal == nil, place)
                #expect([0, 1, 3].contains(export.code) && [0, 1, 3].contains(verify.code), place)
                #expect(export.errorLines.count <= 1 && verify.errorLines.count <= 1, place)
                if export.code != 0 || export.outputBytes != whole.outputBytes {
                    changed += 1
                    #expect(verify.code != 0, place)
                }
                try daybook.overwrite(daybook.dataFile, at: offset, [data[offset]])
            }
            // About a quarter of the file is what an export reads.
            #expect(changed > 0, "seed \(seed)")
        }
    }
}

/// Numbers that a seed brings back.
private struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
