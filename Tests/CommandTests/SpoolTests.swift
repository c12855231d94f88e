import Testing

@testable import DaybookCommand

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `What is printed from one snapshot` {
    @Test(arguments: [0, 10, 100, 101, 1_000, 5_000])
    func `is all there and in order, however much it is`(_ count: Int) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let path = try daybook.write("", to: "output")
            let descriptor = open(path, O_WRONLY)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let spool = Spool(memoryBytesMax: 100)
            for start in stride(from: 0, to: count, by: 33) { try spool.write(bytes[start..<min(start + 33, count)]) }
            let output = StandardOutput(descriptor: descriptor)
            try spool.print(to: output)
            try output.flush()
            #expect(try daybook.contents(of: path) == bytes)
        }
    }

    @Test func `is not held on to while nobody reads it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.fill(2_000)
            let state = try daybook.start(["state"])
            var output: [UInt8] = []
            #expect(state.read(until: { !$0.isEmpty }, into: &output))
            try daybook.run("enqueue", "n")
            #expect(try daybook.run("status", "--json").output.contains(#""oldestReaderCommitsBehind":0"#))
            // It has more to say: it still waits for its reader.
            #expect(state.finish().outputBytes.count > 1 << 17)
        }
    }

    @Test func `finds out that there is no place for temporary files`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let export = try daybook.write(try daybook.run("log", "export").output, to: "export")
            let ended = try daybook.run("replay", export, environment: ["TMPDIR": "/nowhere"])
            #expect(ended.code == 3)
            #expect(ended.error.contains("/nowhere") && ended.error.contains("set TMPDIR"))
        }
    }
}
