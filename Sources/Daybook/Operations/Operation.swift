package import DaybookLog
package import DaybookModel

/// One action on many jobs, chosen one by one or by what they have in common. It is a job itself, so it is there after
/// a crash, shows how far it is, can be cancelled, and stands in the log with whoever wanted it.
package struct Operation: Codable, Equatable, Sendable {
    package enum Action: String, Codable, CaseIterable, Sendable {
        case cancel, requeue, delete, reschedule
        /// Takes back what another operation did.
        case undo

        /// Whom it means where nobody names a state.
        package var usualStates: Set<JobState> {
            switch self {
            case .cancel: Set(JobState.allCases.filter { !$0.isFinished })
            case .requeue: [.failed]
            case .reschedule: [.scheduled, .enqueued, .parked]
            case .delete, .undo: Set(JobState.allCases)
            }
        }

        package var canBeUndone: Bool { self == .cancel || self == .reschedule || self == .delete }
    }

    /// A job as somebody saw it when he chose it.
    package struct Chosen: Codable, Equatable, Sendable {
        package let job: SequenceNumber
        package let state: String

        package init(_ job: SequenceNumber, _ state: JobState) {
            self.job = job
            self.state = state.name
        }
    }

    /// What its job is called, and where that waits. Nobody claims of this queue who does not name it.
    package static let jobName = "daybook.operation"
    package static let queue = Name.operations
    package static let chosenMax = 10_000

    package let action: Action
    package let reason: String
    package let person: String?
    /// For `reschedule`: until when, in microseconds since 1970.
    package var until: Int64?
    /// For `undo`: the operation.
    package var undoes: SequenceNumber?
    package var chosen: [Chosen]?
    /// So many more were named, and are no jobs.
    package var missing: Int?
    package var states: [String] = []
    package var inQueue: String?
    package var name: String?
    package var tags: [String] = []
    package var tenant: String?
    package var text: String?
    package var error: String?
    package var retrying: Bool?
    /// In microseconds since 1970.
    package var createdFrom: Int64?
    package var createdBefore: Int64?
    package var similar: String?

    /// On jobs that were chosen one by one.
    package init(_ action: Action, on chosen: [Chosen], reason: String, by person: String?) {
        (self.action, self.reason, self.person, self.chosen) = (action, reason, person, chosen)
    }

    /// On all jobs that match.
    package init(_ action: Action, on filter: JobFilter, reason: String, by person: String?) {
        (self.action, self.reason, self.person) = (action, reason, person)
        states = (filter.isOfAnyState ? action.usualStates : filter.states).map(\.name).sorted()
        (inQueue, name, tags, tenant) = (filter.queue, filter.name, filter.tags, filter.tenant)
        (text, error, similar) = (filter.text, filter.error, filter.similar?.text)
        retrying = filter.isRetrying ? true : nil
        (createdFrom, createdBefore) = (filter.createdFrom?.microseconds, filter.createdBefore?.microseconds)
    }

    /// Takes another one back.
    package init(undoing operation: SequenceNumber, reason: String, by person: String?) {
        (action, self.reason, self.person, undoes) = (.undo, reason, person, operation)
    }

    package var filter: JobFilter {
        var filter = JobFilter(
            states: Set(states.compactMap { JobState(name: $0) }), queue: inQueue, name: name, tags: tags,
            tenant: tenant, text: text, error: error, isRetrying: retrying == true,
            createdFrom: createdFrom.map { Instant(microseconds: $0) },
            createdBefore: createdBefore.map { Instant(microseconds: $0) })
        filter.similar = similar.flatMap { FailureLikeness($0) }
        return filter
    }
}

/// What an operation has come to.
package struct OperationTotals: Codable, Equatable, Sendable {
    /// The jobs that it meant, and those of them to which it was done.
    package var matched = 0
    package var done = 0
    /// Why it was not done to the others, and to how many each.
    package var refused: [String: Int] = [:]
    /// Of how many it cannot be taken back: they had ended, and are deleted. Nil for none.
    package var endedBefore: Int?

    /// Whether there may be something to take back.
    package var leavesSomethingToUndo: Bool { done > endedBefore ?? 0 }

    package init(matched: Int = 0, done: Int = 0) {
        (self.matched, self.done) = (matched, done)
    }
}

/// An operation and how it stands.
package struct OperationStatus: Sendable {
    package let job: JobSummary
    package let operation: Operation
    package let actor: Actor
    /// Nil until it has ended well.
    package let totals: OperationTotals?
    package let progress: Progressed?
    /// The operation that takes this one back, unless that one came to nothing.
    package let undoneBy: SequenceNumber?
}
