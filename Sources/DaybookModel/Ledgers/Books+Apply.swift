extension Books {
    /// Posts one event to the books. The only place where a job moves, and it asks nothing but the event.
    ///
    /// In a log with gaps an event may speak of what the ledgers never heard of, because that is what is missing. Such
    /// an event stays in the log and moves nothing. Every rule that finds an event impossible does so before it has
    /// changed anything.
    package mutating func apply(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        do {
            try post(event, at: sequence, in: ledgers)
        } catch LedgerError.impossibleEvent(let place, let kind, let why) {
            guard try hasLoss(in: ledgers) else { throw LedgerError.impossibleEvent(place, kind, why) }
        }
    }

    private mutating func post(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .genesis: try openBooks(in: ledgers)
        case .processStarted, .processStopped, .processLost, .processAsked:
            try applyProcess(event, at: sequence, in: ledgers)
        case .created(let created):
            try create(created, event, sequence, in: ledgers)
        case .queuePaused, .queueResumed, .queueLimited, .limitOpened:
            try applyQueue(event, at: sequence, in: ledgers)
        case .limited(let scope):
            try change(event, sequence, blockedBy: scope, in: ledgers) { _ in }
        case .recurringSet, .recurringPaused, .recurringResumed, .recurringRemoved, .fired, .skipped, .replanned,
            .postponed:
            try applyRecurring(event, at: sequence, in: ledgers)
        case .gap: try noteLoss(in: ledgers)
        case .clockStepped, .rebuilt, .denied, .unknown: break
        case .duplicate, .stale, .logged, .progressed, .reported:
            // About a job that may have left the ledgers since; the log keeps the fact all the same.
            if try job(event.job, in: ledgers) != nil { try change(event, sequence, in: ledgers) { _ in } }
        case .replaced(let replaced):
            try replace(replaced.value, event, sequence, in: ledgers)
        case .enqueued, .requeued:
            try makeReady(event, sequence, in: ledgers)
        case .claimed:
            try change(event, sequence, in: ledgers) { record in
                record.state = .processing
                record.countRun()
                record.token = sequence
                record.process = event.actor.process
            }
        case .returned:
            try change(event, sequence, in: ledgers) { $0.giveBack() }
        case .interrupted(_, let charged):
            try change(event, sequence, in: ledgers) { record in
                record.state = .enqueued
                if charged { record.deaths = min(record.deaths, .max - 1) + 1 } else { record.takeStartedRunBack() }
            }
        case .succeeded:
            try succeed(event, sequence, in: ledgers)
        case .stepped(let stepped):
            try takeStep(stepped.value.step, event, sequence, in: ledgers)
        case .failed:
            try change(event, sequence, in: ledgers) { $0.state = .failed }
        case .cancelled:
            try change(event, sequence, in: ledgers) { $0.state = .cancelled }
            try endWaiting(event, sequence, in: ledgers)
        case .continued, .parentEnded, .parentReopened, .batchCreated, .batchSealed, .batchContinued, .batchEnded,
            .batchReopened, .batchCancelled:
            try applyFlow(event, at: sequence, in: ledgers)
        case .parked:
            try change(event, sequence, in: ledgers) { $0.park() }
        case .attemptFailed(let failure):
            try change(event, sequence, in: ledgers) { record in
                record.wait(for: .retry, until: failure.value.due, position: sequence)
            }
        case .snoozed(let until):
            try change(event, sequence, in: ledgers) { record in
                record.takeStartedRunBack()
                record.wait(for: .snooze, until: until, position: sequence)
            }
        case .rescheduled(let until, _):
            try change(event, sequence, in: ledgers) { record in
                record.wait(for: .rescheduled, until: until, position: sequence)
            }
        case .purged: try purge(event, sequence, in: ledgers)
        case .retentionSet, .held, .released, .checkpoint, .carried, .restored, .keysChanged, .erased:
            try applyKeeping(event, at: sequence, in: ledgers)
        }
    }

    private mutating func makeReady(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        try change(event, sequence, in: ledgers) { record in
            if case .requeued = event.body { record.startAnew() }
            record.state = .enqueued
            record.position = sequence
        }
        try endWaiting(event, sequence, in: ledgers)
    }

    private mutating func succeed(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        var hadSteps = false
        var queueInBatch: UInt32?
        try change(event, sequence, in: ledgers) { record in
            record.state = .succeeded
            hadSteps = record.flags.remove(.hasSteps) != nil
            if record.flags.contains(.inBatch) { queueInBatch = record.queue }
        }
        if hadSteps { try forgetSteps(of: event.job, in: ledgers) }
        if let queueInBatch, try queues.number(Name.staging, in: ledgers) == queueInBatch {
            try leaveFilledBatch(event.job, in: ledgers)
        }
    }

    private mutating func takeStep(
        _ name: String, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        try change(event, sequence, in: ledgers) { $0.flags.insert(.hasSteps) }
        try addStep(name, of: event.job, at: sequence, in: ledgers)
    }

    // Fields are read through the box one by one: what is in it is large, and copying it costs as much as the rest
    // of this.
    private mutating func create(
        _ box: Box<Created>, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        var record = JobRecord(
            state: .enqueued, attempts: UInt16(clamping: box.value.attempts),
            queue: try queues.numberGiving(box.value.queue, in: ledgers),
            name: try names.numberGiving(.job, box.value.name, in: ledgers),
            last: sequence, since: event.time, created: event.time)
        record.priority = box.value.priority
        record.position = sequence
        if box.value.argumentsVersion > 1 { record.version = UInt16(clamping: box.value.argumentsVersion) }
        if let rules = RetryRules.text(of: box) { record.retry = try names.numberGiving(.retry, rules, in: ledgers) }
        if let expires = box.value.expires { record.expires = expires }
        if box.value.due != nil { record.wait(for: .delay, until: box.value.due, position: sequence) }
        if !box.value.after.isEmpty { try enterConditions(of: sequence, box.value.after, &record, in: ledgers) }
        if box.value.batch != 0 { try enterBatch(box.value.batch, sequence, &record, in: ledgers) }
        if let key = box.value.key {
            try takeKey(key, box.value.uniqueness, for: sequence, &record, at: event.time, in: ledgers)
        }
        if let request = box.value.requestID {
            record.flags.insert(.hasRequestID)
            try KeyBook.take(
                .request, request, job: sequence, from: lostHolder(ofRequest: request, in: ledgers), in: ledgers)
        }
        if event.actor.recurring != 0 {
            try countRecurring(sequence, &record, of: event.actor.recurring, in: ledgers)
        }
        try enterLimits(of: box.value, sequence, &record, in: ledgers)
        var touched: [LimitDesk.Number] = []
        if try mayBeLimited(record, in: ledgers) {
            touched = try settleLimits(sequence, nil, &record, LimitChange(time: event.time), in: ledgers)
        }
        jobs.insert(sequence, JobEntry(record: record, stored: nil, isChanged: true))
        changedJobs.append(sequence)
        try queues.count(record.queue, record.state, by: 1, in: ledgers)
        try enter(sequence, record, in: ledgers)
        if !touched.isEmpty {
            limits.takeLastPlace(of: record.lane, at: sequence)
            try moveOn(touched, at: sequence, event.time, in: ledgers)
        }
    }

    /// Moves a job by `change`: out of where it waits, into where it waits next, counted in both.
    mutating func change(
        _ event: Event, _ sequence: SequenceNumber, blockedBy: String? = nil, in ledgers: any Ledgers,
        _ change: (inout JobRecord) -> Void
    ) throws {
        guard let index = try place(of: event.job, in: ledgers) else {
            throw LedgerError.impossibleEvent(
                sequence, EventKind(rawValue: event.body.kind) ?? .gap, "job \(event.job) is not in the ledgers")
        }
        let old = jobs[index].record
        var record = old
        change(&record)
        record.last = sequence
        if record.state != old.state { record.since = event.time }
        if record.state != .processing {
            record.token = 0
            record.process = 0
        }
        jobs[index].record = record
        if !jobs[index].isChanged {
            jobs[index].isChanged = true
            changedJobs.append(event.job)
        }
        guard
            record.state != old.state || record.position != old.position || record.due != old.due
                || record.token != old.token || record.awaitsExpiry != old.awaitsExpiry
                || blockedBy != nil
        else { return }
        try leave(event.job, old, in: ledgers)
        let limitChange = LimitChange(time: event.time, blockedBy: blockedBy, isReturn: event.body.isReturn)
        if record.state == .processing || limitChange.isReturn {
            try countStart(old, record, limitChange, in: ledgers)
        }
        var touched: [LimitDesk.Number] = []
        if try mayBeLimited(record, in: ledgers) {
            touched = try settleLimits(event.job, old, &record, limitChange, in: ledgers)
            jobs[index].record = record
        }
        try enter(event.job, record, in: ledgers)
        if record.state != old.state {
            try queues.count(old.queue, old.state, by: -1, in: ledgers)
            try queues.count(record.queue, record.state, by: 1, in: ledgers)
        }
        if record.flags.contains(.hasKey), record.holdsKey != old.holdsKey {
            try holdKey(of: event.job, record.holdsKey, at: event.time, in: ledgers)
        }
        if record.flags.contains(.inBatch), record.state != old.state {
            try noteMember(event.job, old.state, record.state, sequence, in: ledgers)
        }
        if record.flags.contains(.isCounted), record.state.isFinished != old.state.isFinished {
            try countRecurring(event.job, isFinished: record.state.isFinished, in: ledgers)
        }
        if !touched.isEmpty {
            if record.position == sequence { limits.takeLastPlace(of: record.lane, at: sequence) }
            try moveOn(touched, at: sequence, event.time, in: ledgers)
        }
    }

    /// Takes a job out of the index that its state keeps it in.
    mutating func leave(_ id: SequenceNumber, _ record: JobRecord, in ledgers: any Ledgers) throws {
        switch record.state {
        case .enqueued where record.waitsFor == .limit: break
        case .enqueued:
            let key = record.readyKey
            if !shelf.remove(key) {
                try key.withBytes { key in
                    try withUnsafeBytes(of: id.littleEndian) { try ledgers.remove(.ready, key, old: $0) }
                }
            }
        case .scheduled:
            try RowKey.due(record.due, job: id).withBytes {
                try ledgers.remove(.due, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
            }
        case .processing:
            try RowKey.running(process: record.process, job: id).withBytes { key in
                try withUnsafeBytes(of: record.token.littleEndian) { try ledgers.remove(.running, key, old: $0) }
            }
        case .awaiting, .succeeded, .failed, .cancelled, .parked:
            break
        }
        if let expiry = record.expiryKey(id) {
            try expiry.withBytes {
                try ledgers.remove(.due, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
    }

    /// Puts a job where claims find it.
    mutating func makeReady(_ id: SequenceNumber, _ record: JobRecord, in ledgers: any Ledgers) throws {
        let key = record.readyKey
        shelf.insert(key, job: id)
        guard lookedPast.reaches(key) else { return }
        lookedPast.noteReady(key, name: try names.text(.job, record.name, in: ledgers), version: record.version)
    }

    /// Puts a job into the index that its state belongs to.
    mutating func enter(_ id: SequenceNumber, _ record: JobRecord, in ledgers: any Ledgers) throws {
        switch record.state {
        case .enqueued where record.waitsFor == .limit: break
        case .enqueued:
            try makeReady(id, record, in: ledgers)
        case .scheduled:
            try RowKey.due(record.due, job: id).withBytes {
                try ledgers.put(.due, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
            }
        case .processing:
            try RowKey.running(process: record.process, job: id).withBytes { key in
                try withUnsafeBytes(of: record.token.littleEndian) {
                    try ledgers.put(.running, key, $0, replacing: nil)
                }
            }
        case .awaiting, .succeeded, .failed, .cancelled, .parked:
            break
        }
        if let expiry = record.expiryKey(id) {
            try expiry.withBytes {
                try ledgers.put(.due, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
            }
        }
    }
}

extension EventBody {
    fileprivate var isReturn: Bool { if case .returned = self { true } else { false } }
}

extension JobRecord {
    package var readyKey: RowKey { .ready(queue: queue, priority: priority, position: position) }

    /// Whether it is cancelled if nobody starts it in time. A run that counted was a start.
    package var awaitsExpiry: Bool {
        guard expires.microseconds != .max, attempt == 0 else { return false }
        switch state {
        case .awaiting, .scheduled, .enqueued, .parked: return true
        case .processing, .succeeded, .failed, .cancelled: return false
        }
    }

    /// The row that says when it expires; nil if it does not, or if the row that makes it due is the same.
    fileprivate func expiryKey(_ id: SequenceNumber) -> RowKey? {
        guard awaitsExpiry, state != .scheduled || due != expires else { return nil }
        return .due(expires, job: id)
    }

    /// A person took it up again: all its attempts are before it, and no instant is too late.
    fileprivate mutating func startAnew() {
        attempt = 0
        deaths = 0
        expires = Instant(microseconds: .max)
    }

    // A log that others wrote may count what no rule of ours would: the record then says the most or the least that
    // it can.
    fileprivate mutating func countRun() { attempt = min(attempt, .max - 1) + 1 }
    fileprivate mutating func takeRunBack() { attempt = max(attempt, 1) - 1 }

    /// It does not count, and yet the job was started in time.
    fileprivate mutating func takeStartedRunBack() {
        takeRunBack()
        expires = Instant(microseconds: .max)
    }

    /// Nothing ran, so nothing is burnt and the job keeps its place.
    mutating func giveBack() {
        state = .enqueued
        takeRunBack()
    }

    /// Put aside until a process comes that can run it. Nothing ran, so nothing is burnt.
    mutating func park() {
        if state == .processing { takeRunBack() }
        state = .parked
    }

    /// Due later, or ready at once if no instant was given.
    mutating func wait(for reason: WaitReason, until instant: Instant?, position sequence: SequenceNumber) {
        guard let instant else {
            state = .enqueued
            waitsFor = .nothing
            position = sequence
            return
        }
        state = .scheduled
        waitsFor = reason
        due = instant
    }
}
