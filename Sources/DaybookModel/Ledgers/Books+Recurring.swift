/// What events make of recurring jobs.
extension Books {
    mutating func applyRecurring(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .recurringSet(let box): try set(box.value, event, sequence, in: ledgers)
        case .recurringPaused(let box), .recurringResumed(let box), .recurringRemoved(let box), .fired(let box),
            .skipped(let box), .replanned(let box), .postponed(let box):
            try step(box.value, event, sequence, in: ledgers)
        default: break
        }
    }

    /// Posts the setting of a recurring job: a new one, or one that is known by what set it first.
    private mutating func set(
        _ body: RecurringSet, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard body.definition != 0 else {
            var record = RecurringRecord(id: body.id, version: sequence, handled: event.time)
            record.take(body)
            try recurring.enter(body.id, sequence, in: ledgers)
            return try recurring.put(sequence, record, replacing: nil, in: ledgers)
        }
        try changeRecurring(body.definition, sequence, .recurringSet, in: ledgers) { record in
            if record.next != body.plan.planned { record.handled = max(record.handled, event.time) }
            record.version = sequence
            record.take(body)
        }
    }

    /// Posts what happened to a recurring job since.
    private mutating func step(
        _ step: RecurringStep, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        let kind = EventKind(rawValue: event.body.kind) ?? .gap
        try changeRecurring(step.definition, sequence, kind, in: ledgers) { record in
            switch kind {
            case .recurringPaused:
                record.flags.insert(.isPaused)
                record.pausedUntil = step.until
            case .recurringResumed:
                record.flags.remove(.isPaused)
                record.pausedUntil = nil
                record.go(on: step)
            case .recurringRemoved:
                record.flags.insert(.isRemoved)
                record.pending = nil
                record.go(on: step)
            case .fired:
                record.fired &+= 1
                record.lastFired = sequence
                if step.origin == .waited { record.pending = nil }
                if step.origin == .schedule { record.handle(step, step.planned) }
            case .skipped where step.origin == .waited:
                record.skipped &+= step.howMany
                record.pending = nil
            case .skipped:
                record.skipped &+= step.howMany
                record.handle(step, step.plannedLast ?? step.planned)
            case .postponed:
                record.pending = step.planned
                record.handle(step, step.planned)
            default: record.go(on: step)
            }
        }
    }

    private mutating func changeRecurring(
        _ definition: SequenceNumber, _ sequence: SequenceNumber, _ kind: EventKind, in ledgers: any Ledgers,
        _ change: (inout RecurringRecord) -> Void
    ) throws {
        guard let old = try RecurringBook.record(definition, in: ledgers) else {
            throw LedgerError.impossibleEvent(
                sequence, kind, "recurring job \(definition) is not in the ledgers")
        }
        var record = old
        change(&record)
        record.last = sequence
        try recurring.put(definition, record, replacing: old, in: ledgers)
    }

    // MARK: Its jobs

    /// Counts a new job of a recurring job whose overlap rule asks for that.
    mutating func countRecurring(
        _ job: SequenceNumber, _ record: inout JobRecord, of definition: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard let old = try RecurringBook.record(definition, in: ledgers), old.overlap != .allow else { return }
        record.flags.insert(.isCounted)
        try RecurringBook.count(job, for: definition, in: ledgers)
        try addUnfinished(1, to: definition, old, in: ledgers)
    }

    /// A job that is counted has finished, or was taken up again.
    mutating func countRecurring(_ job: SequenceNumber, isFinished: Bool, in ledgers: any Ledgers) throws {
        guard let definition = try RecurringBook.counter(of: job, in: ledgers),
            let old = try RecurringBook.record(definition, in: ledgers)
        else { return }
        try addUnfinished(isFinished ? -1 : 1, to: definition, old, in: ledgers)
    }

    private mutating func addUnfinished(
        _ step: Int, to definition: SequenceNumber, _ old: RecurringRecord, in ledgers: any Ledgers
    ) throws {
        var record = old
        record.unfinished = UInt32(clamping: Int(old.unfinished) + step)
        try recurring.put(definition, record, replacing: old, in: ledgers)
    }
}

extension RecurringRecord {
    fileprivate mutating func take(_ body: RecurringSet) {
        flags = flags.intersection(.isPaused)
        if body.isManual { flags.insert(.isManual) }
        if body.broken != nil { flags.insert(.isBroken) }
        if body.zoneData != nil { flags.insert(.followsZone) }
        overlap = body.overlap
        misfire = body.misfire
        lateMicroseconds = body.lateMicroseconds
        jitterMicroseconds = body.jitterMicroseconds
        next = body.plan.planned
        due = body.plan.due
        zoneData = body.zoneData ?? ""
        origin = body.origin ?? ""
    }

    fileprivate mutating func go(on step: RecurringStep) {
        next = step.plan.planned
        due = step.plan.due
        if let zoneData = step.zoneData { self.zoneData = zoneData }
    }

    fileprivate mutating func handle(_ step: RecurringStep, _ planned: Instant?) {
        if let planned { handled = planned }
        go(on: step)
    }
}
