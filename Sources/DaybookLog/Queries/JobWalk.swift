// Jobs from the newest to the oldest, which is from the highest id down. The ledger is walked upwards only, so it is
// read in windows of ids, each from its lower end, and each window is turned round. Ids are events' numbers: where few
// jobs are left of many events, windows grow. Every window is a snapshot of its own, so that a long walk pins no pages.

package import DaybookModel

package struct JobWalk {
    private let storage: any LogStorage
    private let filter: JobFilter

    private static let windowFirst: SequenceNumber = 4_096
    private static let rowsMax = 16_384
    /// More than a window of the smallest size can hold.
    private static let rowsAtOnce = 65_536

    package init(_ storage: any LogStorage, _ filter: JobFilter) {
        self.storage = storage
        self.filter = filter
    }

    /// Calls `body` with the jobs that match and whose id is below `bound`, for as long as it answers true.
    package func forEach(below bound: SequenceNumber?, _ body: (JobSummary) throws -> Bool) throws {
        var high = try storage.read { try $0.last }
        if let bound { high = min(high, max(bound, 1) - 1) }
        let span = try span()
        high = min(high, span.upperBound)
        var size = JobWalk.windowFirst
        while high > 0, high >= span.lowerBound {
            let low = max(high > size ? high - size + 1 : 1, span.lowerBound)
            guard let (jobs, rows) = try storage.read({ try window(low...high, in: $0) }) else {
                size /= 16
                continue
            }
            for job in jobs.reversed() where try !body(job) { return }
            if rows < JobWalk.rowsMax / 16 { size = min(size * 4, 1 << 40) }
            if rows > JobWalk.rowsMax { size = max(size / 4, 1_024) }
            high = low - 1
        }
    }

    /// A page of the list: at most `limit` jobs whose ids are below `bound`. After `rowsMax` rows it is broken off,
    /// so that no filter that finds little makes anybody walk through a large store.
    package func page(below bound: SequenceNumber?, limit: Int, rowsMax: Int) throws -> JobListing {
        var page = JobListing()
        var high = try storage.read { try $0.last }
        if let bound { high = min(high, max(bound, 1) - 1) }
        let span = try span()
        high = min(high, span.upperBound)
        var size: SequenceNumber = 1_024
        while high > 0, high >= span.lowerBound {
            let low = max(high > size ? high - size + 1 : 1, span.lowerBound)
            guard let (jobs, rows) = try storage.read({ try window(low...high, in: $0) }) else {
                size /= 16
                continue
            }
            page.looked += rows
            for job in jobs.reversed() where !page.add(job, limit) { return page }
            if page.looked >= rowsMax, low > span.lowerBound {
                page.next = low
                page.isCut = true
                return page
            }
            if rows < 1_024 { size = min(size * 4, 1 << 40) }
            high = low - 1
        }
        return page
    }

    /// The same among jobs whose ids are known, in falling order; those that the filter does not want are left out.
    package func page(
        of ids: [SequenceNumber], below bound: SequenceNumber?, limit: Int, rowsMax: Int
    ) throws -> JobListing {
        let span = try span()
        return try storage.read { snapshot in
            var page = JobListing()
            var reader = try JobReader(snapshot)
            for id in ids where bound.map({ id < $0 }) ?? true {
                guard id >= span.lowerBound else { break }
                guard id <= span.upperBound else { continue }
                if page.looked >= rowsMax {
                    page.next = id + 1
                    page.isCut = true
                    return page
                }
                page.looked += 1
                guard let job = try reader.job(id), try filter.matches(job, in: snapshot) else { continue }
                guard page.add(job, limit) else { return page }
            }
            return page
        }
    }

    /// Below which id a list begins: `bound`, or what was enqueued before the time that is asked for.
    package func start(below bound: SequenceNumber?) throws -> SequenceNumber? {
        guard filter.createdBefore != nil else { return bound }
        let end = try span().upperBound
        guard end < .max else { return bound }
        return min(bound ?? .max, end + 1)
    }

    /// Among which ids those lie that were enqueued in the time that is asked for. Ids rise with time but where a clock
    /// was set back: by up to a minute, that leaves nobody out.
    private func span() throws -> ClosedRange<SequenceNumber> {
        let slack: Int64 = 60_000_000
        let low = try filter.createdFrom.map {
            try first(createdFrom: Instant(microseconds: max($0.microseconds, .min + slack) - slack))
        }
        let high = try filter.createdBefore.map {
            try first(createdFrom: Instant(microseconds: min($0.microseconds, .max - slack) + slack))
        }
        let bound = max(low ?? 1, 1)
        return bound...max(bound, high ?? .max)
    }

    /// The id of the first job that was enqueued at an instant or later, or where that would be.
    private func first(createdFrom instant: Instant) throws -> SequenceNumber {
        try storage.read { log in
            var (low, high) = (SequenceNumber(1), try log.last + 1)
            while low < high {
                let middle = low + (high - low) / 2
                var found: (id: SequenceNumber, created: Instant)?
                try RowKey.number(middle).withBytes { start in
                    try log.scan(.jobs, from: start) { key, value in
                        let id = RowKey(key).high
                        guard let record = JobRecord(value) else { throw LedgerError.unreadableRow(.jobs, id) }
                        found = (id, record.created)
                        return false
                    }
                }
                if let found, found.id < high, found.created < instant {
                    low = found.id + 1
                } else {
                    high = middle
                }
            }
            return low
        }
    }

    /// Nil for a window that turns out to hold too many: behind a sparse stretch there may be a dense one.
    private func window(
        _ ids: ClosedRange<SequenceNumber>, in snapshot: any LogSnapshot
    ) throws -> (jobs: [JobSummary], rows: Int)? {
        var reader = try JobReader(snapshot)
        var jobs: [JobSummary] = []
        var rows = 0
        try RowKey.number(ids.lowerBound).withBytes { start in
            try snapshot.scan(.jobs, from: start) { key, value in
                let id = RowKey(key).high
                guard id <= ids.upperBound else { return false }
                rows += 1
                guard rows <= JobWalk.rowsAtOnce else { return false }
                guard let record = JobRecord(value) else { throw LedgerError.unreadableRow(.jobs, id) }
                // States are few and cheap to look at; names are not.
                guard filter.wants(record) else { return true }
                let job = try reader.summary(id, record)
                if try filter.matches(job, in: snapshot) { jobs.append(job) }
                return true
            }
        }
        return rows > JobWalk.rowsAtOnce ? nil : (jobs, rows)
    }
}

/// Some jobs of a list, the newest first.
package struct JobListing: Sendable {
    package fileprivate(set) var jobs: [JobSummary] = []
    /// The next page begins below this job; nil at the end of the list.
    package fileprivate(set) var next: SequenceNumber?
    /// Whether the search was broken off before the page was full.
    package fileprivate(set) var isCut = false
    /// How many rows were looked at.
    package fileprivate(set) var looked = 0

    /// False if the page was full before: there is at least one more.
    fileprivate mutating func add(_ job: JobSummary, _ limit: Int) -> Bool {
        guard jobs.count < limit else {
            next = jobs.last?.sequence
            return false
        }
        jobs.append(job)
        return true
    }
}
