import Testing

@testable import DaybookCommand

@Suite struct `daybook operations` {
    private static let cancel =
        #"{"action":"cancel","reason":"no","person":"ann","states":["enqueued"],"inQueue":"mail","tags":[]}"#

    @Test func `shows what was done to many jobs, and takes it back`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            for _ in 0..<3 { try daybook.run("enqueue", "mail.send", "--queue", "mail") }
            #expect(try daybook.run("operations", "list").output == "no operations\n")
            let made = try daybook.run(
                "enqueue", "daybook.operation", "--queue", "daybook.operations", "--args", Self.cancel)
            let id = String(made.output.split(separator: " ")[1])
            let listed = try daybook.run("operations", "list", "--json")
            #expect(listed.output.contains(#""action":"cancel""#))
            #expect(listed.output.contains(#""state":"enqueued""#))
            let undone = try daybook.run("operations", "undo", id, "--reason", "a mistake")
            #expect(undone.code == 0)
            #expect(undone.output.contains("took back 3 of 3"))
            #expect(try daybook.run("jobs", "list", "--state", "enqueued", "--queue", "mail").lines.count >= 3)
            #expect(try daybook.run("operations", "list").output.contains("undo operation \(id)"))
            #expect(try daybook.run("operations", "undo", "999").code == 1)
        }
    }

    @Test func `a worker on all queues is given none, and waits for none`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "daybook.operation", "--queue", "daybook.operations", "--args", Self.cancel)
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            #expect(try daybook.run("operations", "list", "--json").output.contains(#""state":"enqueued""#))
        }
    }
}
