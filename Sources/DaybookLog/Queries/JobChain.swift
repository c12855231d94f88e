// A job's events lead from the newest back to the one that created it. The newest is known to the ledgers for as
// long as they know the job, so its history costs what it has lived through and nothing else, however long the log.
// Of a job that has been deleted nothing leads to the last, nor of any where the ledgers are another release's, and the
// log is read from where it was created until it was deleted.

package import DaybookModel

extension LogSnapshot {
    /// The events of a job from the one given back to its first, told in the order in which they happened.
    package func chain(of job: SequenceNumber, endingAt last: SequenceNumber) throws -> [LoggedEvent] {
        try chain(of: job, endingAt: last) { throw $0 }
    }

    /// `absent` is told if the chain leads to an archive that is not there; what lies behind that is left out.
    fileprivate func chain(
        of job: SequenceNumber, endingAt last: SequenceNumber, absent: (LogError) throws -> Void
    ) throws -> [LoggedEvent] {
        var events: [LoggedEvent] = []
        var next = last
        while next > 0 {
            let event: Event?
            do {
                event = try self.event(next) { try Event($0, at: next) }
            } catch let error as LogError where error.code == .notFound {
                try absent(error)
                break
            }
            if case .gap? = event?.body {
                events += try search(job, below: next).reversed()
                break
            }
            guard let event, event.job == job else {
                throw LogError(
                    .damaged, "Event \(next) should be one of job \(job) and is not; run `daybook log verify`.",
                    at: next)
            }
            events.append(LoggedEvent(event, at: next))
            next = event.previous
        }
        return events.reversed()
    }

    /// In a log that was recovered the chain may lead to a gap: what lies before that is looked for event by event.
    private func search(_ job: SequenceNumber, below end: SequenceNumber) throws -> [LoggedEvent] {
        var found: [LoggedEvent] = []
        try events(from: job) { sequence, value in
            guard sequence < end else { return false }
            if try EventHead(value, at: sequence).job == job {
                found.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
            }
            return true
        }
        return found
    }
}

extension LogStorage {
    /// Everything that happened to a job, deleted ones included, in order; empty if there never was such a job.
    /// `progress` is told of events that are looked at where nothing leads to the job's own.
    package func history(
        of job: SequenceNumber, progress: (SequenceNumber) -> Void = { _ in }
    ) throws -> [LoggedEvent] {
        let known = try read { log in
            guard log.knowsLedgers else { return nil as [LoggedEvent]? }
            return try Books.storedJob(job, in: log).map { try log.chain(of: job, endingAt: $0.last) }
        }
        if let known { return known }
        let isThere = try read { log in
            try log.event(job) { try EventHead($0, at: job).kind == EventKind.created.rawValue } ?? false
        }
        return isThere ? try scanForDeleted(job, progress) : []
    }

    /// As ``history(of:progress:)``, of a job that the ledgers know also where its beginning is in an archive that is
    /// not there: then what is at hand, and a sentence about the rest.
    package func historyAtHand(
        of job: SequenceNumber, progress: (SequenceNumber) -> Void = { _ in }
    ) throws -> (events: [LoggedEvent], missing: String?) {
        var missing: String?
        let known = try read { log in
            try Books.storedJob(job, in: log).map { record in
                try log.chain(of: job, endingAt: record.last) { missing = $0.description }
            }
        }
        return (try known ?? history(of: job, progress: progress), missing)
    }

    private func scanForDeleted(
        _ job: SequenceNumber, _ progress: (SequenceNumber) -> Void
    ) throws -> [LoggedEvent] {
        var events: [LoggedEvent] = []
        var next: SequenceNumber? = job
        while let from = next {
            progress(from)
            next = nil
            try read { log in
                try log.events(from: from) { sequence, value in
                    let head = try EventHead(value, at: sequence)
                    if head.job == job {
                        events.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
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
        return events
    }
}
