import DaybookLog
import Testing

@testable import DaybookCommand

@Suite struct `daybook log audit` {
    private func withStore(_ body: (Daybook) throws -> Void) throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "extract", "--args", #"{"secret":"canary"}"#, "--tenant", "acme")
            try daybook.run("enqueue", "load", "--after", "2")
            try daybook.run("queues", "pause", "default", "--actor", "ann", "--reason", #"=HYPERLINK("x"),y"#)
            try daybook.run("queues", "resume", "default")
            try daybook.run("jobs", "cancel", "3", "--actor", "ann", "--reason", "no")
            try body(daybook)
        }
    }

    private func numbers(_ ended: Ended) -> [String] {
        ended.lines.compactMap { $0.split(separator: ",").first.map { String($0.drop { !$0.isNumber }) } }
    }

    @Test func `answers who did what, and who that was`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("log", "audit", "--actor", "ann", "--json")
            #expect(numbers(ended) == ["4", "6"])
            for line in ended.lines {
                #expect(line.contains(#""actor":"person:ann","user":""#) && line.contains(#""program":"daybook "#))
                #expect(!line.contains(#""user":"ann""#))
            }
            let user = try #require(ended.lines[0].split(separator: #""user":""#).last?.split(separator: "\"").first)
            #expect(numbers(try daybook.run("log", "audit", "--json", "--user", String(user))).count == 6)
            #expect(
                numbers(try daybook.run("log", "audit", "--json", "--kind", "cancelled", "--kind", "created")).count
                    == 3)
            #expect(numbers(try daybook.run("log", "audit", "--json", "--tenant", "acme")) == ["2"])
            #expect(numbers(try daybook.run("log", "audit", "--json", "--job", "3")) == ["3", "6"])
            #expect(try daybook.run("log", "audit", "--since", "2100-01-01T00:00:00Z", "--json").output.isEmpty)
            #expect(!(try daybook.run("log", "audit", "--format", "csv").output.contains("canary")))
            let table = try daybook.run("log", "audit", "--queue", "default")
            #expect(table.lines.count == 6)
            #expect(table.lines[0].hasPrefix("SEQ  TIME"))
        }
    }

    @Test func `writes CSV that no spreadsheet takes for a formula`() throws {
        try withStore { daybook throws in
            let ended = try daybook.run("log", "audit", "--format", "csv", "--kind", "queuePaused")
            let lines = ended.output.split(separator: "\r\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix("seq,time,kind,job,name,queue,tenant,attempt,actor,process,user,host,program"))
            #expect(lines[1].contains(#","'=HYPERLINK(""x""),y","#))
        }
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
        ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("\tx", "\"'\tx\""),
        (" =1", "\"' =1\""), ("\u{FF1D}1", "\"'\u{FF1D}1\""), ("a=1", "a=1"),
    ])
    func `makes every cell harmless`(text: String, cell: String) {
        #expect(CSVLine.text([text, "x"]) == "\(cell),x\r\n")
    }

    @Test func `draws what led to a job and what came of it`() throws {
        try withStore { daybook throws in
            try daybook.run("jobs", "requeue", "3")
            try daybook.run("work", "--drain", "--exec", "true")
            let graph = try daybook.run("log", "audit", "--job", "2", "--graph")
            #expect(graph.lines.first?.hasPrefix("job 2 extract, queue default: succeeded") == true)
            let json = try daybook.run("log", "audit", "--job", "3", "--graph", "--json").output
            #expect(json.contains(#""after":["2:success"]"#))
            #expect(try daybook.run("log", "audit", "--graph").code == 2)
            #expect(try daybook.run("log", "audit", "--graph", "--job", "3", "--queue", "q").code == 2)
            #expect(try daybook.run("log", "audit", "--job", "99").code == 1)
            #expect(try daybook.run("log", "audit", "--job", "99", "--graph").code == 1)
        }
    }
}
