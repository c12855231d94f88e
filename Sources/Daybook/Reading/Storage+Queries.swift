package import DaybookLog
package import DaybookModel

// What can be asked of a store, as it is or as it was.
extension LogStorage {
    func jobs(_ filter: JobFilter, before: JobID?, limit: Int) throws -> [JobSummary] {
        guard limit > 0 else { return [] }
        var found: [JobSummary] = []
        try JobWalk(self, filter).forEach(below: before?.rawValue) { job in
            found.append(job)
            return found.count < limit
        }
        return found
    }

    package func jobPage(_ filter: JobFilter, before: JobID?, limit: Int) throws -> JobPage {
        let rowsMax = filter.asksEvents ? 4_000 : 20_000
        let page = try JobWalk(self, filter).page(below: before?.rawValue, limit: max(1, limit), rowsMax: rowsMax)
        return JobPage(jobs: page.jobs, next: page.next.map { JobID(rawValue: $0) })
    }

    package func job(_ id: JobID) throws -> JobSummary? {
        try read { log in
            var reader = try JobReader(log)
            return try reader.job(id.rawValue)
        }
    }

    package func queues() throws -> [QueueSummary] {
        try read { log in
            var books = Books()
            return try books.allQueues(in: log).filter(\.isShown).map(QueueSummary.init).sorted { $0.name < $1.name }
        }
    }

    func timeline(of id: JobID) throws -> [LoggedEvent] {
        try read { log in
            try Books.storedJob(id.rawValue, in: log).map { try log.chain(of: id.rawValue, endingAt: $0.last) } ?? []
        }
    }

    func why(_ id: JobID, _ inSight: () throws -> ProcessesInSight) throws -> String {
        try read { log in
            try JobExplanation(of: id.rawValue, in: log, inSight: inSight).sentence
        }
    }
}
