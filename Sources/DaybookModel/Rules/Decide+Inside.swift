/// What happens inside a run.
extension Books {
    /// Keeps what a run says of itself, for as long as the job is known.
    mutating func note(_ note: RunNote, _ decision: inout Decision, in ledgers: any Ledgers) throws -> Answer {
        guard let record = try job(note.run.job, in: ledgers) else { return .refused(.noSuchJob(note.run.job)) }
        return .done(at: Books.record(note, after: record.last, &decision))
    }

    /// Answers the job's last event then.
    private static func record(
        _ note: RunNote, after last: SequenceNumber, _ decision: inout Decision
    ) -> SequenceNumber {
        var last = last
        func add(_ body: EventBody) {
            last = decision.record(
                Event(
                    time: decision.now, job: note.run.job, previous: last, attempt: note.run.attempt,
                    token: note.run.token, actor: note.run.actor, body: body))
        }
        if let logged = note.logged { add(.logged(Box(logged))) }
        if let progressed = note.progressed { add(.progressed(Box(progressed))) }
        if let reported = note.reported { add(.reported(Box(reported))) }
        return last
    }

    /// Records a step, if the run's claim is still in force.
    mutating func step(
        _ stepped: Box<Stepped>, of run: RunReference, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try claimed(run.job, run.token, in: ledgers) else {
            return try late(run.job, run.token, LateEnd(stepped.value), run.actor, &decision, in: ledgers)
        }
        let name = stepped.value.step
        guard Name.isValid(name) else { return .refused(.badName("step", name)) }
        let book = record.flags.contains(.hasSteps) ? try StepBook.of(run.job, in: ledgers) : StepBook()
        guard book.event(of: name) == nil else {
            return .refused(Refusal(.alreadyThere, "The step \(name) of job \(run.job) is recorded already."))
        }
        guard book.steps.count < StepBook.stepsMax else { return .refused(.tooManySteps) }
        return .done(
            at: decision.record(Event(of: run.job, record, at: decision.now, by: run.actor, .stepped(stepped))))
    }

    /// The end of a run with all that it had to say, and, if it succeeded, with the jobs that it leaves behind.
    mutating func conclude(
        _ conclusion: Conclusion, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        let run = conclusion.note.run
        guard var record = try job(run.job, in: ledgers) else {
            return try late(run.job, run.token, LateEnd(conclusion.outcome), run.actor, &decision, in: ledgers)
        }
        record.last = Books.record(conclusion.note, after: record.last, &decision)
        guard record.state == .processing, record.token == run.token else {
            return .stale(
                at: decision.record(
                    Event(
                        time: decision.now, job: run.job, previous: record.last, token: run.token, actor: run.actor,
                        body: .stale(Box(LateEnd(conclusion.outcome))))))
        }
        let before = decision.events.count
        let end = try end(run.job, record, conclusion.outcome, run.actor, &decision, in: ledgers)
        var refusal: Refusal?
        if case .succeeded = conclusion.outcome, !conclusion.jobs.isEmpty {
            refusal = try leave(conclusion.jobs, after: (run.job, end), &decision, in: ledgers)
        }
        guard let refusal else {
            try tellOfEnd(of: run.job, record, end, &decision, in: ledgers)
            return .done(at: end)
        }
        // All or nothing: without the jobs there is no success either, and another run would ask for the same.
        decision.cut(to: before)
        let failure = Outcome.Failure(
            errorType: "Refusal", error: refusal.description, ranMicroseconds: conclusion.ranMicroseconds,
            salt: conclusion.salt, random: conclusion.random, isFinal: true, because: "further jobs refused")
        let failed = try self.end(run.job, record, .failed(Box(failure)), run.actor, &decision, in: ledgers)
        try tellOfEnd(of: run.job, record, failed, &decision, in: ledgers)
        return .done(at: failed)
    }

    /// Nil if all of them came into being.
    private mutating func leave(
        _ jobs: [Box<Created>], after ending: (job: SequenceNumber, success: SequenceNumber),
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Refusal? {
        if let refusal = Books.refusal(together: jobs) { return refusal }
        var surroundings = Surroundings(ending: ending.job, success: ending.success)
        for (index, job) in jobs.enumerated() {
            let answer = try enqueue(job, .existing, among: surroundings, &decision, in: ledgers)
            surroundings.add(answer, decision)
            if case .refused(let refusal) = answer { return Refusal(refusal, of: index, among: jobs.count) }
        }
        return nil
    }
}

extension Conclusion {
    fileprivate var ranMicroseconds: UInt64 {
        guard case .succeeded(let success) = outcome else { return 0 }
        return success.ranMicroseconds
    }
}

extension Refusal {
    package static let tooManySteps = Refusal(
        .badOption, "A job can have \(StepBook.stepsMax) steps; let one step do more, or enqueue further jobs.")
}
