import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook init` {
    private func mode(_ path: String) -> UInt32 {
        var found = stat()
        return lstat(path, &found) == 0 ? UInt32(found.st_mode) & 0o7777 : 0
    }

    @Test func `the folder and its files are the owner's alone whatever the umask says`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let old = umask(0)
            defer { umask(old) }
            #expect(try daybook.run("init").code == 0)
            #expect(mode(daybook.store) == 0o700)
            for file in ["data.mdb", "lock.mdb", "identity", "wake"] {
                #expect(mode("\(daybook.store)/\(file)") == 0o600, "\(file)")
            }
        }
    }

    @Test func `a store that is there is left as it is`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let first = try daybook.run("init", "--json")
            let second = try daybook.run("init", "--json")
            #expect(first.output.contains("\"created\":true"))
            #expect(second.code == 0)
            #expect(
                second.output == first.output.replacingOccurrences(of: "\"created\":true", with: "\"created\":false"))
        }
    }

    @Test func `a folder that cannot be made is told`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let file = try daybook.write("", to: "file")
            for path in ["\(file)/store", file, "/proc/store", ""] {
                let ended = try daybook.run("init", "--data", path)
                #expect(ended.code == (path.isEmpty ? 2 : 3), "\(path)")
                #expect(ended.errorLines.count == 1)
            }
        }
    }

    @Test func `a folder that others can write is refused`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            #expect(mkdir(daybook.store, 0o700) == 0)
            chmod(daybook.store, 0o777)
            let ended = try daybook.run("init")
            #expect(ended.code == 3)
            #expect(ended.error.contains("chmod go-w"))
        }
    }

    @Test func `commands that only read do not make a store`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for command in [
                ["status"], ["state"], ["jobs", "list"], ["queues", "list"], ["log", "verify"], ["doctor"],
            ] {
                let ended = try daybook.start(command).finish()
                #expect(ended.code == 3, "\(command)")
                #expect(ended.error.contains("daybook init"), "\(command)")
            }
            #expect(access(daybook.store, F_OK) != 0)
        }
    }
}

extension String {
    func replacingOccurrences(of old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
