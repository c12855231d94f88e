package import DaybookModel

/// Since when the job of a queue has been ready that waits longest.
package enum ReadyAge {
    private static let prioritiesMax = 32

    /// The first of each priority is that priority's oldest, so one look for each is enough.
    package static func oldest(
        of queue: UInt32, _ record: QueueRecord, in log: any LogSnapshot
    ) throws -> Instant? {
        guard record[.enqueued] > 0 else { return nil }
        var oldest: Instant?
        var start = RowKey.ready(queue: queue, priority: .max, position: 0)
        for _ in 0..<prioritiesMax {
            guard let found = try first(of: queue, from: start, in: log) else { break }
            if let since = try Books.storedJob(found.job, in: log)?.since { oldest = min(oldest ?? since, since) }
            guard found.priority > .min else { break }
            start = .ready(queue: queue, priority: found.priority - 1, position: 0)
        }
        return oldest
    }

    /// Whether any job of a queue stands where claims look.
    package static func hasReady(_ queue: UInt32, in log: any LogSnapshot) throws -> Bool {
        try first(of: queue, from: .ready(queue: queue, priority: .max, position: 0), in: log) != nil
    }

    static func first(
        of queue: UInt32, from start: RowKey, in log: any LogSnapshot
    ) throws -> (priority: Int16, job: SequenceNumber)? {
        var found: (priority: Int16, job: SequenceNumber)?
        try start.withBytes { bytes in
            try log.scan(.ready, from: bytes) { key, value in
                let key = RowKey(key)
                guard key.readyQueue == queue else { return false }
                guard !key.isSentinel else { return true }
                found = (
                    key.readyPriority, SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self))
                )
                return false
            }
        }
        return found
    }
}
