package import DaybookModel

extension LogStorage {
    /// Calls `body` with those finished jobs whose time in the ledgers is over, some at a time, in short snapshots.
    package func forEachRetirable(now: Instant, _ body: ([SequenceNumber]) throws -> Void) throws {
        var next: SequenceNumber? = 1
        while let from = next {
            var jobs: [SequenceNumber] = []
            next = nil
            try read { log in
                let rules = try RetentionRules(in: log)
                var books = Books()
                var rows = 0
                try RowKey.number(from).withBytes { start in
                    try log.scan(.jobs, from: start) { key, value in
                        let job = RowKey(key).first
                        guard rows < 4_096, jobs.count < Books.retiredMax else {
                            next = job
                            return false
                        }
                        rows += 1
                        guard let record = JobRecord(value), record.state.isFinished,
                            let leaves = try rules.leaves(job, record, &books.names, in: log), leaves <= now,
                            try !books.isNeeded(job, record, at: now, in: log)
                        else { return true }
                        jobs.append(job)
                        return true
                    }
                }
            }
            if !jobs.isEmpty { try body(jobs) }
        }
    }
}
