package import DaybookModel

/// Why a job is not running, or what it does instead: the facts, for whoever puts them into words. What whoever asks is
/// not to be told is not in it.
package enum JobReason: Equatable, Sendable {
    case deleted
    case awaiting(Awaited)
    /// What became of it is lost, and it waits for a person.
    case setAside
    case retrying(until: Instant, Failure)
    case snoozed(until: Instant)
    case rescheduled(until: Instant)
    case notDue(until: Instant)
    /// A limit is full; nil where nobody knows which.
    case limited(LimitWait?, Pause?)
    case paused(Pause)
    case queueFull(FullQueue)
    case unattended(Unattended)
    case ready(Turn)
    case running(Run)
    /// The process is gone that has it.
    case runnerGone(Run)
    case succeeded(at: Instant)
    case failed(at: Instant, Failure)
    case cancelled(at: Instant, by: Actor?, Told)
    case parked(Told)

    /// What somebody gave as a reason.
    package enum Told: Equatable, Sendable {
        /// Empty if he gave none.
        case said(String)
        /// The archive that has it is not there.
        case notAtHand(LogError)
    }

    /// Why a run failed.
    package enum Failure: Equatable, Sendable {
        /// Each is empty where there is none, and the error where whoever asks may not see it.
        case said(reason: String, error: String)
        /// Its error cannot be read, or is not for whoever asks to see.
        case closed(ClosedPayload?)
        case notGiven
        case notAtHand(LogError)
    }

    package struct Run: Equatable, Sendable {
        package let process: SequenceNumber
        package let since: Instant
        package let attempt: Int
        package let attempts: Int
    }
}

// MARK: Others that it waits for

extension JobReason {
    package enum Awaited: Equatable, Sendable {
        /// Nobody knows for which job.
        case somebody
        case nothing
        /// Not all jobs are there of the call that enqueued it.
        case call
        /// `open` of `all` are awaited, and the first few of these are named; the condition is the first one's.
        case others([Parent], AfterCondition, open: Int, all: Int)
    }

    package enum Parent: Equatable, Sendable {
        /// Nil for one that has been deleted.
        case job(SequenceNumber, JobState?)
        /// The batches inside it that go on, one inside the other.
        case batch(Batch, inside: [Batch])
        /// That of another tenant.
        case hiddenJob
        case hiddenBatch
    }

    package struct Batch: Equatable, Sendable {
        package let number: SequenceNumber
        package let standing: BatchStanding
        package let unfinished: UInt64
        package let jobs: UInt64
    }
}

// MARK: Limits and pauses

extension JobReason {
    package struct LimitWait: Equatable, Sendable {
        /// Without its key where that is not for whoever asks.
        package let scope: String
        /// Nil if there is none any more.
        package let limit: Limit?
        package let opens: Instant?
        /// Nil where others share the limit that are not for whoever asks to count.
        package let line: Line?

        package struct Line: Equatable, Sendable {
            package let held: UInt64
            package let waiting: UInt64
            package let place: Place
        }
    }

    package enum Place: Equatable, Sendable {
        case number(Int)
        /// This one, or one behind it.
        case orLater(Int)
    }

    package struct FullQueue: Equatable, Sendable {
        package let queue: String
        package let limit: Limit
        package let state: State

        package enum State: Equatable, Sendable {
            /// So many run; nil where that is not told.
            case full(UInt64?)
            case opens(Instant)
        }
    }

    package struct Pause: Equatable, Sendable {
        package let queue: String
        /// Nil where it is not told or not known.
        package let by: PauseInForce?
    }
}

// MARK: Processes and turns

extension JobReason {
    package enum Unattended: Equatable, Sendable {
        case nobody
        /// The only process that is there was told to take no more.
        case quiet(SequenceNumber)
        case allQuiet(Int)
    }

    package struct Turn: Equatable, Sendable {
        package let queue: String
        package let ahead: Ahead
        /// It may have killed a process.
        package let runsAlone: Bool
        package let lone: Lone
    }

    package enum Ahead: Equatable, Sendable {
        case nobody
        /// How many is not told.
        case others
        case exactly(Int)
        case orMore(Int)
    }

    /// Jobs that may have killed a process, and so hold up others.
    package enum Lone: Equatable, Sendable {
        case none
        /// Which it is is not told.
        case hidden
        case running(SequenceNumber, process: SequenceNumber)
        case allRunning([SequenceNumber])
        /// It waits before this one to be taken.
        case ahead(SequenceNumber)
    }
}

extension Actor {
    /// As much of it as its description tells.
    var asTold: Actor {
        if let person { return .person(person) }
        var told = self
        told.client = nil
        return told
    }
}
