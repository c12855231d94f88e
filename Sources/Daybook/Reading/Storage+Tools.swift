package import DaybookLog
package import DaybookModel

// What tools that come with Daybook show of a store, as it is or as it was.
extension LogStorage {
    package var lastEvent: SequenceNumber { get throws { try read { try $0.last } } }

    /// Batches, the newest first, below a number.
    package func batches(below bound: SequenceNumber?, limit: Int) throws -> [(SequenceNumber, BatchRecord)] {
        // There are few in comparison with jobs, and their rows are small; the walk goes upwards only.
        var found: [(SequenceNumber, BatchRecord)] = []
        try read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.batches, from: start) { key, value in
                    let id = RowKey(key).first
                    if let bound, id >= bound { return false }
                    if let batch = BatchRecord(value) { found.append((id, batch)) }
                    if found.count > 4 * limit { found.removeFirst(found.count - limit) }
                    return true
                }
            }
        }
        return found.suffix(limit).reversed()
    }

    /// Batches inside a batch, in the order of their numbers.
    package func batches(
        inside outer: SequenceNumber, after cursor: SequenceNumber, limit: Int
    ) throws -> [(number: SequenceNumber, record: BatchRecord)] {
        try read { try BatchRecord.inner(of: outer, after: cursor, limit: limit, in: $0) }
    }

    /// Events from `first` on, at most so many.
    package func loggedEvents(from first: SequenceNumber, limit: Int) throws -> [(SequenceNumber, Event)] {
        try read { log in
            var events: [(SequenceNumber, Event)] = []
            try log.events(from: first) { sequence, value in
                events.append((sequence, try Event(value, at: sequence)))
                return events.count < limit
            }
            return events
        }
    }

    /// What happened to a job, the newest last, of a long life only the newest.
    package func newestEvents(of job: SequenceNumber, limit: Int) throws -> [(SequenceNumber, Event)] {
        try read { log in
            var events: [(SequenceNumber, Event)] = []
            var next = try Books.storedJob(job, in: log)?.last ?? 0
            while next > 0, events.count < limit, let event = try log.eventAtHand(next, { try Event($0, at: next) }) {
                events.append((next, event))
                next = event.previous
            }
            return events.reversed()
        }
    }

    /// With what a job was created; nil if it left the ledgers.
    package func creation(of job: SequenceNumber) throws -> Box<Created>? {
        try read { log in
            try Books.storedJob(job, in: log) == nil ? nil : log.creation(of: job)
        }
    }
}

extension JobEngine {
    /// The store as it is, for whoever reads it and its past alike.
    package var present: any LogStorage { storage }

    /// The store as it was. Costs a pass over the log up to there, from the last snapshot on, on the thread
    /// that calls.
    package func past(_ point: ReplayPoint, limits: FoldLedgers.Limits) throws -> PastStorage {
        try PastStorage(storage, at: point, limits: limits, snapshots: folder?.snapshots)
    }
}
