/// The rules: a command and the books as they stand, turned into events, or refused before anything is written.
///
/// Pure: the moment's time comes with the call and draws come with the command. Events go to `events`; their
/// sequence numbers are the ones after `head`, in order.
package struct Decision {
    package private(set) var now: Instant
    /// The last sequence number taken.
    package private(set) var head: SequenceNumber
    package private(set) var events: [Event] = []
    /// Batches that go on again by one of the events, which the books do not know yet.
    var reopened: Set<SequenceNumber> = []

    package init(now: Instant, head: SequenceNumber) {
        self.now = now
        self.head = head
    }

    /// Starts anew at another moment, keeping the memory, unless that is much.
    package mutating func restart(now: Instant, head: SequenceNumber) {
        self.now = now
        if events.capacity > Decision.eventsKept { events = [] }
        restart(head: head)
    }

    /// About what a large turn's claim decides at once.
    private static let eventsKept = 8_192

    /// Starts anew, keeping the memory.
    package mutating func restart(head: SequenceNumber) {
        self.head = head
        events.removeAll(keepingCapacity: true)
        reopened.removeAll()
    }

    /// The number that the next event will have.
    var next: SequenceNumber { head + UInt64(events.count) + 1 }

    /// Forgets all but the first `count` events.
    mutating func cut(to count: Int) {
        events.removeLast(events.count - count)
    }

    @discardableResult
    package mutating func record(_ event: consuming Event) -> SequenceNumber {
        events.append(event)
        return head + UInt64(events.count)
    }
}

extension Books {
    package mutating func decide(_ command: Command, _ decision: inout Decision, in ledgers: any Ledgers) throws
        -> Answer
    {
        switch command {
        case .enqueue(let created, let onConflict):
            return try enqueue(created, onConflict, &decision, in: ledgers)
        case .enqueueTogether(let jobs, let onConflict):
            return try enqueueTogether(jobs, onConflict, &decision, in: ledgers)
        case .batch(let command): return try self.batch(command.value, &decision, in: ledgers)
        case .stage(let process, let salt, let new): return try stage(process, salt, new, &decision, in: ledgers)
        case .claim(let claim):
            return try self.claim(claim, &decision, in: ledgers)
        case .finish(let job, let token, let outcome, let actor):
            return try finish(job, token, outcome, actor, &decision, in: ledgers)
        case .conclude(let conclusion):
            return try conclude(conclusion.value, &decision, in: ledgers)
        case .note(let note):
            return try self.note(note.value, &decision, in: ledgers)
        case .step(let stepped, let run):
            return try step(stepped, of: run, &decision, in: ledgers)
        case .release(let job, let token, let reason, let actor):
            return try endClaim(job, token, .returned(reason: reason), actor, &decision, in: ledgers)
        case .interrupt(let job, let token, let reason, let charged, let deathsMax, let actor):
            return try endClaim(
                job, token, .interrupted(reason: reason, charged: charged), actor, deathsMax: deathsMax, &decision,
                in: ledgers)
        case .cancel(let job, let expected, let reason, let actor):
            return try move(job, expected, actor, &decision, in: ledgers) { record throws(Refusal) in
                guard !record.state.isFinished else { throw .wrongState(job, record.state, "cancelled") }
                return .cancelled(reason: reason)
            }
        case .requeue(let job, let expected, let reason, let actor):
            return try requeue(job, expected, reason, actor, &decision, in: ledgers)
        case .reschedule(let job, let until, let expected, let reason, let actor):
            return try move(job, expected, actor, &decision, in: ledgers) { record throws(Refusal) in
                guard until <= .maximum else { throw .afterTheCalendar }
                switch record.state {
                case .scheduled, .enqueued, .parked: return .rescheduled(until: until, reason: reason)
                default: throw .wrongState(job, record.state, "rescheduled")
                }
            }
        case .unpark(let job, let actor):
            return try move(job, .parked, actor, &decision, in: ledgers) { _ throws(Refusal) in .enqueued }
        case .delete(let job, let expected, let reason, let actor):
            return try delete(job, expected, reason, actor, &decision, in: ledgers)
        case .pauseQueue(let queue, let reason, let actor):
            return try setQueue(queue, .queuePaused(queue: queue, reason: reason), actor, &decision)
        case .resumeQueue(let queue, let reason, let actor):
            return try setQueue(queue, .queueResumed(queue: queue, reason: reason), actor, &decision)
        case .limit(let scope, let limit, let reason, let actor):
            return try self.limit(scope, limit, reason, actor, &decision, in: ledgers)
        case .putBack(let back, let cause, let reason, let actor):
            return try putBack(back, cause, reason, actor, &decision, in: ledgers)
        case .startProcess, .stopProcess, .loseProcess, .askProcess:
            return try decideProcess(command, &decision, in: ledgers)
        case .recurring(let command):
            return try decide(command.value, &decision, in: ledgers)
        case .retention(let command):
            return try decide(command.value, &decision, in: ledgers)
        case .deny, .changeKeys, .erase: return .done(at: decision.record(told(command, at: decision.now)))
        case .look:
            return .done(at: decision.head)
        }
    }

    /// What is written down as it was said.
    private func told(_ command: Command, at now: Instant) -> Event {
        switch command {
        case .changeKeys(let changed, let actor): Event(time: now, actor: actor, body: .keysChanged(changed))
        case .erase(let erased, let actor): Event(time: now, actor: actor, body: .erased(erased))
        case .deny(let denied, let actor): Event(time: now, actor: actor, body: .denied(denied))
        default: preconditionFailure("\(command) is decided by a rule")
        }
    }

    private func setQueue(
        _ queue: String, _ body: EventBody, _ actor: Actor, _ decision: inout Decision
    ) throws -> Answer {
        guard Name.isValid(queue) else { return .refused(.badName("queue", queue)) }
        return .done(at: decision.record(Event(time: decision.now, actor: actor, body: body)))
    }

    /// Moves a job on somebody's word, if it is where they think it is.
    private mutating func move(
        _ job: SequenceNumber, _ expected: JobState?, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers,
        _ body: (JobRecord) throws(Refusal) -> EventBody
    ) throws -> Answer {
        guard let record = try self.job(job, in: ledgers) else { return .refused(.noSuchJob(job)) }
        if let refusal = Refusal(of: job, record, unless: expected) { return .refused(refusal) }
        let event: Event
        do {
            event = Event(of: job, record, at: decision.now, by: actor, try body(record))
        } catch {
            return .refused(error)
        }
        return .done(at: try self.record(event, of: record, &decision, in: ledgers).at)
    }

    private mutating func requeue(
        _ job: SequenceNumber, _ expected: JobState?, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        let staging = try queues.number(Name.staging, in: ledgers)
        let holder = try keyHolder(insteadOf: job, decision, in: ledgers)
        return try move(job, expected, actor, &decision, in: ledgers) { record throws(Refusal) in
            guard record.queue != staging else { throw .isStaging(job) }
            if record.state.isFinished, let holder { throw .keyIsTaken(holder) }
            switch record.state {
            case .failed, .cancelled, .parked, .scheduled, .awaiting: return .requeued(reason: reason)
            default: throw .wrongState(job, record.state, "requeued")
            }
        }
    }

    /// Cancels what is unfinished, then takes the job out of the ledgers.
    private mutating func delete(
        _ job: SequenceNumber, _ expected: JobState?, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try self.job(job, in: ledgers) else { return .refused(.noSuchJob(job)) }
        if let refusal = Refusal(of: job, record, unless: expected) { return .refused(refusal) }
        guard try !RetentionRules(in: ledgers).holds(job, record, &names, in: ledgers) else {
            return .refused(.isHeld(job))
        }
        var previous = record.last
        if !record.state.isFinished {
            previous = try self.record(
                Event(of: job, record, at: decision.now, by: actor, .cancelled(reason: reason)), of: record, &decision,
                in: ledgers
            ).last
        }
        return .done(
            at: decision.record(
                Event(time: decision.now, job: job, previous: previous, actor: actor, body: .purged(reason: reason))))
    }
}

extension Event {
    /// An event of a job that the books know.
    init(of job: SequenceNumber, _ record: JobRecord, at time: Instant, by actor: Actor, _ body: EventBody) {
        self.init(
            time: time, job: job, previous: record.last, attempt: UInt32(record.attempt), token: record.token,
            actor: actor, body: body)
    }
}

extension Refusal {
    /// Nil if the job is where somebody thinks it is.
    fileprivate init?(of job: SequenceNumber, _ record: JobRecord, unless expected: JobState?) {
        guard let expected, record.state != expected else { return nil }
        self.init(
            .wrongState,
            "Job \(job) is \(record.state.name), not \(expected.name) as expected; look at it again.")
    }

    package static func noSuchJob(_ job: SequenceNumber) -> Refusal {
        Refusal(.noSuchJob, "There is no job \(job): it never was, or it has been deleted or retired since.")
    }

    static func wrongState(_ job: SequenceNumber, _ state: JobState, _ verb: String) -> Refusal {
        Refusal(.wrongState, "Job \(job) is \(state.name) and cannot be \(verb).")
    }

    package static func argumentsTooLarge(_ count: Int, bytesMax: Int) -> Refusal {
        Refusal(
            .argumentsTooLarge,
            "The arguments have \(count) bytes; \(bytesMax) are allowed. Put large data elsewhere and enqueue where it "
                + "is.")
    }

    static var afterTheCalendar: Refusal {
        Refusal(.badOption, "The job would be due after the year 9999; give an earlier time.")
    }

    package static func badName(_ what: String, _ text: String) -> Refusal {
        Refusal(
            .badName,
            "The \(what) is not a name: use 1 to \(Name.lengthMax) letters, digits, '.', '_', ':' or '-', "
                + "beginning with a letter or digit."
        )
    }
}
