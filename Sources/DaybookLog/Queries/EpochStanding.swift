package import DaybookModel

/// What is to be known of a store that was restored from a backup.
package struct EpochStanding: Sendable {
    /// The event that began the epoch, and when.
    package let event: SequenceNumber
    package let time: Instant
    /// The last event of the backup.
    package let last: SequenceNumber
    /// Numbers behind that and through this one name nothing.
    package let leftOutThrough: SequenceNumber
    /// Jobs of the backup that have not been touched since: whatever had become of them in the lost part of the log,
    /// they run as if it had not.
    package let untouched: UInt64
    /// The newest of them.
    package let newest: [JobID]

    private static let newestMax = 10

    /// Nil if the store was never restored.
    package init?(_ storage: any LogStorage) throws {
        guard let event = try storage.read({ try NameBook.lastEpoch(in: $0) }) else { return nil }
        let found = try storage.read { log in try log.event(event) { try Event($0, at: event) } }
        guard let found, case .restored(let restored) = found.body else {
            throw LogError(.damaged, "Event \(event) does not say that the store was restored.", at: event)
        }
        self.event = event
        time = found.time
        last = restored.value.last
        leftOutThrough = try storage.read {
            try EpochStanding.leftOut(after: restored.value.last, before: event, in: $0)
        }
        var untouched: UInt64 = 0
        var newest: [JobID] = []
        let unfinished = JobFilter(states: Set(JobState.allCases.filter { !$0.isFinished }))
        try JobWalk(storage, unfinished).forEach(below: last + 1) { job in
            guard job.lastEvent < event else { return true }
            untouched += 1
            if newest.count < EpochStanding.newestMax { newest.append(job.id) }
            return true
        }
        self.untouched = untouched
        self.newest = newest
    }

    /// The last of the gaps, which stand one behind the other. Where they lie in an archive that is not there, none is.
    private static func leftOut(
        after last: SequenceNumber, before event: SequenceNumber, in log: any LogSnapshot
    ) throws -> SequenceNumber {
        var (low, high) = (last, max(event, last + 1))
        while low + 1 < high {
            let middle = low + (high - low) / 2
            let kind = try log.eventAtHand(middle) { try EventHead($0, at: middle).kind }
            if kind == EventKind.gap.rawValue { low = middle } else { high = middle }
        }
        return low
    }
}
