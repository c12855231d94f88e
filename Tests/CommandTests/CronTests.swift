import Testing

@Suite struct `daybook cron next` {
    private func next(_ arguments: String...) throws -> Ended {
        try Daybook.inTemporaryFolder { try $0.start(["cron", "next"] + arguments).finish() }
    }

    @Test func `an occurrence is shown with its offset`() throws {
        let ended = try next("30 2 * * *", "--zone", "America/New_York", "--from", "2016-03-13T00:00:00-05:00")
        #expect(ended.output == "2016-03-13T03:00:00-04:00\n")
        #expect(ended.code == 0)
    }

    @Test func `several are a line each`() throws {
        let ended = try next("@daily", "--from", "2026-01-01T00:00:00Z", "--count", "2", "--inclusive")
        #expect(ended.lines == ["2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"])
    }

    @Test func `what never comes is none`() throws {
        let ended = try next("0 0 30 2 *")
        #expect(ended.output == "none\n")
        #expect(ended.code == 0)
    }

    @Test func `a bad expression names the field`() throws {
        let ended = try next("0 24 * * *")
        #expect(ended.code == 2)
        #expect(ended.error.contains("hour"))
        #expect(ended.errorLines.count == 1)
    }

    @Test(arguments: [
        ["* * * * *", "--zone", "No/Where"], ["* * * * *", "--zone", "../../etc/passwd"],
        ["* * * * *", "--from", "now"],
        ["* * * * *", "--count", "0"], [""], ["* * * *"], [],
    ])
    func `other mistakes are the caller's, too`(_ arguments: [String]) throws {
        let ended = try Daybook.inTemporaryFolder { try $0.start(["cron", "next"] + arguments).finish() }
        #expect(ended.code == 2)
        #expect(ended.errorLines.count == 1)
    }

    @Test func `as JSON it is one array`() throws {
        #expect(
            try next("@daily", "--from", "2026-01-01T00:00:00Z", "--json").output == "[\"2026-01-02T00:00:00+00:00\"]\n"
        )
        #expect(try next("0 0 30 2 *", "--json").output == "[]\n")
    }
}
