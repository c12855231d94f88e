import DaybookLog
import DaybookModel
import Testing

extension FlowStage {
    func makeBatch(
        _ count: Int, in outer: SequenceNumber = 0, isOpen: Bool = false
    ) throws -> (batch: SequenceNumber, jobs: [SequenceNumber]) {
        let jobs = (0..<count).map { _ in Box(FlowStage.job()) }
        let new = NewBatch(name: "import", in: outer, isOpen: isOpen, jobs: jobs, actor: .person("ann"))
        guard case .together(let answers) = try writer.perform(.batch(Box(.create(new)))),
            case .done(let batch)? = answers.first
        else { throw Unexpected() }
        return (batch, answers.compactMap { if case .created(let job) = $0 { job } else { nil } })
    }

    func batch(_ batch: SequenceNumber) throws -> BatchRecord {
        guard let record = try storage.read({ try BatchRecord.of(batch, in: $0) }) else { throw Unexpected() }
        return record
    }

    /// How often a batch has come to its end.
    func ends() throws -> Int {
        try storage.read { log in
            var count = 0
            try log.events(from: 1) { sequence, value in
                if case .batchEnded = try Event(value, at: sequence).body { count += 1 }
                return true
            }
            return count
        }
    }

    func append(to batch: SequenceNumber) throws -> Answer {
        try writer.perform(.enqueue(FlowStage.job { $0.batch = batch }))
    }
}

@Suite struct `A batch` {
    @Test func `ends with the last of its jobs, and those that wait for it are told once`() throws {
        let stage = try FlowStage()
        let (batch, jobs) = try stage.makeBatch(3)
        let (done, alarm) = (try stage.add(after: .on(batch)), try stage.add(after: .on(batch, .failure)))
        for job in jobs.dropLast() { try stage.end(job) }
        try stage.tell()
        #expect(try stage.state(done) == .awaiting)
        #expect(try stage.batch(batch).unfinished == 1)
        try stage.end(jobs[2])
        try stage.tell()
        #expect(try stage.batch(batch).standing == .succeeded)
        #expect(try stage.state(done) == .enqueued)
        #expect(try stage.state(alarm) == .cancelled)
        #expect(try stage.ends() == 1)
        let late = try stage.add(after: .on(batch, .any))
        #expect(try stage.state(late) == .enqueued)
        try stage.checkFold()
    }

    @Test func `has failed if one of its jobs has, and goes on when that one is taken up again`() throws {
        let stage = try FlowStage()
        let (batch, jobs) = try stage.makeBatch(2)
        let done = try stage.add(after: .on(batch))
        try stage.fail(jobs[0])
        try stage.end(jobs[1])
        try stage.tell()
        #expect(try stage.batch(batch).standing == .failed)
        #expect(try stage.state(done) == .cancelled)
        try stage.requeue(jobs[0])
        try stage.tell()
        #expect(try stage.batch(batch).standing == .running)
        #expect(try stage.state(done) == .awaiting)
        try stage.end(jobs[0])
        try stage.tell()
        #expect(try stage.batch(batch).standing == .succeeded)
        #expect(try stage.state(done) == .enqueued)
        try stage.checkFold()
    }

    @Test func `that is open waits for its seal, and takes jobs until it has ended`() throws {
        let stage = try FlowStage()
        let (batch, _) = try stage.makeBatch(0, isOpen: true)
        guard case .created(let job) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
        try stage.end(job)
        try stage.tell()
        #expect(try stage.batch(batch).standing == .open)
        try stage.writer.perform(.batch(Box(.seal(batch, actor: .person("ann")))))
        try stage.tell()
        #expect(try stage.batch(batch).standing == .succeeded)
        guard case .refused(let refusal) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
        #expect(refusal.description.hasPrefix("Batch \(batch) has succeeded and takes no more jobs"))
        guard case .refused(let unknown) = try stage.append(to: 999) else { throw FlowStage.Unexpected() }
        #expect(unknown.code == .noSuchBatch)
        try stage.checkFold()
    }

    @Test func `that is open and forgotten is found by what came to it last`() throws {
        let stage = try FlowStage()
        let (open, jobs) = try stage.makeBatch(40, isOpen: true)
        let empty = try stage.makeBatch(0, isOpen: true).batch
        _ = try stage.makeBatch(1)
        func forgotten(_ second: Double) throws -> [SequenceNumber] {
            try stage.storage.read { try UnsealedBatch.all(withoutChangeSince: .second(second), in: $0) }.map(\.number)
        }
        #expect(try forgotten(0.5) == [] && forgotten(100) == [open, empty])
        for second in [500.0, 400] {
            try stage.writer.perform(.enqueue(FlowStage.job { $0.batch = open }), at: second)
        }
        #expect(try forgotten(399) == [empty] && forgotten(600) == [open, empty] && jobs.count == 40)
        let inner = NewBatch(name: "", in: empty, isOpen: false, jobs: [], actor: .system)
        try stage.writer.perform(.batch(Box(.create(inner))), at: 500)
        #expect(try forgotten(499) == [open] && forgotten(600) == [open, empty])
        try stage.writer.perform(.batch(Box(.seal(open, actor: .system))))
        #expect(try forgotten(600) == [empty])
    }

    @Test func `without jobs has succeeded at once`() throws {
        let stage = try FlowStage()
        let (batch, _) = try stage.makeBatch(0)
        try stage.tell()
        #expect(try stage.batch(batch).standing == .succeeded)
        try stage.checkFold()
    }

    @Test func `that adds to itself for ever is refused more some day`() throws {
        let stage = try FlowStage()
        let (batch, _) = try stage.makeBatch(1)
        var record = try stage.batch(batch)
        record.jobs = BatchRecord.jobsMax
        try stage.storage.write { log in
            try RowKey.number(batch).withBytes { key in
                try record.withBytes { try log.put(.batches, key, $0, replacing: nil) }
            }
        }
        guard case .refused(let refusal) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
        #expect(refusal.description.contains("has 10000000 jobs, and that is the most"))
    }

    @Test func `does not wait for itself`() throws {
        let stage = try FlowStage()
        let (batch, _) = try stage.makeBatch(1)
        let answer = try stage.writer.perform(.enqueue(FlowStage.job(after: [.on(batch)]) { $0.batch = batch }))
        guard case .refused(let refusal) = answer else { throw FlowStage.Unexpected() }
        #expect(refusal.code == .badOption)
    }

    @Test func `is cancelled at once, and its jobs by and by`() throws {
        let stage = try FlowStage()
        let (batch, jobs) = try stage.makeBatch(50)
        let (done, cleaner) = (try stage.add(after: .on(batch)), try stage.add(after: .on(batch, .any)))
        try stage.end(jobs[0])
        try stage.writer.perform(.batch(Box(.cancel(batch, reason: "no", actor: .person("ann")))))
        guard case .refused(let refusal) = try stage.append(to: batch) else { throw FlowStage.Unexpected() }
        #expect(refusal.code == .wrongState)
        _ = try stage.writer.turn(now: .second(2)) { try $0.goOnTelling(limit: 10) }
        let cancelled = try jobs.count { try stage.state($0) == .cancelled }
        #expect((1..<49).contains(cancelled))
        try stage.checkFold()
        let other = LogWriter(stage.storage)
        while try other.turn(now: .second(3), { try $0.goOnTelling(limit: 10) }) {}
        #expect(try jobs.dropFirst().allSatisfy { try stage.state($0) == .cancelled })
        #expect(try stage.batch(batch).standing == .cancelled)
        #expect(try stage.state(done) == .cancelled)
        #expect(try stage.state(cleaner) == .enqueued)
        #expect(try stage.ends() == 1)
        try stage.checkFold()
    }

    @Test func `stands for what comes later in a turn as all before that has left it`() throws {
        let stage = try FlowStage()
        let (outer, inner) = try stage.writer.turn(now: .second(2)) { turn in
            let outer = try openBatch(in: 0, &turn)
            let inner = try openBatch(in: outer, &turn)
            for _ in 0..<3 {
                _ = try turn.perform(.enqueue(FlowStage.job { $0.batch = inner }))
                _ = try turn.perform(.enqueue(FlowStage.job { $0.batch = outer }))
            }
            guard
                case .claimed(let claimed) = try turn.perform(
                    .claim(Claim(process: stage.process, queues: nil, slots: 6)))
            else { throw FlowStage.Unexpected() }
            for one in claimed {
                _ = try turn.perform(
                    .finish(
                        job: one.job, token: one.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                        actor: .process(stage.process, worker: 1)))
            }
            _ = try turn.perform(.batch(Box(.seal(inner, actor: .person("ann")))))
            while try turn.goOnTelling(limit: 10) {}
            guard case .refused = try turn.perform(.enqueue(FlowStage.job { $0.batch = inner })) else {
                throw FlowStage.Unexpected()
            }
            _ = try turn.perform(.enqueue(FlowStage.job { $0.batch = outer }))
            _ = try turn.perform(.batch(Box(.seal(outer, actor: .person("ann")))))
            return (outer, inner)
        }
        #expect(try stage.batch(inner).standing == .succeeded)
        #expect(try stage.batch(inner).succeeded == 3)
        let around = try stage.batch(outer)
        #expect((around.jobs, around.succeeded, around.standing) == (5, 4, .running))
        try stage.checkFold()
    }

    private func openBatch(in outer: SequenceNumber, _ turn: inout Turn) throws -> SequenceNumber {
        let new = NewBatch(name: "import", in: outer, isOpen: true, jobs: [], actor: .person("ann"))
        guard case .together(let answers) = try turn.perform(.batch(Box(.create(new)))),
            case .done(let batch)? = answers.first
        else { throw FlowStage.Unexpected() }
        return batch
    }

    @Test func `counts a deleted job as what it was`() throws {
        let stage = try FlowStage()
        let (batch, jobs) = try stage.makeBatch(2)
        try stage.end(jobs[0])
        try stage.delete(jobs[0])
        try stage.delete(jobs[1])
        try stage.tell()
        #expect(try stage.batch(batch).standing == .cancelled)
        #expect(try stage.batch(batch).succeeded == 1)
        #expect(try stage.rows(.members) == 0)
        try stage.checkFold()
    }
}
