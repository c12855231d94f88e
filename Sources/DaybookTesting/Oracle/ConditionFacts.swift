internal import DaybookModel

/// One of those that a job waits for, as the oracle understands it.
struct ConditionFacts {
    enum Standing {
        case open, met, unmet
    }

    let parent: SequenceNumber
    let condition: AfterCondition
    var standing = Standing.open

    init?(_ dependency: Dependency) {
        guard case .job(let parent) = dependency.parent else { return nil }
        self.parent = parent
        condition = dependency.condition
        standing = standing(after: dependency.end?.state)
    }

    /// How it stands when the other has come to this; nil if it goes on.
    func standing(after end: JobState?) -> Standing {
        switch (condition, end) {
        case (_, nil): .open
        case (.any, _), (.success, .succeeded), (.failure, .failed): .met
        default: .unmet
        }
    }
}

/// A batch as its events and those of its jobs have it.
struct BatchFacts {
    /// The batch that it is inside of; 0 for none.
    var outer: SequenceNumber = 0
    /// Whether it ends with the last of its jobs.
    var isSealed = false
    var wasCancelled = false
    /// The events that cancelled it, and took it up again.
    var cancelledAt: SequenceNumber = 0
    var reopenedAt: SequenceNumber = 0
    var ended: BatchStanding?
    var unfinished = 0
    var failed = 0
    var cancelled = 0

    /// What it has come to when all its jobs have ended.
    var standing: BatchStanding {
        if wasCancelled { return .cancelled }
        if failed > 0 { return .failed }
        return cancelled > 0 ? .cancelled : .succeeded
    }
}
