import Foundation
import Testing

@Suite struct `A process that is asked` {
    /// The number of the only process that has an engine, once it has one.
    private func process(_ daybook: Daybook) throws -> String {
        var process: Substring = "0"
        try daybook.wait {
            let line = try daybook.run("processes", "list", "--json").output
            process = line.firstMatch(of: #/"process":(\d+)/#)?.1 ?? "0"
            return process != "0"
        }
        return String(process)
    }

    private func waitForState(_ state: String, _ daybook: Daybook) throws {
        try daybook.wait { try daybook.run("processes", "list", "--json").output.contains("\"state\":\"\(state)\"") }
    }

    @Test func `to be quiet claims nothing until it is asked to resume`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let worker = try daybook.start(["work", "--exec", "true"])
            let process = try process(daybook)
            let asked = try daybook.run(
                "processes", "quiet", process, "--actor", "ann", "--reason", "a look at the disk")
            #expect(asked.code == 0)
            #expect(asked.output.contains("claim no more jobs"))
            try waitForState("quiet", daybook)
            try daybook.run("enqueue", "n")
            // Another process takes what this one leaves, so nobody has to wait for what does not happen.
            #expect(try daybook.run("work", "--drain", "--exec", "true").code == 0)
            let claims = try daybook.run("log", "export").lines.filter { $0.contains("\"kind\":\"claimed\"") }
            #expect(claims.count == 1)
            #expect(!claims.contains { $0.contains("\"process\":\(process)") })
            try daybook.run("enqueue", "n")
            try daybook.run("processes", "resume", process)
            try daybook.wait {
                try daybook.run("log", "export").lines.contains {
                    $0.contains("\"kind\":\"succeeded\"") && $0.contains("\"process\":\(process)")
                }
            }
            let told = try daybook.run("log", "export").lines.first { $0.contains("processAsked") }
            #expect(told?.contains("person:ann") == true || told?.contains("\"ann\"") == true)
            kill(worker.id, SIGTERM)
            #expect(worker.finish().code == 0)
        }
    }

    @Test func `to stop ends as if it had got a signal`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let worker = try daybook.start(["work", "--exec", "true"])
            let process = try process(daybook)
            #expect(try daybook.run("processes", "stop", "--all").code == 0)
            #expect(worker.finish().code == 0)
            #expect(try daybook.run("log", "export").output.contains("\"kind\":\"processStopped\""))
            let late = try daybook.run("processes", "quiet", process)
            #expect(late.code == 1)
            #expect(late.error.contains("has ended"))
        }
    }

    @Test func `but is not there is the answer no`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "n")
            let asked = try daybook.run("processes", "stop", "2")
            #expect(asked.code == 1)
            #expect(asked.error.contains("There is no process 2"))
        }
    }
}
