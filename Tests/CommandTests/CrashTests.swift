import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct `A crash` {
    /// Sends the signal to a command that runs, as the storage layer or the runtime would bring it about.
    private func crash(_ daybook: Daybook, _ arguments: [String], saying line: String, _ signal: Int32) throws -> Ended
    {
        let process = try daybook.start(arguments)
        process.give(Array("@daily\n".utf8))
        var output: [UInt8] = []
        #expect(process.read(until: { $0.contains(line) }, into: &output))
        kill(process.id, signal)
        return process.finish()
    }

    @Test(arguments: [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE])
    func `with a store open it is a sentence about the store`(_ signal: Int32) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("init")
            let ended = try crash(daybook, ["log", "tail", "--follow"], saying: "genesis", signal)
            #expect(ended.signal == nil)
            #expect(ended.code == 1)
            #expect(ended.errorLines.count == 1)
            #expect(ended.error.contains(daybook.store) && ended.error.contains("daybook log verify"))
        }
    }

    @Test func `without a store it asks for a report`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let ended = try crash(daybook, ["decode", "cron"], saying: "0 0 * * *", SIGABRT)
            #expect(ended.signal == nil)
            #expect(ended.code == 3)
            #expect(ended.error == "daybook: Internal error in `daybook decode cron`; please report it.\n")
        }
    }
}
