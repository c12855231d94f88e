// Judges a run from what is outside the engine's rules: the bytes of the log, what clients were told, what handlers
// did, when processes gave signs of life and what they were running when they died. It goes through the log once and
// keeps its own account of every job.

internal import DaybookLog
internal import DaybookModel

final class Oracle {
    let world: World
    let testimony: Testimony?
    /// By number, from 1; the place of a job's facts is that of the event that created it.
    var jobs: [JobFacts?]
    var violations: [Violation] = []
    var pausedQueues: Set<String> = []
    /// Unfinished jobs by unique key, when the windows of other keys end, and jobs by request id.
    var keys: [String: SequenceNumber] = [:]
    var windows: [String: Instant] = [:]
    var requests: [String: SequenceNumber] = [:]
    var batches: [SequenceNumber: BatchFacts] = [:]
    /// What ended by which event, and how.
    var ends: [SequenceNumber: (of: SequenceNumber, state: JobState)] = [:]
    var limits = LimitFacts()
    var recurring: [SequenceNumber: RecurringFacts] = [:]
    /// The firing that is to be followed by its job.
    var fired: (at: SequenceNumber, planned: Instant?)?
    /// The event that recorded each step of each job.
    var steps: [StepFacts: SequenceNumber] = [:]
    /// What each process holds.
    var held: [SequenceNumber: Set<SequenceNumber>] = [:]
    /// Where each ask was created, and in which commit.
    var created: [Int: (at: SequenceNumber, commit: Int)] = [:]
    private let processes: [SequenceNumber: VirtualProcess]
    private var commit = 0
    /// The latest time that any event had so far.
    private var latest = Instant(microseconds: 0)
    private var timed = 0

    private static let violationsMax = 20

    init(_ world: World, _ testimony: Testimony?) {
        self.world = world
        self.testimony = testimony
        processes = Dictionary(
            world.processes.filter { $0.event != 0 }.map { ($0.event, $0) }, uniquingKeysWith: { $1 })
        jobs = Array(repeating: nil, count: Int(world.lastEvent) + 1)
    }

    func judge(_ report: inout SimulationReport) throws {
        try world.memory.read { log in
            report.events = Int(try log.last)
            if report.events > 0 { report.hash = try log.seal(endingAt: UInt64(report.events)).head.hex }
            try log.events(from: 1) { sequence, value in
                let event = try Event(value, at: sequence)
                check(event, sequence)
                if Seal(of: value) != nil { commit += 1 }
                return violations.count < Oracle.violationsMax
            }
        }
        if violations.count < Oracle.violationsMax {
            judgeEnds()
            judgeWaiting()
            judgeSteps()
            judgeAnswers()
        }
        judgeReplay()
        report.violations = violations
    }

    func note(_ promise: SimulationPromise, _ event: SequenceNumber, _ sentence: String) {
        violations.append(Violation(promise: promise, event: event, sentence: sentence))
    }

    func process(_ number: SequenceNumber) -> VirtualProcess? { processes[number] }

    /// On the monotonic clock, when an event was committed. Events are asked for in rising order.
    func committed(_ sequence: SequenceNumber) -> UInt64 {
        while timed < world.commits.count, world.commits[timed].events.upperBound < sequence { timed += 1 }
        return timed < world.commits.count ? world.commits[timed].monotonic : 0
    }

    // MARK: Event by event

    private func check(_ event: Event, _ sequence: SequenceNumber) {
        latest = max(latest, event.time)
        limits.pass(event.time)
        checkCause(event, sequence)
        checkFollowing(event, sequence)
        switch event.body {
        case .created(let box): create(box.value, event, sequence)
        case .queueLimited(let limited): limits.set(limited.value, jobs)
        case .batchCreated, .batchSealed, .batchCancelled, .batchEnded, .batchReopened: moveBatch(event, sequence)
        case .recurringSet, .recurringPaused, .recurringResumed, .recurringRemoved, .fired, .skipped, .postponed,
            .replanned:
            moveRecurring(event, sequence)
        case .queuePaused(let queue, _): pausedQueues.insert(queue)
        case .queueResumed(let queue, _): pausedQueues.remove(queue)
        default:
            guard event.job != 0 else { return }
            checkJob(event, sequence)
        }
    }

    private func checkCause(_ event: Event, _ sequence: SequenceNumber) {
        if case .genesis = event.body { return }
        if case .processLost = event.body, process(event.cause) == nil, event.cause != 0 { return }
        if case .processLost = event.body, event.cause == 0 {
            return note(.causes, sequence, "a process was lost, and which is not said")
        }
        guard event.job != 0, event.actor == .system else { return }
        switch event.body {
        // These follow from what became of others.
        case .parentEnded, .parentReopened, .continued, .cancelled:
            if event.cause == 0 || event.cause >= sequence { note(.causes, sequence, "nothing caused it") }
        default:
            if event.cause == 0 || event.cause != event.previous {
                note(.causes, sequence, "nobody did it, and nothing caused it")
            }
        }
    }

    private func create(_ created: Created, _ event: Event, _ sequence: SequenceNumber) {
        let facts = JobFacts(created, event, at: sequence)
        jobs[Int(sequence)] = facts
        judgeConditions(created, facts, sequence)
        limits.enter(sequence, facts)
        noteRecurring(facts.definition, sequence, isNew: true, isFinished: false)
        if let key = created.key { takeKey(key, sequence, event, created.uniqueness) }
        if let request = created.requestID, let other = requests.updateValue(sequence, forKey: request) {
            note(.keys, sequence, "job \(other) has the request id \(request)")
        }
        guard testimony != nil, let number = Scenario.number(created.arguments) else { return }
        if let before = self.created.updateValue((sequence, commit), forKey: number) {
            note(.acknowledged, sequence, "what was asked for once was created at \(before.at), too")
        }
    }

    private func takeKey(
        _ key: String, _ job: SequenceNumber, _ event: Event, _ uniqueness: Uniqueness
    ) {
        // A window that was over once may be so for good, even if the clock is set back.
        if let end = windows[key], max(event.time, latest) < end {
            note(.keys, job, "the key \(key) holds until \(end)")
        }
        if let other = keys[key] { note(.keys, job, "job \(other) has the key \(key) already") }
        if case .window(let microseconds) = uniqueness {
            windows[key] = event.time.advanced(microseconds: microseconds)
        } else {
            keys[key] = job
        }
    }

    private func checkJob(_ event: Event, _ sequence: SequenceNumber) {
        guard event.job < jobs.count, var job = jobs[Int(event.job)], event.job < sequence else {
            return note(.order, sequence, "there is no job \(event.job)")
        }
        let previous = namesGone(job, event, sequence) ? 0 : job.last
        if event.previous != previous {
            let kind = EventKind(rawValue: event.body.kind)?.name ?? "event"
            note(
                .order, sequence,
                "a \(kind) of job \(event.job) names \(event.previous) as the event before, not \(previous)")
        }
        let before = job
        move(&job, event, sequence)
        job.last = sequence
        jobs[Int(event.job)] = job
        if job.isFinished, !before.isFinished { ends[sequence] = (event.job, job.state) }
        account(event.job, before, job)
        limits.note(event.job, before, job)
        noteMember(before, job)
        if before.isFinished != job.isFinished {
            noteRecurring(job.definition, event.job, isNew: false, isFinished: job.isFinished)
        }
    }

    /// Whether an event rightly names a job that has left the ledgers, and so no event before it: a result that
    /// comes too late, a second job that its key keeps out for the rest of its window, or the telling of those who
    /// wait for it, which goes on when somebody deletes it in the midst of that.
    private func namesGone(_ job: JobFacts, _ event: Event, _ sequence: SequenceNumber) -> Bool {
        guard job.isPurged else { return false }
        switch event.body {
        case .stale, .continued: return true
        case .duplicate(let box):
            if box.value.key.flatMap({ windows[$0] }).map({ event.time < $0 }) != true {
                note(.keys, sequence, "it was kept out by a job that is gone, and no window holds")
            }
            return true
        default: return false
        }
    }

    /// Keeps what follows from where jobs stand: who holds which, and who has a key.
    private func account(_ number: SequenceNumber, _ before: JobFacts, _ after: JobFacts) {
        if before.claimant != after.claimant {
            if before.claimant != 0 { held[before.claimant]?.remove(number) }
            if after.claimant != 0 { held[after.claimant, default: []].insert(number) }
        }
        if let key = after.key, before.holdsKey != after.holdsKey {
            if !after.holdsKey {
                if keys[key] == number { keys[key] = nil }
            } else if keys[key] == nil {
                keys[key] = number
            }
        }
        if after.isPurged, let request = after.requestID, requests[request] == number { requests[request] = nil }
    }
}
