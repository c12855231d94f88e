import Testing

@Suite struct `daybook enqueue --after` {
    @Test func `lets a job wait, says why, and releases it when the other has ended`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "first")
            #expect(try daybook.run("enqueue", "second", "--after", "2").output == "ack 3 3\n")
            try daybook.run("enqueue", "alarm", "--after", "2:failure", "--queue", "alarms")
            let why = try daybook.run("why", "3").output
            #expect(why == "It waits for the success of job 2, which is enqueued.\n")
            let shown = try daybook.run("jobs", "show", "3").output
            #expect(shown.contains("after      success of job 2 (enqueued, open)"))
            #expect(try daybook.run("jobs", "show", "2").output.contains("waited for by 3, 4"))
            let json = try daybook.run("jobs", "show", "3", "--json").output
            let after = #""after":[{"job":2,"condition":"success","state":"enqueued","standing":"open"}]"#
            #expect(json.contains(after))
            try daybook.run("work", "--drain", "--exec", "true")
            #expect(try daybook.run("why", "3").output.hasPrefix("It succeeded"))
            let alarm = try daybook.run("why", "4").output
            #expect(alarm.contains("it was to run after the failure of job 2, which succeeded"))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `takes several in a line of JSON, and refuses what is not there`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            let lines = [
                #"{"name":"a"}"#, #"{"name":"b"}"#, #"{"name":"c","after":["2","3:any"]}"#,
                #"{"name":"d","after":["99"]}"#, #"{"name":"e","after":["2:sometimes"]}"#,
            ]
            let ended = try daybook.run("enqueue", "--stdin", input: lines.joined(separator: "\n"))
            #expect(ended.code == 2)
            #expect(ended.errorLines.count == 2)
            #expect(ended.errorLines.first?.hasPrefix("error 4: There is no job 99 to wait for") == true)
            let waiting = try daybook.run("jobs", "list", "--state", "awaiting", "--json").output
            #expect(waiting.split(separator: "\n").count == 1)
        }
    }

    @Test func `tells all of a thousand of a cancelled job's end, and counts a deleted job's`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("enqueue", "first")
            let lines = Array(repeating: #"{"name":"next","after":["2"]}"#, count: 3_000)
            try daybook.run("enqueue", "--stdin", input: lines.joined(separator: "\n"))
            try daybook.run("jobs", "cancel", "2", "--reason", "no")
            let status = try daybook.run("status", "--json").output
            #expect(status.contains(#""cancelled":3001"#), "\(status)")
            try daybook.run("jobs", "delete", "2")
            #expect(try daybook.run("enqueue", "late", "--after", "2:any", "--queue", "late").code == 0)
            let late = try daybook.run("jobs", "list", "--queue", "late", "--json").output
            #expect(late.contains(#""state":"enqueued""#), "\(late)")
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}

@Suite struct `daybook batches` {
    @Test func `a batch is filled, sealed, worked off and followed by what waits for it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            #expect(try daybook.run("batches", "create", "import").output == "2\n")
            try daybook.run("enqueue", "read", "--batch", "2")
            try daybook.run("enqueue", "--stdin", input: #"{"name":"read","batch":2}"#)
            try daybook.run("enqueue", "report", "--after", "2")
            #expect(try daybook.run("batches", "seal", "2").code == 0)
            let running = try daybook.run("batches", "show", "2").output
            #expect(running.contains("jobs       2: 0 succeeded, 0 failed, 0 cancelled, 2 left"), "\(running)")
            #expect(try daybook.run("jobs", "show", "3").output.contains("batch      2"))
            try daybook.run("work", "--drain", "--exec", "true")
            let listed = try daybook.run("batches", "list", "--json").output
            #expect(listed.contains(#""batch":2,"name":"import","state":"succeeded","jobs":2,"succeeded":2"#))
            #expect(try daybook.run("why", "5").output.hasPrefix("It succeeded"))
            let late = try daybook.run("enqueue", "read", "--batch", "2")
            #expect(late.code == 1)
            #expect(late.errorLines.first?.contains("Batch 2 has succeeded and takes no more jobs") == true)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `one inside another is shown with it, is waited for with it and ends before it`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("batches", "create", "release")
            #expect(try daybook.run("batches", "create", "tests", "--batch", "2").output == "3\n")
            try daybook.run("enqueue", "unit", "--batch", "3")
            try daybook.run("enqueue", "publish", "--after", "2")
            try daybook.run("batches", "seal", "2")
            let outer = try daybook.run("batches", "show", "2").output
            #expect(outer.contains("holds      batch 3, tests: open, 1 of 1 left"), "\(outer)")
            #expect(try daybook.run("batches", "show", "3").output.contains("inside     batch 2"))
            let asJSON = try daybook.run("batches", "show", "2", "--json").output
            #expect(asJSON.contains(#""batches":[{"batch":3,"name":"tests","inBatch":2,"state":"open""#), "\(asJSON)")
            #expect(try daybook.run("batches", "list", "--json").output.contains(#""name":"tests","inBatch":2"#))
            #expect(try daybook.run("batches", "list").output.contains("INSIDE"))
            let why = try daybook.run("why", "5").output
            #expect(why.contains("batch 2, which is running with 1 of 1 left; batch 3 inside it is open"), "\(why)")
            #expect(
                try daybook.run("jobs", "show", "5").output.contains("after      success of batch 2 (running, open)"))
            try daybook.run("batches", "seal", "3")
            try daybook.run("work", "--drain", "--exec", "true")
            #expect(try daybook.run("why", "5").output.hasPrefix("It succeeded"))
            let late = try daybook.run("batches", "create", "late", "--batch", "2")
            #expect(late.code == 1)
            #expect(late.errorLines.first?.contains("takes no more batches") == true)
            #expect(try daybook.run("state", "--at", "4").output.contains(#""inBatch":2"#))
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }

    @Test func `cancelling one cancels all its jobs, and one that is not there is named`() throws {
        try Daybook.inTemporaryFolder { daybook throws in
            try daybook.run("batches", "create")
            let lines = Array(repeating: #"{"name":"read","batch":2}"#, count: 3_000).joined(separator: "\n")
            try daybook.run("enqueue", "--stdin", input: lines)
            #expect(try daybook.run("batches", "cancel", "2", "--reason", "no", "--actor", "ann").code == 0)
            let shown = try daybook.run("batches", "show", "2").output
            #expect(shown.contains("jobs       3000: 0 succeeded, 0 failed, 3000 cancelled, 0 left"), "\(shown)")
            #expect(try daybook.run("batches", "cancel", "2").code == 1)
            #expect(try daybook.run("batches", "show", "9").code == 1)
            #expect(try daybook.run("log", "verify").code == 0)
        }
    }
}
