package import DaybookModel

/// A job's events, by its own chain in the log: each names the one before it.
package enum JobChain {
    /// From the first to `last`, the job's newest event. In a log that was recovered the chain may lead to a gap: what
    /// lies before that is looked for event by event.
    package static func events(
        through last: SequenceNumber, of job: SequenceNumber, in log: any LogSnapshot
    ) throws -> [(sequence: SequenceNumber, event: Event)] {
        var found: [(SequenceNumber, Event)] = []
        var next = last
        while next > 0 {
            guard let event = try log.event(next, { try Event($0, at: next) }) else { throw damage(next, job) }
            if case .gap = event.body {
                found += try search(job, below: next, in: log).reversed()
                break
            }
            guard event.job == job else { throw damage(next, job) }
            found.append((next, event))
            next = event.previous
        }
        return found.reversed()
    }

    private static func search(
        _ job: SequenceNumber, below end: SequenceNumber, in log: any LogSnapshot
    ) throws -> [(SequenceNumber, Event)] {
        var found: [(SequenceNumber, Event)] = []
        try log.events(from: job) { sequence, value in
            guard sequence < end else { return false }
            let head = try EventHead(value, at: sequence)
            if head.job == job { found.append((sequence, try Event(value, at: sequence))) }
            return true
        }
        return found
    }

    private static func damage(_ sequence: SequenceNumber, _ job: SequenceNumber) -> LogError {
        LogError(
            .damaged, "Event \(sequence) should be one of job \(job) and is not; run `daybook log verify`.",
            at: sequence)
    }
}
