// What a run tells the rules of itself, beside how it came out.

/// Which run of which job, and who runs it.
package struct RunReference: Sendable {
    package let job: SequenceNumber
    package let token: SequenceNumber
    package let attempt: UInt32
    package let actor: Actor

    package init(job: SequenceNumber, token: SequenceNumber, attempt: UInt32, actor: Actor) {
        self.job = job
        self.token = token
        self.attempt = attempt
        self.actor = actor
    }
}

/// What a run says of itself. It is kept whatever becomes of the run's claim, and moves nothing.
package struct RunNote: Sendable {
    package let run: RunReference
    package var logged: Logged?
    package var progressed: Progressed?
    package var reported: Reported?

    package init(
        _ run: RunReference, logged: Logged? = nil, progressed: Progressed? = nil, reported: Reported? = nil
    ) {
        self.run = run
        self.logged = logged
        self.progressed = progressed
        self.reported = reported
    }
}

/// The end of a run that had more to say than how it came out.
package struct Conclusion: Sendable {
    package let note: RunNote
    package var outcome: Outcome
    /// Jobs that come into being together with the success, all or none.
    package let jobs: [Box<Created>]
    /// Drawn by the caller for the case that these jobs are refused.
    package let random: UInt64
    package let salt: UInt64

    package init(_ note: RunNote, _ outcome: Outcome, jobs: [Box<Created>], random: UInt64, salt: UInt64) {
        self.note = note
        self.outcome = outcome
        self.jobs = jobs
        self.random = random
        self.salt = salt
    }
}
