internal import DaybookModel

/// Reads a recording out of a log, event by event.
struct RecordingReader {
    private var recording = Recording()
    /// When processes left off, which is told by what they did not do, and so comes to light later.
    private var leftOff: [Recording.Input] = []
    /// What each process that has not ended did last.
    private var signs: [SequenceNumber: Sign] = [:]
    /// Queues from which nobody takes anything, or not as much as there is.
    private var paused: Set<String> = []
    private var limited: Set<String> = []
    /// When somebody saw to it last that a job came due or expired.
    private var latestUpkeep = Instant.epoch
    /// The job that each success belongs to which others may have followed from.
    private var successes: [SequenceNumber: SequenceNumber] = [:]
    private var created: [SequenceNumber: Box<Created>] = [:]
    private var claims: [SequenceNumber: Claim] = [:]
    /// The workers of each process that came to the end of a run.
    private var workers: [SequenceNumber: Set<UInt32>] = [:]
    /// The claims of each process that ended without saying which worker had them.
    private var unnumbered: [SequenceNumber: [(from: Instant, to: Instant)]] = [:]

    private struct Sign {
        /// When it took a job, or ended a run.
        var latest: Instant
        /// When it took or began a job.
        var start: Instant
        /// When a job was due after that which nobody made ready.
        var missedDue: Instant?
    }

    private struct Claim {
        let time: Instant
        let process: SequenceNumber
    }

    /// `workload` has read this event, too.
    mutating func read(_ event: Event, at sequence: SequenceNumber, _ workload: WorkloadReader) throws {
        // Clocks step back, and a recording is played forwards.
        let time = max(recording.last, event.time)
        recording.first = recording.first ?? time
        recording.last = time
        if event.isUpkeep { latestUpkeep = time }
        if let due = workload.missedDue { miss(due) }
        switch event.body {
        case .created(let box): arrive(box, event, at: sequence, time)
        case .duplicate(let duplicate): ask(again: duplicate.value, event, at: sequence, time)
        case .claimed: claim(event, at: sequence, time)
        case .succeeded(let success):
            end(event, time, Int64(clamping: success.ranMicroseconds), .succeeded)
            successes[sequence] = event.job
        case .attemptFailed(let failure), .failed(let failure): fail(failure.value, event, time)
        case .snoozed(let until):
            end(event, time, nil, .snoozed(microseconds: until.microseconds - event.time.microseconds))
        case .returned: claims[event.job] = nil
        case .interrupted(_, let charged): breakOff(event, hasBegun: charged || event.actor.worker != 0, time)
        case .parked where event.actor.worker != 0: claims[event.job] = nil
        case .cancelled:
            if event.actor.worker != 0 {
                end(event, time, nil, .cancelled)
            } else {
                if let claim = claims.removeValue(forKey: event.job) { note(claim, until: time, event.actor) }
                if event.cause == 0, event.actor != .system { add(.cancel(event.job), time) }
            }
        case .requeued: add(.requeue(event.job), time)
        case .rescheduled(let until, _): add(.reschedule(event.job, until: until), time)
        case .enqueued where event.actor != .system: add(.unpark(event.job), time)
        case .queuePaused(let queue, _):
            paused.insert(queue)
            add(.pause(queue), time)
        case .queueResumed(let queue, _):
            paused.remove(queue)
            add(.resume(queue), time)
        case .queueLimited(let change):
            guard let scope = LimitScope(text: change.value.scope) else { break }
            if case .queue(let queue) = scope {
                if change.value.limit == nil { limited.remove(queue) } else { limited.insert(queue) }
            }
            add(.limit(scope, change.value.limit), time)
        case .batchCreated(let name, let outer): add(.openBatch(sequence, name: name, in: outer), time)
        case .batchSealed(let batch): add(.sealBatch(batch), time)
        // One that was cancelled with the batch around it will be so again.
        case .batchCancelled(let batch, _): if event.actor != .system { add(.cancelBatch(batch), time) }
        case .processStarted(let started):
            recording.workers[sequence] = Recording.Worker(started: started.value)
            add(.start(sequence), time)
        case .processAsked(.quiet, _), .processAsked(.stop, _): add(.close(event.cause), time)
        case .processAsked(.resume, _): add(.begin(event.cause), time)
        case .processStopped:
            leaveOff(event.actor.process, workload.backlog, isOrderly: true)
            add(.stop(event.actor.process, isLost: false), time)
        case .processLost:
            freeze(event.cause)
            if let due = try workload.neglected(at: time) { miss(due) }
            leaveOff(event.cause, workload.backlog)
            add(.stop(event.cause, isLost: true), time)
        default: break
        }
    }

    /// The whole recording. To be called once, behind the last event; the reader is empty then.
    mutating func finish(_ workload: WorkloadReader) throws -> Recording {
        for (process, worker) in recording.workers where worker.hasBegun {
            let slots = max(
                1, workers[process]?.count ?? 0, RecordingReader.mostAtOnce(unnumbered[process] ?? []))
            recording.workers[process]?.slots = slots
        }
        if let due = try workload.neglected(at: recording.last) { miss(due) }
        for process in signs.keys.sorted() { leaveOffSilently(process, workload.backlog) }
        recording.inputs.merge(leftOff)
        recording.forgetClaimsAhead()
        defer { self = RecordingReader() }
        return recording
    }

    private static func mostAtOnce(_ spans: [(from: Instant, to: Instant)]) -> Int {
        // Of a moment at which one ends and another begins, the end comes first.
        let edges = (spans.map { ($0.from.microseconds, 1) } + spans.map { ($0.to.microseconds, -1) }).sorted {
            $0 < $1
        }
        var running = 0
        var most = 0
        for (_, step) in edges {
            running += step
            most = max(most, running)
        }
        return most
    }

    // MARK: Arrivals

    private mutating func arrive(_ box: Box<Created>, _ event: Event, at sequence: SequenceNumber, _ time: Instant) {
        created[sequence] = box
        recording.names[sequence] = box.value.name
        guard box.value.rerunOf == 0 else {
            // Somebody wanted the work of another job done once more, whatever that one had come to by then.
            var own = box.value
            own.rerunOf = 0
            return add(.enqueue(Recording.Arrival(number: sequence, created: Box(own))), time)
        }
        let arrival = Recording.Arrival(number: sequence, created: box)
        if event.cause != 0, let leader = successes[event.cause] {
            recording.followers[leader, default: []].append(arrival)
        } else {
            add(.enqueue(arrival), time)
        }
    }

    /// Somebody met a job with the same key. Had that one been done sooner, another would have come into being.
    private mutating func ask(again: Duplicate, _ event: Event, at sequence: SequenceNumber, _ time: Instant) {
        guard let key = again.key, var same = created[event.job]?.value, same.key == key, event.cause == 0 else {
            return
        }
        same.after = []
        same.batch = 0
        same.due = nil
        recording.names[sequence] = same.name
        add(.enqueue(Recording.Arrival(number: sequence, created: Box(same))), time)
    }

    private mutating func add(_ deed: Recording.Deed, _ time: Instant) {
        recording.inputs.append(Recording.Input(time: time, deed: deed))
    }

    // MARK: Ends

    private mutating func fail(_ failure: AttemptFailed, _ event: Event, _ time: Instant) {
        // What ended because its process did is no run of its own, also where the job's last attempt went with that.
        guard failure.errorType != "interrupted" || failure.ranMicroseconds > 0 else {
            return breakOff(event, hasBegun: true, time)
        }
        let isFinal = failure.reason.hasSuffix("not to be retried")
        let delay = failure.due.map { $0.microseconds - event.time.microseconds }
        end(
            event, time, Int64(clamping: failure.ranMicroseconds),
            .failed(errorType: failure.errorType, isFinal: isFinal, delay: delay))
    }

    private mutating func claim(_ event: Event, at sequence: SequenceNumber, _ time: Instant) {
        let process = event.actor.process
        claims[event.job] = Claim(time: time, process: process)
        signs[process] = Sign(latest: time, start: time)
        if recording.workers[process]?.claims.last?.at != time {
            recording.workers[process]?.claims.append((time, sequence))
        }
        if let job = created[event.job]?.value {
            recording.workers[process]?.groups.insert(WorkloadGroup(queue: job.queue, name: job.name))
        }
        guard recording.workers[process]?.hasBegun == false else { return }
        recording.workers[process]?.hasBegun = true
        add(.begin(process), time)
    }

    private mutating func end(_ event: Event, _ time: Instant, _ ran: Int64?, _ end: Recording.End) {
        let claim = claims.removeValue(forKey: event.job)
        let claimed = claim?.time ?? time
        recording.runs[event.job, default: []].append(
            Recording.Run(
                process: claim?.process ?? 0, microseconds: ran, claimed: claimed, ended: time, end: end))
        guard let claim else { return }
        note(claim, until: time, event.actor)
        let began = max(claimed, time.advanced(microseconds: -(ran ?? 0)))
        if let sign = signs[claim.process], ran != nil { signs[claim.process]?.start = max(sign.start, began) }
    }

    /// A run ends with its process, which gave it up or has died. Up to the last that is known of it, it went on.
    private mutating func breakOff(_ event: Event, hasBegun: Bool, _ time: Instant) {
        guard let claim = claims.removeValue(forKey: event.job) else { return }
        let until: Instant
        if event.actor.worker != 0 {
            recording.workers[claim.process]?.gaveUp = true
            until = time
        } else {
            until = signs[claim.process]?.latest ?? time
        }
        recording.broken[event.job, default: []].append(
            Recording.Broken(process: claim.process, claimed: claim.time, until: until, hasBegun: hasBegun))
    }

    private mutating func note(_ claim: Claim, until time: Instant, _ actor: Actor) {
        signs[claim.process]?.latest = time
        signs[claim.process]?.missedDue = nil
        if actor.worker != 0 {
            workers[claim.process, default: []].insert(actor.worker)
        } else {
            unnumbered[claim.process, default: []].append((claim.time, time))
        }
    }
}

// MARK: Processes that leave off

extension RecordingReader {
    /// A process has ended. From when on it took nothing is not written down: it is told to stop, or dies, and what is
    /// written is that it has stopped, or was found dead. But if there was something that it could have taken, it had
    /// left off before it would have.
    private mutating func leaveOff(_ process: SequenceNumber, _ backlog: Backlog, isOrderly: Bool = false) {
        defer { signs[process] = nil }
        guard let sign = signs[process], let worker = recording.workers[process] else { return }
        let open = worker.groups.filter { !paused.contains($0.queue) && !limited.contains($0.queue) }
        guard let since = [backlog.since(open), sign.missedDue].compactMap({ $0 }).min() else { return }
        // It did not take what came then.
        let end = max(sign.start, since.advanced(microseconds: -2))
        leave(off: .close(process), behind: end)
        // Who waits for his runs before he stops still sees to it that others come due.
        guard !isOrderly || sign.missedDue != nil else { return }
        leave(off: .leave(process), behind: sign.missedDue == nil ? max(end, latestUpkeep) : end)
    }

    /// What ran in it when it died had come to no end before that was found out.
    private mutating func freeze(_ process: SequenceNumber) {
        if let sign = signs[process] { leave(off: .freeze(process), behind: sign.latest) }
    }

    /// A job was due and not made ready, as everybody who works would have done: whoever did nothing since is gone.
    private mutating func miss(_ due: Instant) {
        for (process, sign) in signs where !WorkloadReader.isLate(due, sign.latest) {
            signs[process]?.missedDue = min(sign.missedDue ?? due, due)
        }
    }

    /// If it has something to take at the end of the recording, it is dead, and nobody has seen it, or all its workers
    /// are busy. In either case nothing that it runs came to an end any more.
    private mutating func leaveOffSilently(_ process: SequenceNumber, _ backlog: Backlog) {
        guard let sign = signs[process] else { return }
        let before = leftOff.count
        leaveOff(process, backlog)
        let isGone = leftOff.count > before
        if isGone { leave(off: .freeze(process), behind: sign.latest) }
        for (job, claim) in claims where claim.process == process {
            let until = isGone ? sign.latest : recording.last
            recording.broken[job, default: []].append(
                Recording.Broken(process: process, claimed: claim.time, until: until, hasBegun: false))
        }
    }

    private mutating func leave(off deed: Recording.Deed, behind time: Instant) {
        let time = time.advanced(microseconds: 1)
        if time < recording.last { leftOff.append(Recording.Input(time: time, deed: deed)) }
    }
}

extension Event {
    /// Whether somebody who has the store open wrote this because its time had come.
    fileprivate var isUpkeep: Bool {
        switch body {
        case .enqueued: actor == .system
        case .cancelled: actor == .system && cause == 0
        case .limitOpened: true
        default: false
        }
    }
}

extension [Recording.Input] {
    /// Puts others where they belong by their time, behind what happened at the same.
    fileprivate mutating func merge(_ others: [Recording.Input]) {
        guard !others.isEmpty else { return }
        var merged: [Recording.Input] = []
        merged.reserveCapacity(count + others.count)
        var next = 0
        for other in others.sorted(by: { $0.time < $1.time }) {
            while next < count, self[next].time <= other.time {
                merged.append(self[next])
                next += 1
            }
            merged.append(other)
        }
        self = merged + self[next...]
    }
}
