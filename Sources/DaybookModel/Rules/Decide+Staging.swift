// A call with more jobs than one commit may hold comes into the log in parts, and none of them runs before all are
// there: each waits for a job of the engine's own that stands for the call. That job counts as claimed by the process
// that makes the call, so a process that ends before the last part is found like any other that left something undone.
//
// When all parts are there it succeeds: one event, from which on all of them are as good as enqueued. If a part is
// refused, or the process ends, it is cancelled, and those behind it are cancelled for its sake.
//
// If the call makes a batch of them, the job that stands for it is in that batch until it has succeeded: so the batch
// does not end before all are there, and comes to its end by itself if they never will be.
extension Books {
    mutating func stage(
        _ process: SequenceNumber, _ salt: UInt64, _ new: Box<NewBatch>?, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        // Nobody looks any more for what such a process holds.
        switch try self.process(process, in: ledgers)?.standing {
        case nil, .stopped, .lost: return .refused(Refusal(.wrongState, "Process \(process) has ended."))
        case .alive, .quiet, .stopping: break
        }
        var created = Created(name: Name.staging, queue: Name.staging, attempts: 1, salt: salt, arguments: [])
        if let new {
            let answer = try createBatch(new.value, &decision, in: ledgers)
            guard case .together(let made) = answer, case .done(let batch)? = made.first else { return answer }
            created.batch = batch
        }
        let job = decision.next
        created.actor = .process(process)
        decision.record(Event(time: decision.now, job: job, actor: .process(process), body: .created(Box(created))))
        let token = decision.record(
            Event(
                time: decision.now, job: job, previous: job, attempt: 1, token: decision.next,
                actor: .process(process), body: .claimed))
        let claimed = Answer.claimed([Claimed(job: job, token: token, attempt: 1)])
        return created.batch == 0 ? claimed : .together([.done(at: created.batch), claimed])
    }

    /// What becomes of a job whose claim ends without a result: it goes back, unless it stands for a call whose caller
    /// is gone.
    mutating func givenUp(_ record: JobRecord, _ body: EventBody, in ledgers: any Ledgers) throws -> EventBody {
        guard record.queue == (try queues.number(Name.staging, in: ledgers)) else { return body }
        return .cancelled(reason: "the process that enqueued it ended before all jobs of the call were there")
    }
}

extension Refusal {
    package static func isStaging(_ job: SequenceNumber) -> Refusal {
        Refusal(.wrongState, "Job \(job) stands for a call that enqueued many jobs and failed. Enqueue them again.")
    }
}
