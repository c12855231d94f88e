import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `daybook replay --with-policy` {
    private func withWork(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = (0..<12).map { #"{"name":"n","args":{"i":\#($0)}}"# }.joined(separator: "\n")
            try daybook.run("enqueue", "--stdin", input: lines)
            #expect(try daybook.run("work", "--drain", "--concurrency", "2", "--exec", "cat > /dev/null").code == 0)
            try body(daybook)
        }
    }

    @Test func `gives the same bytes for the same seed, of a store and of its export`() throws {
        try withWork { daybook throws in
            let policy = try daybook.write(#"{"workers":[{"count":3}],"all":{"priority":2}}"#, to: "policy.json")
            let one = try daybook.run("replay", "--with-policy", policy, "--seed", "5", "--json")
            #expect(one.code == 0 && one.output.contains(#""recorded":{"jobs":12,"#), "\(one)")
            #expect(try daybook.run("replay", "--with-policy", policy, "--seed", "5", "--json").output == one.output)
            let export = try daybook.write(try daybook.run("log", "export").output, to: "export.jsonl")
            let other = try daybook.run("replay", "--with-policy", policy, "--seed", "5", "--json", export)
            #expect(other.output == one.output)
            let people = try daybook.run("replay", "--with-policy", policy)
            #expect(people.code == 0 && people.output.contains("would be"))
        }
    }

    @Test(arguments: [
        "", "[]", #"{"worker":3}"#, #"{"workers":0}"#, #"{"workers":[{"count":1,"queues":[7]}]}"#,
        #"{"all":{"retry":"sometimes"}}"#, #"{"all":{"retry":{"first":"1 second"}}}"#, #"{"all":{"attempts":0}}"#,
        #"{"jobs":{"":{}}}"#, #"{"limits":{"disk":{"concurrency":1}}}"#, #"{"limits":{"queue:a":{}}}"#,
        #"{"limits":{"queue:a":{"rate":3}}}"#,
    ])
    func `refuses a file that it cannot read with a sentence`(text: String) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let policy = try daybook.write(text, to: "policy.json")
            let ended = try daybook.run("replay", "--with-policy", policy)
            #expect(ended.code == 2 && ended.errorLines.count == 1, "\(ended)")
            #expect(ended.errorLines.first?.contains("The policy cannot be used") == true, "\(ended)")
        }
    }

    @Test func `refuses calls that make no sense`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let policy = try daybook.write("{}", to: "policy.json")
            #expect(try daybook.run("replay", "--with-policy", daybook.folder + "/none").code == 2)
            #expect(try daybook.run("replay", "--with-policy", policy, "--check").code == 2)
            #expect(try daybook.run("replay", "--seed", "3").code == 2)
            #expect(try daybook.run("replay", "--with-policy", policy).code == 0)
        }
    }
}
