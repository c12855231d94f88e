package import DaybookModel

/// A batch that is open and to which nothing comes any more: whoever made it may have died before sealing it, and then
/// nothing ever tells those who wait for its end.
package struct UnsealedBatch {
    package let number: SequenceNumber
    package let record: BatchRecord
    /// When it was made, or the last of what belongs to it.
    package let lastChange: Instant

    /// Those that are older than `instant`, the oldest first.
    package static func all(withoutChangeSince instant: Instant, in log: any LogSnapshot) throws -> [UnsealedBatch] {
        var open: [(number: SequenceNumber, record: BatchRecord)] = []
        try RowKey.number(0).withBytes { start in
            try log.scan(.batches, from: start) { key, value in
                if let record = BatchRecord(value), record.standing == .open, record.since < instant {
                    open.append((RowKey(key).first, record))
                }
                return true
            }
        }
        return try open.compactMap { number, record in
            var lastChange = record.since
            if let job = try newest(of: number, in: log).flatMap({ try Books.storedJob($0, in: log) }) {
                lastChange = max(lastChange, max(job.created, job.since))
            }
            if let inner = try newest(of: RowKey.holdsBatches | number, in: log).flatMap({
                try BatchRecord.of($0, in: log)
            }) {
                lastChange = max(lastChange, inner.since)
            }
            return lastChange < instant ? UnsealedBatch(number: number, record: record, lastChange: lastChange) : nil
        }
    }

    /// The highest number among what belongs to a batch. It may be millions, so it is halved in on.
    private static func newest(of first: UInt64, in log: any LogSnapshot) throws -> SequenceNumber? {
        var found: SequenceNumber?
        var (low, high) = (SequenceNumber(1), try log.last)
        while low <= high {
            let middle = low + (high - low) / 2
            guard let next = try member(of: first, from: middle, in: log) else {
                guard middle > low else { break }
                high = middle - 1
                continue
            }
            found = next
            low = next + 1
        }
        return found
    }

    private static func member(
        of first: UInt64, from number: SequenceNumber, in log: any LogSnapshot
    ) throws -> SequenceNumber? {
        var found: SequenceNumber?
        try RowKey.child(of: first, number).withBytes { start in
            try log.scan(.members, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel, key.first == first { found = key.second }
                return false
            }
        }
        return found
    }
}
