import Testing

@Suite struct `Questions in batch` {
    private func answer(_ arguments: [String], _ input: [UInt8]) throws -> Ended {
        try Daybook.inTemporaryFolder { try $0.start(arguments).finish(input: input) }
    }

    @Test func `cron expressions come back in their canonical form, or with what is wrong`() throws {
        let ended = try answer(["decode", "cron"], Array("@daily\n0 0 * * SUN\nnonsense\n\n".utf8) + [0xFF, 0x0A])
        #expect(ended.lines.count == 5)
        #expect(ended.lines[0] == "0 0 * * *")
        #expect(ended.lines[2...].allSatisfy { $0.hasPrefix("error ") })
        #expect(ended.code == 0)
    }

    @Test(arguments: ["", "0", "zz", "00", "0000000000000001", "ff" + String(repeating: "00", count: 200)])
    func `what is no event is told and ends nothing`(_ line: String) throws {
        let ended = try answer(["decode", "event"], Array("\(line)\n\(line)\n".utf8))
        #expect(ended.lines.count == 2)
        #expect(ended.lines.allSatisfy { $0.hasPrefix("error ") })
        #expect(ended.code == 0)
    }

    @Test func `each question about cron gets its answer at once`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let process = try daybook.start(["cron", "next", "--stdin"])
            var output: [UInt8] = []
            process.give(
                Array("{\"expr\":\"@daily\",\"from\":\"2026-01-01T00:00:00Z\",\"inclusive\":true,\"count\":2}\n".utf8))
            let first = "[\"2026-01-01T00:00:00+00:00\",\"2026-01-02T00:00:00+00:00\"]\n"
            #expect(process.read(until: { $0 == first }, into: &output))
            process.give(Array("{\"expr\":\"0 0 30 2 *\"}\n{\"expr\":\"61 * * * *\"}\n{\"zone\":\"UTC\"}\nx\n".utf8))
            let ended = process.finish()
            #expect(ended.lines.first == "[]")
            #expect(ended.lines.count == 4)
            #expect(ended.lines.dropFirst().allSatisfy { $0.hasPrefix("{\"error\":") })
            #expect(ended.lines[1].contains("minute"))
            #expect(ended.code == 0)
        }
    }
}
