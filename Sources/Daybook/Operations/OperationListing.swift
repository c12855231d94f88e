package import DaybookLog
package import DaybookModel

extension LogStorage {
    /// Operations, the newest first, below a job's number; nil for the next place where there are no more. It is broken
    /// off after `rowsMax` jobs: without a list of operations they have to be looked for among all others.
    package func operations(
        below bound: SequenceNumber?, limit: Int, rowsMax: Int = 200_000
    ) throws -> (found: [OperationStatus], next: SequenceNumber?) {
        // There are few, and how many there are is counted: the search ends with the last of them.
        let queue = try queues().first { $0.name == Operation.queue }
        guard let queue, JobState.allCases.contains(where: { queue[$0] > 0 }) else { return ([], nil) }
        let page = try JobWalk(self, JobFilter(queue: Operation.queue)).page(
            below: bound, limit: limit, rowsMax: rowsMax)
        return (try page.jobs.compactMap { try operation($0) }, page.next)
    }

    package func operation(_ id: SequenceNumber) throws -> OperationStatus? {
        guard let job = try job(JobID(rawValue: id)), job.queue == Operation.queue else { return nil }
        return try operation(job)
    }

    private func operation(_ job: JobSummary) throws -> OperationStatus? {
        guard job.name == Operation.jobName, let created = try creation(of: job.id.rawValue),
            let operation = try? JobOutputCoding<Operation>.json.decode(created.value.arguments)
        else { return nil }
        var (totals, progress): (OperationTotals?, Progressed?)
        for (_, event) in try newestEvents(of: job.id.rawValue, limit: 64) {
            switch event.body {
            case .progressed(let progressed): progress = progressed.value
            case .succeeded(let success): totals = try? JobOutputCoding<OperationTotals>.json.decode(success.result)
            default: break
            }
        }
        let actor = try read { try $0.event(job.id.rawValue) { try Event($0, at: job.id.rawValue).actor } }
        return OperationStatus(
            job: job, operation: operation, actor: actor ?? .system, totals: totals, progress: progress,
            undoneBy: try undo(of: job.id.rawValue))
    }

    /// The operation that takes another one back: it is under way, or has come to its end.
    package func undo(of operation: SequenceNumber) throws -> SequenceNumber? {
        try read { log in
            for turn in 0..<Operation.undosMax {
                let request = Operation.undoRequest(of: operation, turn)
                guard let undo = try KeyBook.job(.request, request, in: log) else { return nil }
                switch try Books.storedJob(undo, in: log)?.state {
                case nil, .failed, .cancelled: continue
                default: return undo
                }
            }
            return nil
        }
    }
}
