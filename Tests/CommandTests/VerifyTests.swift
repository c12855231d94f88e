import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook log verify` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<100).map { #"{"name":"n\#($0 % 5)","key":"k\#($0)"}"# }.joined(separator: "\n")
            let acknowledged = try daybook.run("enqueue", "--stdin", input: lines)
            _ = try daybook.write(acknowledged.output, to: "acks")
            try body(daybook)
        }
    }

    /// Overwrites part of the store's data file.
    private func spoil(_ daybook: Daybook, at offset: Int, _ bytes: [UInt8]) throws {
        let descriptor = open("\(daybook.store)/data.mdb", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
    }

    private func contents(_ daybook: Daybook) throws -> [UInt8] {
        let descriptor = open("\(daybook.store)/data.mdb", O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    @Test func `a good store is good`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("log", "verify", "--read-only")
            #expect(ended.output.hasPrefix("good: 101 events"))
            #expect(ended.code == 0)
        }
    }

    @Test func `it writes nothing into data.mdb`() throws {
        try withStore { daybook throws in
            let before = try contents(daybook)
            try daybook.run("log", "verify", "--read-only")
            #expect(try contents(daybook) == before)
        }
    }

    @Test func `one changed byte of an event is damage, and the event is named`() throws {
        try withStore { daybook throws in
            let needle = Array("k57".utf8)
            let data = try contents(daybook)
            // It stands in the event, in a ledger, and in pages that are no longer in use: all of them, so that the
            // event is among them.
            let places = data.indices.dropLast(3).filter { Array(data[$0..<$0 + 3]) == needle }
            try #require(!places.isEmpty)
            for place in places { try spoil(daybook, at: place, Array("kXX".utf8)) }
            let ended = try daybook.run("log", "verify")
            #expect(ended.code == 1)
            #expect(ended.output.hasPrefix("damaged"))
            #expect(ended.output.contains("event 59"))
            let json = try daybook.run("log", "verify", "--json")
            #expect(json.code == 1)
            #expect(json.output.contains(#""verdict":"damaged""#))
        }
    }

    @Test func `a file that was cut off is damage`() throws {
        try withStore { daybook throws in
            truncate("\(daybook.store)/data.mdb", off_t(try contents(daybook).count / 2))
            let ended = try daybook.run("log", "verify")
            #expect(ended.code == 1)
            #expect(ended.output.hasPrefix("damaged"))
        }
    }

    @Test(arguments: [UInt8(0), 0xFF])
    func `pages that were wiped never crash it, nor leave it without an answer`(_ byte: UInt8) throws {
        try withStore { daybook throws in
            let data = try contents(daybook)
            let pages = data.count / 4096
            for page in stride(from: 2, to: pages, by: max(1, pages / 12)) {
                try spoil(daybook, at: page * 4096, Array(repeating: byte, count: 4096))
                let ended = try daybook.run("log", "verify")
                #expect(ended.signal == nil, "page \(page)")
                #expect([0, 1].contains(ended.code), "page \(page): \(ended.error)")
                #expect(ended.output.hasPrefix(ended.code == 0 ? "good" : "damaged"), "page \(page): \(ended.output)")
                try spoil(daybook, at: page * 4096, Array(data[page * 4096..<page * 4096 + 4096]))
            }
        }
    }

    @Test func `damage is one sentence to every other command, whatever the storage layer prints or dies of`() throws {
        try withStore { daybook throws in
            let data = try contents(daybook)
            let pages = data.count / 4096
            for page in stride(from: 2, to: pages, by: max(1, pages / 12)) {
                try spoil(daybook, at: page * 4096, Array(repeating: 0, count: 4096))
                let ended = try daybook.run("jobs", "list", "--name", "n3", "--json")
                #expect(ended.signal == nil, "page \(page)")
                #expect([0, 1].contains(ended.code), "page \(page): \(ended.error)")
                #expect(ended.errorLines.count == Int(ended.code), "page \(page): \(ended.error)")
                try spoil(daybook, at: page * 4096, Array(data[page * 4096..<page * 4096 + 4096]))
            }
        }
    }

    @Test func `every acknowledgement of a file must be in the log`() throws {
        try withStore { daybook throws in
            #expect(try daybook.run("log", "verify", "--acks", "\(daybook.folder)/acks").code == 0)
            let kept = try String(decoding: daybook.contents(of: "\(daybook.folder)/acks"), as: UTF8.self)
            let elsewhere = try daybook.write(
                kept.split(separator: "\n").joined(separator: "\r\n") + "\r\n", to: "crlf")
            #expect(try daybook.run("log", "verify", "--acks", elsewhere).code == 0)
            let more = try daybook.write("noise\nack 7 7\nack 5000 5000\nack 1", to: "more")
            let ended = try daybook.run("log", "verify", "--acks", more)
            #expect(ended.code == 1)
            #expect(ended.output.contains("5000"))
            for name in ["/dev/stdin", "-"] {
                #expect(try daybook.run("log", "verify", "--acks", name, input: kept).code == 0)
                let piped = try daybook.run("log", "verify", "--acks", name, input: "ack 5000 5000\n")
                #expect(piped.code == 1 && piped.output.contains("5000"))
            }
            #expect(try daybook.run("log", "verify", "--acks", "-", "--checkpoint", "-").code == 2)
            let bad = try daybook.write("ack 7\n", to: "bad")
            #expect(try daybook.run("log", "verify", "--acks", bad).code == 2)
            #expect(try daybook.run("log", "verify", "--acks", "\(daybook.folder)/none").code == 2)
        }
    }

    @Test func `the child that reads the store dies with its parent`() throws {
        try withStore { daybook throws in
            // A pipe by name that nobody writes to: reading the acknowledgements never ends by itself.
            let pipe = "\(daybook.folder)/pipe"
            try #require(mkfifo(pipe, 0o600) == 0)
            let child = try daybook.start(["log", "verify-here", "--acks", pipe])
            // Closing the child's input is what the kernel does for a parent that was killed.
            #expect(child.finish().code == 3)
        }
    }
}
