import Testing

@Suite struct `daybook enqueue --stdin` {
    @Test func `answers come in the order of the lines and bad lines hurt no other`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let input = """
                {"name":"a"}

                nonsense
                {"name":"b","key":"k","args":{"x":[1,"\\u00e9"]},"tags":["t1","t2"],"priority":-5,"delay":"1h"}
                {"name":"c","key":"k"}
                {"name":"d","key":"k","onConflict":"refuse"}
                {"name":"e","quue":"x"}
                {"name":"f"}
                """
            let ended = try daybook.run("enqueue", "--stdin", input: input)
            #expect(ended.lines == ["ack 2 2", "ack 3 3", "ack 3 4", "ack 5 5"])
            #expect(ended.errorLines.map { $0.prefix(8) } == ["error 3:", "error 6:", "error 7:"])
            #expect(ended.error.contains("did you mean queue?"))
            #expect(ended.code == 2)
        }
    }

    @Test func `lines that are only refused end with the answer no`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let input = #"{"name":"a","key":"k"}"# + "\n" + #"{"name":"a","key":"k","onConflict":"refuse"}"# + "\n"
            #expect(try daybook.run("enqueue", "--stdin", input: input).code == 1)
        }
    }

    @Test(arguments: [
        "[]", "null", "\"a\"", "{}", #"{"name":5}"#, #"{"name":"a","name":"b"}"#, #"{"name":"a","priority":"high"}"#,
        #"{"name":"a","priority":1.5}"#, #"{"name":"a","tags":"t"}"#, #"{"name":"a","tags":["b c"]}"#,
        #"{"name":"a","args":}"#, #"{"name":"a","onConflict":"refuse"}"#,
        #"{"name":"a"} x"#, #"{"name":"a","key":"\ud800"}"#, #"{"name":"a","attempts":99999999999}"#,
        #"{"name":"a","at":"now"}"#,
        #"{"name":"a","timeout":true}"#, String(repeating: "[", count: 100_000),
    ])
    func `a line that is no job is told with its number`(_ line: String) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run("enqueue", "--stdin", input: "\n\(line)\n" + #"{"name":"after"}"# + "\n")
            #expect(ended.lines == ["ack 2 2"])
            #expect(ended.error.hasPrefix("error 2: "))
            #expect(ended.errorLines.count == 1)
            #expect(ended.code == 2)
        }
    }

    @Test func `a field that is null counts as not given`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try daybook.run(
                "enqueue", "--stdin", input: #"{"name":"a","queue":null,"tags":null,"delay":null}"#)
            #expect(ended.output == "ack 2 2\n")
        }
    }

    @Test func `bytes that are no text are told`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let process = try daybook.start(["enqueue", "--stdin"])
            let ended = process.finish(input: Array(#"{"name":""#.utf8) + [0xFF, 0xFE, 0x00] + Array("\"}\n".utf8))
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 1)
            #expect(ended.error.hasPrefix("error 1: "))
        }
    }

    @Test func `a line longer than any job is passed over and the next one is read`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let long = #"{"name":"a","args":""# + String(repeating: "x", count: 5 << 20) + "\"}\n"
            let ended = try daybook.run("enqueue", "--stdin", input: long + #"{"name":"b"}"# + "\n")
            #expect(ended.lines == ["ack 2 2"])
            #expect(ended.error.hasPrefix("error 1: "))
        }
    }

    @Test func `who waits for each answer is answered at once, even with half a line behind`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let process = try daybook.start(["enqueue", "--stdin"])
            var output: [UInt8] = []
            process.give(Array("{\"name\":\"a\"}\n{\"name\":".utf8))
            #expect(process.read(until: { $0.hasSuffix("ack 2 2\n") }, into: &output))
            process.give(Array("\"b\"}\n".utf8))
            #expect(process.read(until: { $0.hasSuffix("ack 3 3\n") }, into: &output))
            #expect(process.finish().code == 0)
        }
    }

    @Test func `one bad line among a thousand hurts no neighbour`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            var lines = (0..<1_000).map { #"{"name":"a","key":"k\#($0)"}"# }
            lines[400] = #"{"name":"no name"}"#
            lines[600] = #"{"name":"a","key":"k1","onConflict":"refuse"}"#
            let ended = try daybook.run("enqueue", "--stdin", input: lines.joined(separator: "\n"))
            #expect(ended.code == 2)
            #expect(ended.errorLines.map { $0.prefix(10) } == ["error 401:", "error 601:"])
            #expect(ended.lines.count == 998)
            let acknowledgements = try daybook.write(ended.output, to: "acks")
            #expect(try daybook.run("log", "verify", "--acks", acknowledgements).code == 0)
            #expect(try daybook.run("status").output.contains("998 enqueued"))
        }
    }

    @Test func `many lines take few commits`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let input = String(repeating: "{\"name\":\"a\"}\n", count: 3_000)
            let ended = try daybook.run("enqueue", "--stdin", input: input)
            #expect(ended.lines.count == 3_000)
            #expect(ended.lines.last == "ack 3001 3001")
            let report = try daybook.run("log", "verify", "--json").output
            let commits = try #require(report.split(separator: "\"commits\":").last?.prefix { $0.isNumber }).description
            #expect(try #require(Int(commits)) < 1_000)
        }
    }
}
