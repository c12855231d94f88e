/// What somebody wants. The rules turn it into events, or refuse it.
///
/// It is copied several times on its way to the writer, so what is rare and large lies elsewhere.
package enum Command: Sendable {
    case enqueue(Box<Created>, onConflict: ConflictPolicy)
    /// Several jobs, all or none.
    case enqueueTogether([Box<Created>], onConflict: ConflictPolicy)
    case batch(Box<BatchCommand>)
    /// A call begins that has more jobs than one commit may hold; with the batch that it makes of them, whose number is
    /// then the first of the answers.
    case stage(process: SequenceNumber, salt: UInt64, into: Box<NewBatch>? = nil)
    case claim(Claim)
    case finish(job: SequenceNumber, token: SequenceNumber, Outcome, actor: Actor)
    /// The end of a run that had more to say than how it came out.
    case conclude(Box<Conclusion>)
    /// What a run says of itself while it goes on.
    case note(Box<RunNote>)
    case step(Box<Stepped>, of: RunReference)
    case release(job: SequenceNumber, token: SequenceNumber, reason: String, actor: Actor)
    /// Takes a job from a process that has died or does not answer. `charged`: it was running when the process died,
    /// and is set aside after `deathsMax` of those.
    indirect case interrupt(
        job: SequenceNumber, token: SequenceNumber, reason: String, charged: Bool, deathsMax: Int = Books.deathsMax,
        actor: Actor)
    case cancel(job: SequenceNumber, expected: JobState?, reason: String, actor: Actor)
    case requeue(job: SequenceNumber, expected: JobState?, reason: String, actor: Actor)
    case reschedule(job: SequenceNumber, until: Instant, expected: JobState?, reason: String, actor: Actor)
    case delete(job: SequenceNumber, expected: JobState? = nil, reason: String, actor: Actor)
    /// A process came that can run a parked job.
    case unpark(job: SequenceNumber, actor: Actor)
    case pauseQueue(String, reason: String, actor: Actor)
    case resumeQueue(String, reason: String, actor: Actor)
    case startProcess(Box<ProcessStarted>)
    case stopProcess(SequenceNumber)
    case loseProcess(SequenceNumber, by: Actor)
    case recurring(Box<RecurringCommand>)
    /// Sets, changes or takes away the limit of a scope.
    indirect case limit(LimitScope, Limit?, reason: String, actor: Actor)
    /// Puts something back to what it was before an event, if it is still what that event made of it.
    indirect case putBack(PutBack, cause: SequenceNumber, reason: String, actor: Actor)
    case askProcess(SequenceNumber, ProcessWish, reason: String, actor: Actor)
    case retention(Box<RetentionCommand>)
    /// Somebody was turned away.
    case deny(Box<Denied>, actor: Actor)
    /// Something is decided about keys.
    case changeKeys(Box<KeysChanged>, actor: Actor)
    /// A tenant's keys are destroyed.
    case erase(Box<Erased>, actor: Actor)
    /// Nothing at all: its answer says that everything handed over before is written.
    case look
}

/// What happens to an enqueue whose unique key is taken.
public enum ConflictPolicy: String, Sendable {
    /// The job that is there answers for the new one.
    case existing
    /// The job that is there takes the new one's arguments, and its time if it has one, unless it has started.
    case replace
    /// The job that is there takes the new one's time, which is now if it has none, and keeps its arguments, unless it
    /// has started or waits for other jobs.
    case reschedule
    /// Nothing is enqueued, and whoever asked is told.
    case refuse
}

/// A process asks for work.
package struct Claim: Sendable {
    package var process: SequenceNumber
    package var worker: UInt32
    /// `nil` means every queue. The highest priority is taken first, then the oldest, over all of them.
    package var queues: [String]?
    /// Unless the queues are to be worked off in the order given: nothing of one while another before it has any.
    package var isStrict: Bool
    package var slots: Int
    /// What the process can run; it is given nothing else.
    package var runs: Runnable

    package init(
        process: SequenceNumber, worker: UInt32 = 0, queues: [String]?, isStrict: Bool = false, slots: Int,
        runs: Runnable = .everything
    ) {
        self.process = process
        self.worker = worker
        self.queues = queues
        self.isStrict = isStrict
        self.slots = slots
        self.runs = runs
    }
}

/// How a run came out.
package enum Outcome: Sendable {
    case succeeded(Succeeded)
    case failed(Box<Failure>)
    case snoozed(microseconds: Int64)
    case cancelled(reason: String)
    /// This process cannot run it; another may.
    case parked(reason: String)

    package struct Failure: Sendable {
        package var errorType: String
        package var error: String
        package var ranMicroseconds: UInt64
        package var salt: UInt64
        /// Drawn by the caller for the jitter, so that the rules draw nothing.
        package var random: UInt64
        /// The handler said that another run would be no better.
        package var isFinal: Bool
        /// What ended the run, if it was not the handler: it stands before the reason.
        package var because: String
        /// Since when the total time of its retry policy counts, where somebody has found that to be later than its
        /// creation.
        package var began: Instant?

        package init(
            errorType: String, error: String, ranMicroseconds: UInt64, salt: UInt64, random: UInt64,
            isFinal: Bool = false, because: String = ""
        ) {
            self.errorType = errorType
            self.error = error
            self.ranMicroseconds = ranMicroseconds
            self.salt = salt
            self.random = random
            self.isFinal = isFinal
            self.because = because
        }
    }
}

/// What became of a command.
package enum Answer: Equatable, Sendable {
    case created(job: SequenceNumber)
    /// The job that was there already, and the event that says so.
    case duplicate(job: SequenceNumber, at: SequenceNumber)
    case done(at: SequenceNumber)
    /// The claim was no longer in force. The result is kept as an event and changed nothing.
    case stale(at: SequenceNumber)
    case claimed([Claimed])
    /// What each of several was answered.
    case together([Answer])
    case refused(Refusal)
}

/// A job handed to a worker.
package struct Claimed: Equatable, Sendable {
    package let job: SequenceNumber
    package let token: SequenceNumber
    package let attempt: UInt32

    package init(job: SequenceNumber, token: SequenceNumber, attempt: UInt32) {
        self.job = job
        self.token = token
        self.attempt = attempt
    }
}
