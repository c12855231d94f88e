// What follows for those who wait for a job that has come to its end, or was taken up again.
//
// A few are told in the decision that ends the job. Many, and those of jobs that end for a reason of their own in the
// midst of another's telling, are told by and by: the decision leaves a `continued` event, and every turn goes on with
// a bounded number of them, in whichever process, until a last `continued` says that all know.

extension Books {
    /// So many are told at once.
    private static let toldAtOnce = 16

    /// Records the end of a job, or its being taken up again, and what follows for those who wait for it. Answers the
    /// event and the job's last event then.
    @discardableResult
    mutating func record(
        _ event: Event, of record: JobRecord, _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> (at: SequenceNumber, last: SequenceNumber) {
        let at = decision.record(event)
        guard let state = event.body.newState(from: record.state) else { return (at, at) }
        if !state.isFinished { try reopenBatches(around: event.job, record, at, &decision, in: ledgers) }
        guard record.flags.contains(.hasChildren) else { return (at, at) }
        return (at, try tellChildren(of: event.job, state, at, &decision, in: ledgers))
    }

    /// What follows from an event of this decision, if it ended the job's run for good.
    mutating func tellOfEnd(
        of job: SequenceNumber, _ record: JobRecord, _ at: SequenceNumber, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws {
        guard record.flags.contains(.hasChildren),
            let state = decision.events[Int(at - decision.head) - 1].body.newState(from: record.state)
        else { return }
        try tellChildren(of: job, state, at, &decision, in: ledgers)
    }

    /// Answers the job's last event then.
    @discardableResult
    mutating func tellChildren(
        of job: SequenceNumber, _ state: JobState, _ cause: SequenceNumber, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> SequenceNumber {
        let children = try Continuation.children(of: job, limit: Books.toldAtOnce + 1, in: ledgers)
        // One telling of a job at a time: the later one replaces what is left of the earlier.
        guard children.count <= Books.toldAtOnce, try !mayContinue || Continuation.of(job, in: ledgers) == nil else {
            return decision.goOn(with: job, state, cause)
        }
        for child in children { try tell(child, job, state, cause, &decision, in: ledgers) }
        return cause
    }

    private mutating func tell(
        _ child: SequenceNumber, _ parent: SequenceNumber, _ state: JobState, _ cause: SequenceNumber,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws {
        guard let record = try readableJob(child, in: ledgers), record.flags.contains(.hasConditions) else { return }
        var book = try conditions(of: child, in: ledgers)
        guard book.note(parent, state) else { return }
        let told = decision.record(
            Event(
                time: decision.now, job: child, previous: record.last, cause: cause,
                body: state.isFinished ? .parentEnded(parent, state: state) : .parentReopened(parent)))
        switch (book.standing, record.state) {
        case (.unmet, .awaiting):
            let end = decision.record(
                Event(
                    time: decision.now, job: child, previous: told, cause: cause,
                    body: .cancelled(reason: book.reason(parent, state))))
            if record.flags.contains(.hasChildren) { decision.goOn(with: child, .cancelled, end) }
        case (.open, .cancelled), (.met, .cancelled):
            try reopenBatches(around: child, record, told, &decision, in: ledgers)
            if record.flags.contains(.hasChildren) { decision.goOn(with: child, .awaiting, told) }
        default: break
        }
    }

    /// Tells at most about `limit` of those who wait for jobs that have ended. Answers whether some may be left.
    package mutating func decideContinued(
        _ decision: inout Decision, limit: Int, in ledgers: any Ledgers
    ) throws -> Bool {
        guard mayContinue, let job = try Continuation.first(in: ledgers),
            let row = try Continuation.of(job, in: ledgers)
        else {
            mayContinue = false
            return false
        }
        let batch = try batches.record(job, in: ledgers)
        if let batch, try attend(to: job, batch, row, &decision, limit: limit, in: ledgers) { return true }
        let children = try Continuation.children(of: job, after: row.cursor, limit: limit, in: ledgers)
        for child in children { try tell(child, job, row.state, row.cause, &decision, in: ledgers) }
        let cursor = children.count < limit ? 0 : children.last ?? 0
        guard batch == nil else {
            decision.record(
                Event(time: decision.now, cause: row.cause, body: .batchContinued(job, cursor: cursor)))
            return true
        }
        let previous = try readableJob(job, in: ledgers)?.last ?? 0
        decision.record(
            Event(
                time: decision.now, job: job, previous: previous, cause: row.cause,
                body: .continued(state: nil, cursor: cursor)))
        return true
    }
}

extension Decision {
    @discardableResult
    mutating func goOn(with job: SequenceNumber, _ state: JobState, _ cause: SequenceNumber) -> SequenceNumber {
        record(Event(time: now, job: job, previous: cause, cause: cause, body: .continued(state: state, cursor: 0)))
    }
}

extension EventBody {
    /// What a job has come to by this event, as far as those who wait for it care.
    func newState(from old: JobState) -> JobState? {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .requeued: old.isFinished ? .enqueued : nil
        default: nil
        }
    }
}

extension ConditionBook {
    fileprivate func reason(_ parent: SequenceNumber, _ state: JobState) -> String {
        let condition = entries.first { $0.parent == parent }?.condition ?? .success
        return Dependency.reason(parent, condition, state)
    }
}

extension Dependency {
    static func reason(_ parent: SequenceNumber, _ condition: AfterCondition, _ state: JobState) -> String {
        let end =
            switch state {
            case .cancelled: "was cancelled"
            default: state.name
            }
        return "it was to run after the \(condition.rawValue) of job \(parent), which \(end)"
    }
}
