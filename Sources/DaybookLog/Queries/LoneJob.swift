internal import DaybookModel

/// A job that may have killed its process, and so holds up what that would run beside it.
struct LoneJob {
    let job: SequenceNumber
    /// The process that runs it; nil while it waits to be taken.
    let process: SequenceNumber?

    /// Those that run alone now, or else the one that is taken before `job` and lets nothing pass until it is.
    static func inTheWay(of job: JobSummary, in log: any LogSnapshot) throws -> [LoneJob] {
        var running: [LoneJob] = []
        try RowKey.running(process: 0, job: 0).withBytes { start in
            try log.scan(.running, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel else { return false }
                if key.second != job.sequence, try Books.storedJob(key.second, in: log)?.runsAlone == true {
                    running.append(LoneJob(job: key.second, process: key.first))
                }
                return running.count < namedMax
            }
        }
        if running.isEmpty, let waiting = try waiting(before: job, in: log) { return [waiting] }
        return running
    }

    /// More of them are not named.
    private static let namedMax = 10

    /// Queues are claimed from together, so the first of any of them may be meant.
    private static func waiting(before job: JobSummary, in log: any LogSnapshot) throws -> LoneJob? {
        let own = (job.record.readyKey.readyRank, job.record.position, job.sequence)
        var books = Books()
        for (index, queue) in try books.allQueues(in: log).enumerated() where !queue.isPaused {
            let number = UInt32(index + 1)
            let start = RowKey.ready(queue: number, priority: .max, position: 0)
            guard let first = try ReadyAge.first(of: number, from: start, in: log)?.job,
                let record = try Books.storedJob(first, in: log), record.runsAlone,
                (record.readyKey.readyRank, record.position, first) < own
            else { continue }
            return LoneJob(job: first, process: nil)
        }
        return nil
    }

    /// Whoever may not see all jobs is not told which they are.
    static func told(_ all: [LoneJob], areNamed: Bool) -> JobReason.Lone {
        guard let first = all.first else { return .none }
        guard areNamed else { return .hidden }
        guard all.count == 1 else { return .allRunning(all.map(\.job)) }
        return first.process.map { .running(first.job, process: $0) } ?? .ahead(first.job)
    }
}
