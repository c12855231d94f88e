/// The first event of a log: which store this is, and what it goes on from.
package struct Genesis: Equatable, Sendable {
    /// 16 random bytes.
    package var identity: [UInt8]
    package var format: UInt64
    package var program: String
    package var host: String
    package var user: String
    /// The head of the log that this one was recovered or forked from.
    package var previousHead: [UInt8]
    /// The store that this one was forked from, by its identity in hex, and the last of its events that were taken
    /// over; empty and 0 for any other.
    package var origin: String
    package var last: SequenceNumber

    package init(
        identity: [UInt8], format: UInt64, program: String, host: String = "", user: String = "",
        previousHead: [UInt8] = [], origin: String = "", last: SequenceNumber = 0
    ) {
        self.identity = identity
        self.format = format
        self.program = program
        self.host = host
        self.user = user
        self.previousHead = previousHead
        self.origin = origin
        self.last = last
    }
}

/// Stands for an event that could not be saved from a damaged log.
package struct Gap: Equatable, Sendable {
    package var note: String

    package init(note: String) {
        self.note = note
    }
}

/// The store was made of a backup, and from here on its log is another than that which the backup was made of: numbers
/// behind `last` may have been handed out before, for other events. Every such event begins an epoch.
package struct Restored: Equatable, Sendable {
    /// The last event of the backup.
    package var last: SequenceNumber
    /// The head of the log there.
    package var previousHead: [UInt8]
    package var program: String
    package var host: String
    package var user: String

    package init(
        last: SequenceNumber, previousHead: [UInt8], program: String, host: String = "", user: String = ""
    ) {
        self.last = last
        self.previousHead = previousHead
        self.program = program
        self.host = host
        self.user = user
    }
}

/// A process came to work on the store. Its sequence number is its identity from then on.
package struct ProcessStarted: Equatable, Sendable {
    package var processID: UInt64
    package var host: String
    package var user: String
    package var program: String
    package var boot: String
    /// Without a sign of life for so long its jobs go back; 0 for never.
    package var leaseMicroseconds: UInt64
    /// The jobs that it can run, as `Runnable` writes itself.
    package var runs: [String]

    package init(
        processID: UInt64, host: String, user: String, program: String, boot: String, leaseMicroseconds: UInt64 = 0,
        runs: [String] = []
    ) {
        self.processID = processID
        self.host = host
        self.user = user
        self.program = program
        self.boot = boot
        self.leaseMicroseconds = leaseMicroseconds
        self.runs = runs
    }
}

/// A job came into being.
package struct Created: Equatable, Sendable {
    package var name: String
    /// Which form the arguments have; 0 says nothing and means the first.
    package var argumentsVersion: UInt64 = 0
    package var queue: String
    package var priority: Int16 = 0
    /// Runs no earlier than this; `nil` runs at once.
    package var due: Instant?
    /// Not started by then: cancelled instead.
    package var expires: Instant?
    package var key: String?
    package var uniqueness: Uniqueness = .unfinished
    package var requestID: String?
    /// The total number of runs, the first included.
    package var attempts: UInt32
    /// How long to wait between runs, as `RetryPolicy` writes itself.
    package var retry: String?
    /// The error types that are worth another run; empty for all.
    package var retryOnly: [String] = []
    /// The error types that are not.
    package var retryNever: [String] = []
    /// Out of attempts it is cancelled instead of failed.
    package var isDiscardedOnExhaustion = false
    package var timeoutMicroseconds: UInt64?
    package var tags: [String] = []
    package var tenant: String?
    /// Further keys that limits may be about, beside the tenant's.
    package var limitKeys: [String] = []
    /// The names of fields in arguments and results that nobody is shown.
    package var secret: [String] = []
    package var display: String?
    /// What is to end first, and how.
    package var after: [Dependency] = []
    /// What it belongs to; 0 for none.
    package var batch: SequenceNumber = 0
    /// The occurrence of a recurring job that it is for.
    package var planned: Instant?
    /// The job that has succeeded and whose work it does once more; 0 for none.
    package var rerunOf: SequenceNumber = 0
    /// Who enqueued from outside any registered process: operating-system user, host, program.
    package var client: String?
    /// Who enqueued; it stands in the event's envelope.
    package var actor: Actor = .system
    /// Eight random bytes that keep the payload from being guessed from its digest.
    package var salt: UInt64
    package var arguments: [UInt8]
    /// Small texts that travel with the job, each `key=value`.
    package var metadata: [String] = []
    /// Arguments and metadata under a key, which are empty then; empty where they stand open. What was read without the
    /// key can so be written again.
    package var sealed: [UInt8] = []

    package init(name: String, queue: String, attempts: UInt32, salt: UInt64, arguments: [UInt8]) {
        self.name = name
        self.queue = queue
        self.attempts = attempts
        self.salt = salt
        self.arguments = arguments
    }
}

/// Somebody asked for a job that is there already.
package struct Duplicate: Equatable, Sendable {
    package var key: String?
    package var requestID: String?
    package var client: String?

    package init(key: String?, requestID: String?, client: String?) {
        self.key = key
        self.requestID = requestID
        self.client = client
    }
}

/// A run came to a good end.
package struct Succeeded: Equatable, Sendable {
    package var ranMicroseconds: UInt64
    package var salt: UInt64
    /// What the handler returned; empty for nothing.
    package var result: [UInt8]

    package init(ranMicroseconds: UInt64, salt: UInt64 = 0, result: [UInt8] = []) {
        self.ranMicroseconds = ranMicroseconds
        self.salt = salt
        self.result = result
    }
}

/// A run came to a bad end. As `attemptFailed` another follows at `due`; as `failed` it was the last.
package struct AttemptFailed: Equatable, Sendable {
    package var due: Instant?
    package var reason: String
    package var errorType: String
    package var ranMicroseconds: UInt64
    package var salt: UInt64
    package var error: String

    package init(
        due: Instant?, reason: String, errorType: String, ranMicroseconds: UInt64, salt: UInt64, error: String
    ) {
        self.due = due
        self.reason = reason
        self.errorType = errorType
        self.ranMicroseconds = ranMicroseconds
        self.salt = salt
        self.error = error
    }
}
