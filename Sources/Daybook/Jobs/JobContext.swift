public import DaybookModel

/// What a run knows about itself.
public struct JobContext: Sendable {
    /// The job that runs.
    public let id: JobID
    /// What the job is called in the log.
    public let name: String
    /// The queue it waited in.
    public let queue: String
    /// Which run this is, from 1.
    public let attempt: Int
    /// The claim that this run holds; whatever it does elsewhere can be fenced with it.
    public let token: SequenceNumber
    /// What it was tagged with.
    public let tags: [String]
    /// Whose job it is, if that was said.
    public let tenant: String?
    /// The occurrence that the job was made for, if a recurring job made it: the instant that was planned, however late
    /// it runs.
    public let planned: Instant?

    /// Who enqueued it: a person, a process, or another job's run.
    public let actor: Actor
    /// What it was given along, by name: correlation, trace, locale and the like. Jobs that it enqueues inherit it.
    public var metadata: [String: String] { run.job.created.value.metadataByName }

    /// That of the run that surrounds the caller, if one does, for code that nobody hands one.
    public static var current: JobContext? { RunNotes.current.map { JobContext($0) } }

    /// Keeps what the run came to, as JSON or any other bytes; it is recorded with the success.
    public func setResult(_ bytes: [UInt8]) {
        notes.result = bytes
    }

    /// Whether the run should end early: somebody cancelled the job, it took longer than its timeout, this process lost
    /// it to another, or is stopping. Whatever it still comes to is recorded and does not count.
    public var isCancelled: Bool { Task.isCancelled || run.isCancelled }

    /// Writes down which processes work for this run, so that they do not outlive this process; 0 for none any more.
    package func setChildGroup(_ group: Int32) { run.setChildGroup(group) }

    let notes: RunNotes
    private var run: StartedRun { notes.started }

    init(_ notes: RunNotes) {
        self.notes = notes
        let created = notes.started.job.created.value
        id = JobID(rawValue: notes.run.job)
        name = created.name
        queue = created.queue
        attempt = Int(notes.run.attempt)
        token = notes.run.token
        tags = created.tags
        tenant = created.tenant
        planned = created.planned
        actor = created.actor
    }
}
