/// One fact: what happened, when, to which job, by whom and because of what.
///
/// `apply` reads nothing but events, so whatever was decided (a due instant, a reason, a number drawn) stands in
/// the event.
package struct Event: Equatable, Sendable {
    package var time: Instant
    /// The job it happened to; 0 if it is about no job. The job's own id for `created`.
    package var job: SequenceNumber
    /// The job's event before this one; 0 if there is none.
    package var previous: SequenceNumber
    /// The event that led to this one; 0 if nothing in the log did.
    package var cause: SequenceNumber
    /// Which run of the job; 0 where that means nothing.
    package var attempt: UInt32
    /// The claim this belongs to; 0 where that means nothing.
    package var token: SequenceNumber
    package var actor: Actor
    package var body: EventBody

    package init(
        time: Instant, job: SequenceNumber = 0, previous: SequenceNumber = 0, cause: SequenceNumber = 0,
        attempt: UInt32 = 0, token: SequenceNumber = 0, actor: Actor = .system, body: EventBody
    ) {
        self.time = time
        self.job = job
        self.previous = previous
        self.cause = cause
        self.attempt = attempt
        self.token = token
        self.actor = actor
        self.body = body
    }
}

/// What kind of fact, and what belongs to it. Large bodies are boxed: an event is copied several times on its way
/// into the log.
package enum EventBody: Equatable, Sendable {
    case genesis(Box<Genesis>)
    /// A prefix of the log has been moved to an archive: what proves it, and where the log goes on from.
    case checkpoint(Box<Archived>)
    /// A job whose creation lies in a prefix that is moved to an archive, as it was created.
    case carried(Box<Created>)
    case gap(Gap)
    case clockStepped(microseconds: Int64)
    /// So many rows of the ledgers were not what the log makes them, and were put right.
    case rebuilt(rows: UInt64, reason: String)
    /// Somebody asked for what he may not have.
    case denied(Box<Denied>)
    case processStarted(Box<ProcessStarted>)
    case processStopped
    case processLost
    /// Somebody asked a process to claim no more jobs, to stop, or to go on; it is the event's cause.
    case processAsked(ProcessWish, reason: String)
    case created(Box<Created>)
    case duplicate(Box<Duplicate>)
    /// A job that has not started was given other arguments, or another time.
    case replaced(Box<Replaced>)
    case enqueued
    case claimed
    case returned(reason: String)
    case succeeded(Succeeded)
    case attemptFailed(Box<AttemptFailed>)
    case failed(Box<AttemptFailed>)
    case interrupted(reason: String, charged: Bool)
    case stale(Box<LateEnd>)
    case snoozed(until: Instant)
    case cancelled(reason: String)
    case requeued(reason: String)
    case rescheduled(until: Instant, reason: String)
    case parked(reason: String)
    case purged(reason: String)
    /// Of a job that many wait for: they are told by and by. `state` is what it has come to, and stands in the first of
    /// these events; `cursor` is the last of those told, and stands in all between the first and the last.
    case continued(state: JobState?, cursor: SequenceNumber)
    /// What the job waits for has come to its end.
    case parentEnded(SequenceNumber, state: JobState)
    /// What the job waits for had come to an end, and was taken up again.
    case parentReopened(SequenceNumber)
    /// Inside another batch, of which it counts as one member; 0 for none.
    case batchCreated(name: String, in: SequenceNumber = 0)
    /// It ends with the last of its jobs.
    case batchSealed(SequenceNumber)
    /// Of a batch with many jobs, or that many wait for: up to `cursor` they have been dealt with; 0 for all.
    case batchContinued(SequenceNumber, cursor: SequenceNumber)
    case batchEnded(SequenceNumber, BatchStanding)
    /// It had ended, and one of its jobs was taken up again.
    case batchReopened(SequenceNumber)
    case batchCancelled(SequenceNumber, reason: String)
    case logged(Box<Logged>)
    case progressed(Box<Progressed>)
    case stepped(Box<Stepped>)
    case reported(Box<Reported>)
    case queuePaused(queue: String, reason: String)
    case queueResumed(queue: String, reason: String)
    case queueLimited(Box<QueueLimited>)
    /// A job that was to be claimed waits, because the limit of this scope is full.
    case limited(by: String)
    /// The window of a limit by rate has room again for those who wait for it.
    case limitOpened(String)
    case recurringSet(Box<RecurringSet>)
    case recurringPaused(Box<RecurringStep>)
    case recurringResumed(Box<RecurringStep>)
    case recurringRemoved(Box<RecurringStep>)
    /// An occurrence became a job: the one that the next event creates, or says to be there already.
    case fired(Box<RecurringStep>)
    case skipped(Box<RecurringStep>)
    /// Newer zone data changed what is planned.
    case replanned(Box<RecurringStep>)
    /// An occurrence waits until its forerunners' jobs have finished.
    case postponed(Box<RecurringStep>)
    case retentionSet(Box<RetentionSet>)
    case held(Box<RetentionHold>)
    case released(Box<RetentionHold>)
    /// The store was made of a backup.
    case restored(Box<Restored>)
    case keysChanged(Box<KeysChanged>)
    /// A tenant's keys were destroyed.
    case erased(Box<Erased>)
    /// A kind, or a version of a kind, that this release does not know. It is kept as it is and never applied.
    case unknown(kind: UInt8, version: UInt8)

    package var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }

    package var kind: UInt8 {
        let known: EventKind
        switch self {
        case .genesis: known = .genesis
        case .checkpoint: known = .checkpoint
        case .carried: known = .carried
        case .gap: known = .gap
        case .clockStepped: known = .clockStepped
        case .rebuilt: known = .rebuilt
        case .denied: known = .denied
        case .processStarted: known = .processStarted
        case .processStopped: known = .processStopped
        case .processLost: known = .processLost
        case .processAsked: known = .processAsked
        case .created: known = .created
        case .duplicate: known = .duplicate
        case .replaced: known = .replaced
        case .enqueued: known = .enqueued
        case .claimed: known = .claimed
        case .returned: known = .returned
        case .succeeded: known = .succeeded
        case .attemptFailed: known = .attemptFailed
        case .failed: known = .failed
        case .interrupted: known = .interrupted
        case .stale: known = .stale
        case .snoozed: known = .snoozed
        case .cancelled: known = .cancelled
        case .requeued: known = .requeued
        case .rescheduled: known = .rescheduled
        case .parked: known = .parked
        case .purged: known = .purged
        case .continued: known = .continued
        case .parentEnded: known = .parentEnded
        case .parentReopened: known = .parentReopened
        case .batchCreated: known = .batchCreated
        case .batchSealed: known = .batchSealed
        case .batchContinued: known = .batchContinued
        case .batchEnded: known = .batchEnded
        case .batchReopened: known = .batchReopened
        case .batchCancelled: known = .batchCancelled
        case .logged: known = .logged
        case .progressed: known = .progressed
        case .stepped: known = .stepped
        case .reported: known = .reported
        case .queuePaused: known = .queuePaused
        case .queueResumed: known = .queueResumed
        case .queueLimited: known = .queueLimited
        case .limited: known = .limited
        case .limitOpened: known = .limitOpened
        case .recurringSet: known = .recurringSet
        case .recurringPaused: known = .recurringPaused
        case .recurringResumed: known = .recurringResumed
        case .recurringRemoved: known = .recurringRemoved
        case .fired: known = .fired
        case .skipped: known = .skipped
        case .replanned: known = .replanned
        case .postponed: known = .postponed
        case .retentionSet: known = .retentionSet
        case .held: known = .held
        case .released: known = .released
        case .restored: known = .restored
        case .keysChanged: known = .keysChanged
        case .erased: known = .erased
        case .unknown(let kind, _): return kind
        }
        return known.rawValue
    }
}
