// Jobs from the newest to the oldest, which is from the highest id down. The ledger is walked upwards only, so it is
// read in windows of ids, each from its lower end, and each window is turned round. Ids are events' numbers: where few
// jobs are left of many events, windows grow. Every window is a snapshot of its own, so that a long walk pins no pages.

package import DaybookModel

package struct JobWalk {
    private let storage: any LogStorage
    private let filter: JobFilter

    private static let windowFirst: SequenceNumber = 4_096
    private static let rowsMax = 16_384

    package init(_ storage: any LogStorage, _ filter: JobFilter) {
        self.storage = storage
        self.filter = filter
    }

    /// Calls `body` with the jobs that match and whose id is below `bound`, for as long as it answers true.
    package func forEach(below bound: SequenceNumber?, _ body: (JobSummary) throws -> Bool) throws {
        var high = try storage.read { try $0.last }
        if let bound { high = min(high, bound - 1) }
        var size = JobWalk.windowFirst
        while high > 0 {
            let low = high > size ? high - size + 1 : 1
            let (jobs, rows) = try storage.read { try window(low...high, in: $0) }
            for job in jobs.reversed() where try !body(job) { return }
            if rows < JobWalk.rowsMax / 16 { size = min(size * 4, 1 << 40) }
            if rows > JobWalk.rowsMax { size = max(size / 4, 1_024) }
            high = low - 1
        }
    }

    private func window(
        _ ids: ClosedRange<SequenceNumber>, in snapshot: any LogSnapshot
    ) throws -> (jobs: [JobSummary], rows: Int) {
        var reader = try JobReader(snapshot)
        var jobs: [JobSummary] = []
        var rows = 0
        try RowKey.number(ids.lowerBound).withBytes { start in
            try snapshot.scan(.jobs, from: start) { key, value in
                let id = RowKey(key).high
                guard id <= ids.upperBound else { return false }
                rows += 1
                guard let record = JobRecord(value) else { throw LedgerError.unreadableRow(.jobs, id) }
                // States are few and cheap to look at; names are not.
                guard filter.states.isEmpty || filter.states.contains(record.state) else { return true }
                let job = try reader.summary(id, record)
                if try filter.matches(job, in: snapshot) { jobs.append(job) }
                return true
            }
        }
        return (jobs, rows)
    }
}
