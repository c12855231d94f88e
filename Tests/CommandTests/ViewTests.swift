import DaybookLog
import DaybookModel
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private struct Counter: Follower {
    static let name = "counter"
    static let version = 4

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        if event.kind == .created, try event.creation?.name == "bad" { throw Refused() }
        try rows.add(1, to: Packed("events"))
    }
}

private struct Refused: Error {}

@Suite struct `The views of a store` {
    private func follow(_ daybook: Daybook, while body: (FollowerRun) throws -> Void) throws {
        let store = try StoreFolder.open(daybook.store, .readWrite(createIfMissing: false), program: "test")
        defer { store.close() }
        let views = Views(of: store, host: try HostFacts.real())
        defer { views.close() }
        let run = try FollowerRun(Counter.self, views)
        while try run.step() == .behind {}
        try body(run)
        run.end()
    }

    @Test func `are listed with their place and their owner`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            #expect(try daybook.run("status", "--json").output.contains(#""views":[]"#))
            try follow(daybook) { _ in
                let last = try daybook.run("enqueue", "mail", "--json").code
                #expect(last == 0)
                let status = try daybook.run("status", "--json").output
                #expect(status.contains(#""views":[{"name":"counter","version":4,"cursor":"#), "\(status)")
                #expect(status.contains(#""eventsBehind":1,"owner":\#(getpid())}]"#), "\(status)")
                let sentence = "counter, version 4: 1 event behind, kept up to date by pid \(getpid())"
                #expect(try daybook.run("status").output.contains(sentence))
            }
            #expect(try daybook.run("status").output.contains("1 event behind, kept up to date by nobody"))
            #expect(try daybook.run("doctor").code == 0)
        }
    }

    @Test func `that stopped are the doctor's business`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "mail")
            try follow(daybook) { run in
                try daybook.run("enqueue", "bad")
                let failure = #expect(throws: FollowerFailure.self) { try run.step() }
                run.note(try #require(failure))
            }
            let ended = try daybook.run("doctor")
            #expect(ended.code == 1)
            #expect(ended.output.contains("PROBLEM  view counter, version 4: 1 event behind"), "\(ended.output)")
        }
    }
}
