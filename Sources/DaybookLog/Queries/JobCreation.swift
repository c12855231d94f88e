public import DaybookModel

/// With what a job was created.
public struct JobCreation: Sendable {
    private let created: Box<Created>

    package init(_ created: Box<Created>) {
        self.created = created
    }

    /// What the job is called.
    public var name: String { created.value.name }
    /// The queue it was put into.
    public var queue: String { created.value.queue }
    /// Higher runs first.
    public var priority: Int { Int(created.value.priority) }
    /// The words to find it by.
    public var tags: [String] { created.value.tags }
    /// Whose job it is, where that was said.
    public var tenant: String? { created.value.tenant }
    /// The job whose work it does once more, if it was made for that.
    public var rerunOf: JobID? { created.value.rerunOf == 0 ? nil : JobID(rawValue: created.value.rerunOf) }
    /// The key that kept a second one out while it was unfinished.
    public var key: String? { created.value.key }
    /// The small texts that travel with it, by their keys.
    public var metadata: [String: String] { created.value.metadataByName }
    /// Before when it was not to run.
    public var due: Instant? { created.value.due }
    /// The total number of runs it may have.
    public var attempts: Int { Int(created.value.attempts) }
    /// How it is called where people see it: with its arguments in their places, or its name.
    public var displayName: String { created.value.shownName }
    /// Whether somebody did something to another job, and this one came of it: it does that one's work once more, or
    /// takes the place of one whose deletion was taken back.
    package var isMadeOfAnother: Bool {
        rerunOf != nil || created.value.requestID?.hasPrefix(JobCreation.undoneDeletion) == true
    }

    /// What the request ids of those begin with that take the place of a deleted job.
    package static let undoneDeletion = "daybook.undo:"

    /// Its arguments, JSON by custom.
    public var arguments: [UInt8] { created.value.arguments }
    /// The same as they may be shown to people: with a mark in place of what the job's type calls secret.
    public var shownArguments: [UInt8] { created.value.shownArguments }
}
