// How jobs ended that are no longer in the ledgers. Their events are all there, but nothing leads to the last of them,
// so the log is read from where the job was created until it was deleted. Few ask, and not often.

package import DaybookModel

extension LogStorage {
    /// How a deleted job had ended; nil if there never was such a job.
    package func endOfDeleted(_ job: SequenceNumber) throws -> Dependency.End? {
        let isThere = try read { log in
            try log.event(job) { try EventHead($0, at: job).kind == EventKind.created.rawValue } ?? false
        }
        guard isThere else { return nil }
        var end: Dependency.End?
        var next = job
        while let from = Optional(next), next > 0 {
            next = 0
            try read { log in
                try log.events(from: from) { sequence, value in
                    let head = try EventHead(value, at: sequence)
                    if head.job == job {
                        if let state = JobState(end: head.kind) { end = Dependency.End(state, at: sequence) }
                        if head.kind == EventKind.purged.rawValue { return false }
                    }
                    // A long stretch is read in parts, so that no reader stays open for long.
                    guard sequence - from < 100_000 else {
                        next = sequence + 1
                        return false
                    }
                    return true
                }
            }
        }
        return end
    }
}

extension [Box<Created>] {
    /// The same jobs, knowing how those ended that they wait for and that have been deleted; nil if none was found.
    package func withEndsOfDeleted(in storage: any LogStorage) throws -> [Box<Created>]? {
        var known: [SequenceNumber: Dependency.End?] = [:]
        var hasFound = false
        let jobs = try map { box in
            guard !box.value.after.isEmpty else { return box }
            var created = box.value
            for index in created.after.indices {
                guard case .job(let job) = created.after[index].parent else { continue }
                let end: Dependency.End?
                if let looked = known[job] {
                    end = looked
                } else {
                    let isKnown = try storage.read { try Books.storedJob(job, in: $0) != nil }
                    end = isKnown ? nil : try storage.endOfDeleted(job)
                    known[job] = .some(end)
                }
                guard let end else { continue }
                created.after[index].end = end
                hasFound = true
            }
            return Box(created)
        }
        return hasFound ? jobs : nil
    }
}

extension JobState {
    /// What a job has come to with an event of this kind, if it is an end.
    fileprivate init?(end kind: UInt8) {
        switch EventKind(rawValue: kind) {
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        default: return nil
        }
    }
}
