internal import DaybookModel

/// Reads a recording out of a log, event by event.
struct RecordingReader {
    private(set) var recording = Recording()
    /// The job that each success belongs to which others may have followed from.
    private var successes: [SequenceNumber: SequenceNumber] = [:]
    private var created: [SequenceNumber: Box<Created>] = [:]
    private var claims: [SequenceNumber: Claim] = [:]
    /// The workers of each process that came to the end of a run.
    private var workers: [SequenceNumber: Set<UInt32>] = [:]
    /// The claims of each process that ended without saying which worker had them.
    private var unnumbered: [SequenceNumber: [(from: Instant, to: Instant)]] = [:]

    private struct Place {
        let job: SequenceNumber
        let index: Int
    }

    private struct Claim {
        let time: Instant
        let process: SequenceNumber
    }

    mutating func read(_ event: Event, at sequence: SequenceNumber) {
        // Clocks step back, and a recording is played forwards.
        let time = max(recording.last, event.time)
        recording.first = recording.first ?? time
        recording.last = time
        switch event.body {
        case .created(let box): arrive(box, event, at: sequence, time)
        case .duplicate(let duplicate): ask(again: duplicate.value, event, at: sequence, time)
        case .claimed: claim(event, time)
        case .succeeded(let success):
            end(event, time, Int64(clamping: success.ranMicroseconds), .succeeded)
            successes[sequence] = event.job
        case .attemptFailed(let failure), .failed(let failure): fail(failure.value, event, time)
        case .snoozed(let until):
            end(event, time, nil, .snoozed(microseconds: until.microseconds - event.time.microseconds))
        case .returned: claims[event.job] = nil
        case .interrupted:
            claims[event.job] = nil
            if event.actor.worker != 0 { recording.workers[event.actor.process]?.gaveUp = true }
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
        case .queuePaused(let queue, _): add(.pause(queue), time)
        case .queueResumed(let queue, _): add(.resume(queue), time)
        case .queueLimited(let limited):
            if let scope = LimitScope(text: limited.value.scope) { add(.limit(scope, limited.value.limit), time) }
        case .batchCreated(let name, let outer): add(.openBatch(sequence, name: name, in: outer), time)
        case .batchSealed(let batch): add(.sealBatch(batch), time)
        // One that was cancelled with the batch around it will be so again.
        case .batchCancelled(let batch, _): if event.actor != .system { add(.cancelBatch(batch), time) }
        case .processStarted(let started):
            recording.workers[sequence] = Recording.Worker(started: started.value)
            add(.start(sequence), time)
        case .processStopped: add(.stop(event.actor.process, isLost: false), time)
        case .processLost: add(.stop(event.cause, isLost: true), time)
        default: break
        }
    }

    /// To be called once, behind the last event.
    mutating func finish() {
        for (process, worker) in recording.workers where worker.hasBegun {
            let slots = max(
                1, workers[process]?.count ?? 0, RecordingReader.mostAtOnce(unnumbered[process] ?? []))
            recording.workers[process]?.slots = slots
        }
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
        // What ended because its process did is no run of its own.
        guard failure.errorType != "interrupted" || failure.ranMicroseconds > 0 else { return claims[event.job] = nil }
        let isFinal = failure.reason.hasSuffix("not to be retried")
        let delay = failure.due.map { $0.microseconds - event.time.microseconds }
        end(
            event, time, Int64(clamping: failure.ranMicroseconds),
            .failed(errorType: failure.errorType, isFinal: isFinal, delay: delay))
    }

    private mutating func claim(_ event: Event, _ time: Instant) {
        let process = event.actor.process
        claims[event.job] = Claim(time: time, process: process)
        if let queue = created[event.job]?.value.queue { recording.workers[process]?.queues.insert(queue) }
        guard recording.workers[process]?.hasBegun == false else { return }
        recording.workers[process]?.hasBegun = true
        add(.begin(process), time)
    }

    private mutating func end(_ event: Event, _ time: Instant, _ ran: Int64?, _ end: Recording.End) {
        let claim = claims.removeValue(forKey: event.job)
        let claimed = claim?.time ?? time
        recording.runs[event.job, default: []].append(
            Recording.Run(microseconds: ran, claimed: claimed, ended: time, end: end))
        if let claim { note(claim, until: time, event.actor) }
    }

    private mutating func note(_ claim: Claim, until time: Instant, _ actor: Actor) {
        if actor.worker != 0 {
            workers[claim.process, default: []].insert(actor.worker)
        } else {
            unnumbered[claim.process, default: []].append((claim.time, time))
        }
    }
}
