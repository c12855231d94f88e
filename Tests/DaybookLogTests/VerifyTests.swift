import DaybookLog
import DaybookModel
import Testing

@Suite struct `Verifying a log` {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `calls good what was written by the rules`(seed: UInt64) throws {
        try VerifyStore.with(seed: seed, turns: 400) { store in
            let report = store.verify()
            #expect(report.verdict == .good, "seed \(seed): \(report.text)")
            #expect(report.ledgers == .equalToRebuild)
            let (last, ends) = (try store.last, try store.commitEnds)
            let head = try store.storage.read { try $0.seal(endingAt: last).head }
            #expect(report.tally.events == last)
            #expect(report.tally.commits == UInt64(ends.count))
            #expect(report.head == head)
        }
    }

    @Test func `is the same on any number of threads`() throws {
        // Longer than a stretch, so that stretches begin from stored nodes.
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        for _ in 0..<70 {
            _ = try writer.turn(now: .second(1)) { turn in
                for _ in 0..<1000 { _ = try turn.perform(.enqueue(.example())) }
            }
        }
        var reports: [VerifyReport] = []
        for workers in 1...3 {
            var options = LogVerifier.Options()
            options.workers = workers
            var report = LogVerifier(storage, options).verify()
            report.elapsedNanoseconds = 0
            reports.append(report)
        }
        #expect(reports[0].verdict == .good, "\(reports[0].text)")
        #expect(reports[0].tally.events == 70_001)
        #expect(reports[1] == reports[0])
        #expect(reports[2] == reports[0])
    }

    @Test func `stays good while others write`() throws {
        try VerifyStore.with(turns: 20) { store in
            try store.withWriter { writer in
                var heads: Set<SequenceNumber> = []
                while heads.count < 6 {
                    writer.goOn()
                    let report = store.verify()
                    #expect(report.verdict == .good, "\(report.text)")
                    #expect(report.ledgers == .equalToRebuild)
                    heads.insert(report.last)
                }
            }
        }
    }

    @Test func `finds acknowledged jobs, and says which is not there`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        var created = Created.example()
        created.key = "one"
        #expect(try writer.perform(.enqueue(Box(created), onConflict: .existing)) == .created(job: 2))
        #expect(try writer.perform(.enqueue(Box(created), onConflict: .existing)) == .duplicate(job: 2, at: 3))
        #expect(try writer.perform(.enqueue(.example())) == .created(job: 4))
        func verify(_ acknowledgements: [Acknowledgement]) -> VerifyReport {
            var options = LogVerifier.Options()
            options.acknowledgements = acknowledgements
            return LogVerifier(storage, options).verify()
        }
        let kept = [
            Acknowledgement(job: 2, sequence: 2), Acknowledgement(job: 2, sequence: 3),
            Acknowledgement(job: 4, sequence: 4),
        ]
        #expect(verify(kept).verdict == .good)
        for broken in [
            Acknowledgement(job: 5, sequence: 5), Acknowledgement(job: 2, sequence: 4),
            Acknowledgement(job: 2, sequence: 1),
        ] {
            let report = verify(kept + [broken])
            #expect(report.findings.map(\.sequence) == [broken.sequence], "\(report.text)")
        }
    }

    @Test func `tolerates kinds that it does not know`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        _ = try writer.turn(now: .second(1)) { turn in
            _ = try turn.perform(.enqueue(.example()))
            try turn.record(Event(time: .second(1), job: 2, previous: 2, body: .unknown(kind: 250, version: 1)))
        }
        let report = LogVerifier(storage).verify()
        #expect(report.verdict == .good, "\(report.text)")
        #expect(report.tally.unknownKinds == [250: 1])
    }

    @Test func `cannot vouch for ledgers that unknown kinds may have changed`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        _ = try writer.turn(now: .second(1)) { turn in
            try turn.record(Event(time: .second(1), body: .unknown(kind: 250, version: 1)))
            // What a later release might have posted for it.
            try [1 as UInt8, 2].withUnsafeBytes { try turn.transaction.put(.names, $0, $0, replacing: nil) }
        }
        let report = LogVerifier(storage).verify()
        #expect(report.verdict == .cannotTell, "\(report.text)")
    }

    @Test func `tells a previous event that was not the job's last`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.perform(.enqueue(.example()))
        _ = try writer.turn(now: .second(1)) { turn in
            try turn.record(Event(time: .second(1), job: 2, previous: 1, body: .parked(reason: "")))
        }
        let report = LogVerifier(storage).verify()
        #expect(report.findings.map(\.sequence) == [3], "\(report.text)")
    }

    @Test func `survives events that no rule would have written`() throws {
        let bodies: [EventBody] = [
            .returned(reason: ""), .snoozed(until: .second(9)), .interrupted(reason: "", charged: false), .claimed,
            .claimed,
            .succeeded(Succeeded(ranMicroseconds: 1)), .claimed, .requeued(reason: ""), .enqueued, .purged(reason: ""),
        ]
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        try writer.perform(.enqueue(.example()))
        for body in bodies {
            _ = try? writer.turn(now: .second(1)) { turn in
                let last = try turn.job(2)?.last ?? 0
                try turn.record(Event(time: .second(1), job: 2, previous: last, actor: .process(1), body: body))
            }
        }
        let report = LogVerifier(storage).verify()
        #expect(report.verdict == .good, "\(report.text)")
    }

    @Test func `checks the log alone if asked to`() throws {
        try VerifyStore.with(turns: 30) { store in
            try store.put("queues", [0, 0, 0, 9], [1])
            let report = store.verify { $0.checksLedgers = false }
            #expect(report.verdict == .good)
            #expect(report.ledgers == .notCompared)
            #expect(store.verify().verdict == .damaged)
        }
    }

    @Test func `says of an empty log that it has no events`() {
        let report = LogVerifier(MemoryStorage()).verify()
        #expect(report.verdict == .good)
        #expect(report.tally.events == 0)
    }
}

@Suite struct `Verifying a log against a checkpoint` {
    @Test func `finds it extended`() throws {
        try VerifyStore.with(turns: 100) { store in
            for end in try store.commitEnds {
                let checkpoint = try store.checkpoint(at: end)
                let report = store.verify { $0.checkpoints = [checkpoint] }
                #expect(report.verdict == .good, "\(report.text)")
            }
        }
    }

    @Test func `tells a tail cut off at a commit's end, with ledgers put back`() throws {
        // The shorter log is a whole log by itself; only the checkpoint knows better.
        try VerifyStore.with(turns: 30) { longer in
            let checkpoint = try longer.checkpoint(at: try longer.last)
            try VerifyStore.with(turns: 20) { shorter in
                #expect(shorter.verify().verdict == .good)
                let report = shorter.verify { $0.checkpoints = [checkpoint] }
                #expect(report.findings.count == 1)
                #expect(
                    report.findings.first?.sentence.hasPrefix("The log's tail is cut off") == true, "\(report.text)")
            }
        }
    }

    @Test func `tells a log that was rewritten whole`() throws {
        try VerifyStore.with(seed: 1, turns: 30) { original in
            try VerifyStore.with(seed: 2, turns: 30) { rewritten in
                let common = Set(try original.commitEnds).intersection(try rewritten.commitEnds)
                let checkpoint = try original.checkpoint(at: try #require(common.max()))
                let report = rewritten.verify { $0.checkpoints = [checkpoint] }
                #expect(report.findings.count == 1)
                #expect(report.findings.first?.sentence.hasPrefix("The log was rewritten") == true, "\(report.text)")
            }
        }
    }

    @Test func `tells another store`() throws {
        try VerifyStore.with(turns: 10) { store in
            var checkpoint = try store.checkpoint(at: try store.last)
            checkpoint.identity = Array(repeating: 2, count: 16)
            let report = store.verify { $0.checkpoints = [checkpoint] }
            #expect(report.findings.first?.sentence.hasPrefix("The checkpoint is another store's") == true)
        }
    }
}
