import DaybookModel
import Testing

@testable import DaybookLog

extension FlowStage {
    /// The refusal of a batch inside another, if it is refused.
    func refusal(ofBatchIn outer: SequenceNumber) throws -> Refusal? {
        let new = NewBatch(name: "", in: outer, isOpen: true, jobs: [], actor: .person("ann"))
        guard case .refused(let refusal) = try writer.perform(.batch(Box(.create(new)))) else { return nil }
        return refusal
    }

    func seal(_ batch: SequenceNumber) throws {
        try writer.perform(.batch(Box(.seal(batch, actor: .person("ann")))))
    }

    func cancel(batch: SequenceNumber) throws {
        try writer.perform(.batch(Box(.cancel(batch, reason: "no", actor: .person("ann")))))
    }

    /// Open batches one inside the other, the outermost first.
    func nest(_ depth: Int) throws -> [SequenceNumber] {
        var batches: [SequenceNumber] = []
        for _ in 0..<depth { batches.append(try makeBatch(0, in: batches.last ?? 0, isOpen: true).batch) }
        return batches
    }

    /// How often each batch has come to its end.
    func endings() throws -> [SequenceNumber: [BatchStanding]] {
        var endings: [SequenceNumber: [BatchStanding]] = [:]
        try storage.read { log in
            try log.events(from: 1) { sequence, value in
                if case .batchEnded(let batch, let standing) = try Event(value, at: sequence).body {
                    endings[batch, default: []].append(standing)
                }
                return true
            }
        }
        return endings
    }
}

@Suite struct `A batch inside another` {
    @Test func `counts as one of its jobs, with what it has come to`() throws {
        let stage = try FlowStage()
        let (outer, jobs) = try stage.makeBatch(1, isOpen: true)
        let (inner, parts) = try stage.makeBatch(2, in: outer)
        #expect(try stage.batch(outer).jobs == 2)
        #expect(try stage.batch(inner).outer == outer)
        try stage.seal(outer)
        for job in jobs + parts.dropLast() { try stage.end(job) }
        try stage.tell()
        #expect(try stage.batch(outer).unfinished == 1)
        #expect(try stage.batch(outer).standing == .running)
        try stage.end(parts[1])
        try stage.tell()
        #expect(try stage.batch(inner).standing == .succeeded)
        #expect(try stage.batch(outer).succeeded == 2)
        #expect(try stage.batch(outer).standing == .succeeded)
        #expect(try stage.endings() == [inner: [.succeeded], outer: [.succeeded]])
        try stage.checkFold()
    }

    @Test func `that is open keeps it from its end, as one without jobs does until the next turn`() throws {
        let stage = try FlowStage()
        let (outer, _) = try stage.makeBatch(0, isOpen: true)
        let (open, _) = try stage.makeBatch(0, in: outer, isOpen: true)
        let (empty, _) = try stage.makeBatch(0, in: outer)
        try stage.seal(outer)
        try stage.tell()
        #expect(try stage.batch(empty).standing == .succeeded)
        #expect(try stage.batch(outer).standing == .running)
        try stage.seal(open)
        try stage.tell()
        #expect(try stage.batch(outer).standing == .succeeded)
        try stage.checkFold()
    }

    @Test(arguments: [BatchStanding.failed, .cancelled])
    func `fails it, or has it cancelled`(_ end: BatchStanding) throws {
        let stage = try FlowStage()
        let (outer, _) = try stage.makeBatch(0, isOpen: true)
        let (inner, parts) = try stage.makeBatch(1, in: outer)
        let (_, others) = try stage.makeBatch(1, in: outer)
        try stage.seal(outer)
        if end == .failed { try stage.fail(parts[0]) } else { try stage.cancel(batch: inner) }
        try stage.end(others[0])
        try stage.tell()
        #expect(try stage.batch(inner).standing == end)
        #expect(try stage.batch(outer).standing == end)
        #expect(try stage.batch(outer).succeeded == 1)
        try stage.checkFold()
    }

    @Test(arguments: [2, BatchRecord.depthMax])
    func `that goes on because a job of it is taken up again takes all around it with it`(_ depth: Int) throws {
        let stage = try FlowStage()
        let batches = try stage.nest(depth)
        guard case .created(let job) = try stage.append(to: batches[depth - 1]) else { throw FlowStage.Unexpected() }
        let waiting = try batches.map { try stage.add(after: .on($0)) }
        for batch in batches { try stage.seal(batch) }
        try stage.fail(job)
        try stage.tell()
        #expect(try batches.allSatisfy { try stage.batch($0).standing == .failed })
        #expect(try waiting.allSatisfy { try stage.state($0) == .cancelled })
        try stage.requeue(job)
        try stage.tell()
        #expect(try batches.allSatisfy { try stage.batch($0).standing == .running })
        #expect(try waiting.allSatisfy { try stage.state($0) == .awaiting })
        try stage.end(job)
        try stage.tell()
        #expect(try waiting.allSatisfy { try stage.state($0) == .enqueued })
        let endings = Dictionary(uniqueKeysWithValues: batches.map { ($0, [BatchStanding.failed, .succeeded]) })
        #expect(try stage.endings() == endings)
        try stage.checkFold()
    }

    @Test func `loses no deleted job: what that came to still counts`() throws {
        let stage = try FlowStage()
        let (outer, _) = try stage.makeBatch(0, isOpen: true)
        let (inner, parts) = try stage.makeBatch(2, in: outer)
        try stage.seal(outer)
        try stage.end(parts[0])
        try stage.delete(parts[0])
        #expect(try stage.batch(outer).unfinished == 1)
        try stage.delete(parts[1])
        try stage.tell()
        #expect(try stage.batch(inner).standing == .cancelled)
        #expect(try stage.batch(outer).standing == .cancelled)
        // That the one is inside the other is all that is left.
        #expect(try stage.rows(.members) == 1)
        try stage.checkFold()
    }

    @Test func `stands by itself where the log has lost the other`() throws {
        let stage = try FlowStage()
        try stage.writer.turn(now: .second(2)) { turn in
            try turn.record(Event(time: .second(2), body: .gap(Gap(note: "lost"))))
            try turn.record(Event(time: .second(2), body: .batchCreated(name: "part", in: 2)))
        }
        let batch = try stage.storage.read { try $0.last }
        #expect(try stage.batch(batch).outer == 0)
        guard case .created(let job) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
        try stage.seal(batch)
        try stage.end(job)
        try stage.tell()
        #expect(try stage.batch(batch).standing == .succeeded)
        try stage.checkFold()
    }

    @Test func `of many in a batch of very many is found among them, in any part`() throws {
        let stage = try FlowStage()
        let (outer, _) = try stage.makeBatch(0, isOpen: true)
        var inner: [SequenceNumber] = []
        for _ in 0..<5 {
            for _ in 0..<40 { _ = try stage.append(to: outer) }
            inner.append(try stage.makeBatch(3, in: outer).batch)
        }
        let all = try stage.storage.read { try BatchRecord.batches(in: outer, limit: 100, in: $0) }
        #expect(all == inner)
        let some = try stage.storage.read { try BatchRecord.batches(in: outer, after: inner[1], limit: 2, in: $0) }
        #expect(some == Array(inner[2...3]))
        #expect(try stage.storage.read { try BatchRecord.members(of: outer, limit: 1_000, in: $0) }.count == 200)
    }
}

@Suite struct `Cancelling a batch` {
    @Test(arguments: [1, 3, 7, 1_000])
    func `cancels what is inside it to any depth, and so many a turn`(_ limit: Int) throws {
        let stage = try FlowStage()
        let batches = try stage.nest(BatchRecord.depthMax)
        var jobs: [SequenceNumber] = []
        for batch in batches {
            for _ in 0..<5 {
                guard case .created(let job) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
                jobs.append(job)
            }
        }
        let (ended, kept) = try stage.makeBatch(1, in: batches[0])
        try stage.end(kept[0])
        try stage.tell()
        let cleaner = try stage.add(after: .on(batches[0], .any))
        try stage.cancel(batch: batches[0])
        guard case .refused(let refusal) = try stage.append(to: batches[9]) else { throw FlowStage.Unexpected() }
        #expect(
            refusal.description
                == "Batch \(batches[0]) has been cancelled, and batch \(batches[9]), which is inside it, takes no more "
                + "jobs; make another.")
        #expect(try stage.refusal(ofBatchIn: batches[9])?.code == .wrongState)
        var most: SequenceNumber = 0
        var before = try stage.storage.read { try $0.last }
        while try stage.writer.turn(now: .second(2), { try $0.goOnTelling(limit: limit) }) {
            let last = try stage.storage.read { try $0.last }
            (most, before) = (max(most, last - before), last)
        }
        // Each that was cancelled, and how far it has come.
        #expect(most <= SequenceNumber(limit) + 1)
        #expect(try jobs.allSatisfy { try stage.state($0) == .cancelled })
        #expect(try batches.allSatisfy { try stage.batch($0).standing == .cancelled })
        #expect(try stage.batch(ended).standing == .succeeded)
        #expect(try stage.endings().values.allSatisfy { $0.count == 1 })
        #expect(try stage.state(cleaner) == .enqueued)
        try stage.checkFold()
    }

    @Test func `cancels a job that was taken up again just before, to any depth`() throws {
        let stage = try FlowStage()
        let batches = try stage.nest(3)
        guard case .created(let job) = try stage.append(to: batches[2]) else { throw FlowStage.Unexpected() }
        _ = try stage.append(to: batches[0])
        for batch in batches { try stage.seal(batch) }
        try stage.fail(job)
        try stage.tell()
        #expect(try stage.batch(batches[1]).standing == .failed)
        #expect(try stage.batch(batches[0]).standing == .running)
        // No turn lies between the two: the inner batches have ended when the outermost is cancelled.
        try stage.requeue(job)
        try stage.cancel(batch: batches[0])
        try stage.tell()
        #expect(try stage.state(job) == .cancelled)
        #expect(try batches.allSatisfy { try stage.batch($0).standing == .cancelled })
        try stage.checkFold()
    }

    @Test func `cancels a job that waits again just before, because what it waits for was taken up`() throws {
        let stage = try FlowStage()
        let cause = try stage.add()
        let batches = try stage.nest(2)
        guard case .created(let kept) = try stage.append(to: batches[0]) else { throw FlowStage.Unexpected() }
        let member = try stage.add(after: .on(cause)) { $0.batch = batches[1] }
        for batch in batches { try stage.seal(batch) }
        try stage.fail(cause)
        try stage.tell()
        #expect(try stage.batch(batches[1]).standing == .cancelled)
        try stage.requeue(cause)
        #expect(try stage.state(member) == .awaiting)
        try stage.cancel(batch: batches[0])
        try stage.tell()
        #expect(try stage.state(member) == .cancelled && stage.state(kept) == .cancelled)
        #expect(try stage.batch(batches[0]).standing == .cancelled)
        try stage.checkFold()
    }

    @Test func `leaves one alone that has ended, and takes no more once it has ended itself`() throws {
        let stage = try FlowStage()
        let batches = try stage.nest(2)
        try stage.cancel(batch: batches[0])
        try stage.tell()
        #expect(try stage.batch(batches[1]).standing == .cancelled)
        #expect(try stage.refusal(ofBatchIn: batches[1])?.code == .wrongState)
        let refusal = try stage.refusal(ofBatchIn: batches[0])
        #expect(
            refusal?.description == "Batch \(batches[0]) has been cancelled and takes no more batches; make another.")
    }
}

@Suite struct `Refused is a batch` {
    @Test func `inside one that is not there, has ended or is full`() throws {
        let stage = try FlowStage()
        #expect(try stage.refusal(ofBatchIn: 999)?.code == .noSuchBatch)
        let (ended, _) = try stage.makeBatch(0)
        try stage.tell()
        let refusal = try stage.refusal(ofBatchIn: ended)
        #expect(refusal?.code == .wrongState)
        #expect(refusal?.description.hasPrefix("Batch \(ended) has succeeded and takes no more batches") == true)
        let (full, _) = try stage.makeBatch(1)
        var record = try stage.batch(full)
        record.jobs = BatchRecord.jobsMax
        try stage.storage.write { log in
            try RowKey.number(full).withBytes { key in
                try record.withBytes { try log.put(.batches, key, $0, replacing: nil) }
            }
        }
        #expect(try stage.refusal(ofBatchIn: full)?.code == .badOption)
    }

    @Test func `as the seventeenth, one inside the other`() throws {
        let stage = try FlowStage()
        let batches = try stage.nest(BatchRecord.depthMax)
        #expect(try stage.refusal(ofBatchIn: batches[14]) == nil)
        let refusal = try stage.refusal(ofBatchIn: batches[15])
        #expect(refusal?.description.hasPrefix("Batch \(batches[15]) is the innermost of 16 batches") == true)
    }

    @Test func `with a job that waits for a batch around it, and no other`() throws {
        let stage = try FlowStage()
        let batches = try stage.nest(3)
        let (sibling, _) = try stage.makeBatch(1, in: batches[1])
        for (around, isRefused) in [(batches[0], true), (batches[1], true), (batches[2], true), (sibling, false)] {
            let job = FlowStage.job(after: [.on(around, .any)])
            let new = NewBatch(name: "", in: batches[2], isOpen: false, jobs: [Box(job)], actor: .person("ann"))
            let answers = [
                try stage.writer.perform(
                    .enqueue(FlowStage.job(after: [.on(around, .any)]) { $0.batch = batches[2] })),
                try stage.writer.perform(.batch(Box(.create(new)))),
            ]
            for answer in answers {
                guard case .refused(let refusal) = answer else {
                    #expect(!isRefused, "\(around)")
                    continue
                }
                #expect(isRefused && refusal.code == .badOption, "\(refusal)")
            }
        }
        // Nothing of what was refused is there.
        #expect(try stage.batch(batches[2]).jobs == 2)
        try stage.checkFold()
    }
}
