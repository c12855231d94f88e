internal import DaybookModel

/// A recurring job as its events have it.
struct RecurringFacts {
    var id: String
    var version: SequenceNumber
    var set: RecurringSet
    /// What is planned next.
    var next: Instant?
    /// The latest occurrence that fired or was skipped.
    var handled: Instant?
    var pending: Instant?
    var isPaused = false
    var isRemoved = false
    /// Its jobs that its rule for overlaps asks about, and those of them that have not finished.
    var counted: Set<SequenceNumber> = []
    var unfinished: Set<SequenceNumber> = []
    /// What fired under the version in force.
    var slots: Set<Instant> = []
}

extension Oracle {
    /// A firing and its job stand one behind the other.
    func checkFollowing(_ event: Event, _ sequence: SequenceNumber) {
        guard let fired else { return }
        self.fired = nil
        switch event.body {
        case .created(let box):
            if event.cause != fired.at || box.value.planned != fired.planned {
                note(.slots, sequence, "it follows the firing \(fired.at) and is not its job")
            }
        case .duplicate:
            if event.cause != fired.at {
                note(.slots, sequence, "it follows the firing \(fired.at) for another reason")
            }
        default: note(.slots, fired.at, "it fired, and no job came of it")
        }
    }

    /// A job of a recurring job was made, has finished, or was taken up again.
    func noteRecurring(_ definition: SequenceNumber, _ job: SequenceNumber, isNew: Bool, isFinished: Bool) {
        guard definition != 0 else { return }
        if isNew, recurring[definition]?.set.overlap != .allow { recurring[definition]?.counted.insert(job) }
        guard recurring[definition]?.counted.contains(job) == true else { return }
        if isFinished {
            recurring[definition]?.unfinished.remove(job)
        } else {
            recurring[definition]?.unfinished.insert(job)
        }
    }

    func moveRecurring(_ event: Event, _ sequence: SequenceNumber) {
        if case .recurringSet(let box) = event.body { return setRecurring(box.value, sequence) }
        guard let (step, kind) = event.body.recurringStep, var facts = recurring[step.definition] else { return }
        if facts.isRemoved { note(.slots, sequence, "\(facts.id) was removed") }
        switch kind {
        case .fired: fire(&facts, step, event, sequence)
        case .skipped: skip(&facts, step, event, sequence)
        case .postponed:
            requireNext(facts, step.planned, sequence)
            if facts.pending != nil { note(.slots, sequence, "two occurrences of \(facts.id) wait") }
            facts.pending = step.planned
            moveOn(&facts, step, behind: step.planned, sequence)
        case .recurringPaused: facts.isPaused = true
        case .recurringResumed:
            facts.isPaused = false
            facts.next = step.plan.planned
        case .recurringRemoved: (facts.isRemoved, facts.pending, facts.next) = (true, nil, nil)
        default: facts.next = step.plan.planned
        }
        recurring[step.definition] = facts
    }

    private func setRecurring(_ set: RecurringSet, _ sequence: SequenceNumber) {
        let definition = set.definition == 0 ? sequence : set.definition
        let old = recurring[definition]
        var facts = RecurringFacts(id: set.id, version: sequence, set: set, next: set.plan.planned)
        if let old {
            facts.isPaused = old.isPaused
            facts.counted = old.counted
            facts.unfinished = old.unfinished
            facts.pending = old.isRemoved ? nil : old.pending
            facts.handled = old.handled
            // The same schedule goes on as it was.
            if !old.isRemoved, old.set.schedule == set.schedule, old.set.zone == set.zone, old.next != facts.next,
                old.set.starts == set.starts, old.set.ends == set.ends, old.set.isManual == set.isManual,
                old.set.broken == nil, set.broken == nil
            {
                note(.slots, sequence, "the plan of \(set.id) moved although its schedule did not")
            }
        }
        recurring[definition] = facts
    }

    private func fire(
        _ facts: inout RecurringFacts, _ step: RecurringStep, _ event: Event, _ sequence: SequenceNumber
    ) {
        fired = (sequence, step.planned)
        guard step.origin == .schedule || step.origin == .waited, let planned = step.planned else { return }
        if !facts.slots.insert(planned).inserted { note(.slots, sequence, "\(facts.id) fired for \(planned) before") }
        if event.cause != facts.version { note(.slots, sequence, "version \(event.cause) is not in force") }
        if facts.set.overlap != .allow, !facts.unfinished.isEmpty {
            note(.slots, sequence, "\(facts.id) fired beside a job of it that has not finished")
        }
        if step.origin == .waited {
            if facts.pending != planned { note(.slots, sequence, "\(facts.id) did not wait to fire for \(planned)") }
            facts.pending = nil
            return
        }
        requireNext(facts, planned, sequence)
        if event.time < planned { note(.slots, sequence, "\(facts.id) fired before \(planned)") }
        if facts.isPaused { note(.slots, sequence, "\(facts.id) is paused") }
        let late = event.time.microseconds - planned.microseconds
        if facts.set.misfire == .skip, late > facts.set.lateMicroseconds + facts.set.jitterMicroseconds {
            note(.slots, sequence, "\(facts.id) fired \(late / 1_000_000) s late, and was to skip that")
        }
        moveOn(&facts, step, behind: planned, sequence)
    }

    private func skip(
        _ facts: inout RecurringFacts, _ step: RecurringStep, _ event: Event, _ sequence: SequenceNumber
    ) {
        guard step.origin != .waited else {
            if facts.pending != step.planned { note(.slots, sequence, "another occurrence of \(facts.id) waits") }
            facts.pending = nil
            return
        }
        requireNext(facts, step.planned, sequence)
        guard let first = step.planned else { return }
        // What had come before the definition was changed leaves the plan to the change.
        if step.plan.planned == facts.next { return }
        let last = step.plannedLast ?? first
        let late = event.time.microseconds - last.microseconds
        if step.reason.hasPrefix("late:"), late <= facts.set.lateMicroseconds + facts.set.jitterMicroseconds {
            note(.slots, sequence, "\(facts.id) was skipped for \(last) as late, and was not")
        }
        if let interval = interval(facts) {
            let count = (last.microseconds - first.microseconds) / interval + 1
            if UInt64(count) != step.howMany {
                note(
                    .slots, sequence,
                    "\(step.howMany) occurrences of \(facts.id) are said to be skipped, not \(count)")
            }
        }
        moveOn(&facts, step, behind: last, sequence)
    }

    private func requireNext(_ facts: RecurringFacts, _ planned: Instant?, _ sequence: SequenceNumber) {
        if planned == nil || planned != facts.next {
            let next = facts.next.map { "\($0)" } ?? "nothing"
            note(.slots, sequence, "next of \(facts.id) was \(next), not \(planned.map { "\($0)" } ?? "nothing")")
        }
    }

    /// The plan only moves forward, and leaves nothing out.
    private func moveOn(
        _ facts: inout RecurringFacts, _ step: RecurringStep, behind last: Instant?, _ sequence: SequenceNumber
    ) {
        facts.handled = last
        facts.next = step.plan.planned
        guard let last, let next = facts.next else { return }
        if next <= last {
            note(.slots, sequence, "\(facts.id) goes on with \(next), which is not behind \(last)")
        } else if let interval = interval(facts), next.microseconds - last.microseconds != interval {
            note(.slots, sequence, "\(facts.id) goes on with \(next), which leaves some out behind \(last)")
        }
    }

    /// Between one occurrence and the next, where the scenario says that they are so far apart.
    private func interval(_ facts: RecurringFacts) -> Int64? {
        testimony == nil ? nil : ScenarioRecurring.intervals[facts.id]
    }
}

extension EventBody {
    fileprivate var recurringStep: (RecurringStep, EventKind)? {
        switch self {
        case .recurringPaused(let box): (box.value, .recurringPaused)
        case .recurringResumed(let box): (box.value, .recurringResumed)
        case .recurringRemoved(let box): (box.value, .recurringRemoved)
        case .fired(let box): (box.value, .fired)
        case .skipped(let box): (box.value, .skipped)
        case .postponed(let box): (box.value, .postponed)
        case .replanned(let box): (box.value, .replanned)
        default: nil
        }
    }
}
