package import DaybookModel

/// What a job waits for.
package struct WaitingFor {
    package struct Parent {
        package let job: SequenceNumber
        package let condition: AfterCondition
        /// Nil for a job that has been deleted; of a batch, what those see who wait for it.
        package let state: JobState?
        /// If it is a batch.
        package let batch: BatchProgress?
        package let standing: ConditionBook.Standing
    }

    package let parents: [Parent]
    /// Whether what it waits for may be told of. Those of one tenant see no other's jobs, and no batches.
    private let isTold: [Bool]
    /// Not all jobs are there of the call that enqueued it.
    private let isStaged: Bool

    /// Of a job that has begun, conditions are met as far as they were when it did. `tenant` is whose jobs whoever
    /// asks may see; nil for all.
    package init(
        _ created: Created, _ job: SequenceNumber, seenBy tenant: String? = nil, in log: any LogSnapshot
    ) throws {
        let book = try ConditionBook.of(job, in: log)
        parents = try created.after.compactMap { dependency in
            guard case .job(let parent) = dependency.parent else { return nil }
            let batch = try BatchProgress(parent, in: log)
            return Parent(
                job: parent, condition: dependency.condition,
                state: try batch?.record.standing.jobState ?? Books.storedJob(parent, in: log)?.state, batch: batch,
                standing: book.entries.first { $0.parent == parent }?.standing ?? .met)
        }
        isTold = try parents.map { parent in
            guard let tenant else { return true }
            return try parent.batch == nil && log.creation(of: parent.job)?.value.tenant == tenant
        }
        isStaged = try parents.last.map { try $0.standing == .open && log.isCall($0.job) } ?? false
    }

    /// So many of those that are still open are named.
    private static let namedMax = 3

    /// What is still open, as far as it may be told.
    package var awaited: JobReason.Awaited {
        let open = zip(parents, isTold).filter { $0.0.standing == .open }
        guard let first = open.first?.0 else { return .nothing }
        guard !isStaged else { return .call }
        let named = open.prefix(WaitingFor.namedMax).map { parent, isTold -> JobReason.Parent in
            guard isTold else { return parent.batch == nil ? .hiddenJob : .hiddenBatch }
            return parent.batch.map { .batch($0.told, inside: $0.toldInside) } ?? .job(parent.job, parent.state)
        }
        return .others(named, first.condition, open: open.count, all: parents.count)
    }
}
