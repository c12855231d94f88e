package import DaybookModel

/// Why a job is not running, or what it does instead, in a sentence.
package struct JobExplanation {
    package let sentence: String

    /// Further back in its queue than this, a job's exact place tells nobody more.
    private static let aheadMax = 10_000

    /// `events` are the job's, in their order; the newest are enough. `isServed`: some process has the store open that
    /// could run it. Without `withErrors` what the job's own code said is left out.
    package init(
        _ job: JobSummary, _ created: Created?, _ events: [LoggedEvent], isServed: () throws -> Bool,
        withErrors: Bool = true, in log: any LogSnapshot
    ) throws {
        let record = job.record
        let failure = JobExplanation.failure(events, withErrors)
        switch job.state {
        case .awaiting: sentence = try JobExplanation.awaiting(created, job, log)
        case .scheduled: sentence = JobExplanation.scheduled(record, failure)
        case .enqueued: sentence = try JobExplanation.enqueued(job, isServed, log)
        case .processing:
            let since = "process \(record.process) has been running it since \(record.since.forPeople)"
            sentence = "It is running: \(since), run \(record.attempt) of \(record.attempts)."
        case .succeeded: sentence = "It succeeded at \(record.since.forPeople)."
        case .failed: sentence = "It failed at \(record.since.forPeople): \(failure)."
        case .cancelled:
            let who = events.last { $0.kind == .cancelled }
            let reason = who?.reason ?? ""
            let by = who.map { " by \($0.actor)" } ?? ""
            sentence = "It was cancelled at \(record.since.forPeople)\(by)" + (reason.isEmpty ? "." : ": \(reason).")
        case .parked:
            let reason = events.last { $0.kind == .parked }?.reason ?? "nobody can run it"
            sentence = "It is parked until a process comes that can run it: \(reason)."
        }
    }

    /// Of a job that the ledgers no longer know.
    package static let deleted = "It was deleted; its history stays in the log."

    private static func scheduled(_ record: JobRecord, _ failure: String) -> String {
        let until = "until \(record.due.forPeople)"
        switch record.waitsFor {
        case .retry: return "It waits \(until) for its next run; the last one failed: \(failure)."
        case .snooze: return "Its last run asked to be run again later: it waits \(until)."
        case .rescheduled: return "It was rescheduled: it waits \(until)."
        case .delay, .nothing, .limit: return "It is not due yet: it waits \(until)."
        }
    }

    private static func awaiting(_ created: Created?, _ job: JobSummary, _ log: any LogSnapshot) throws -> String {
        guard let created else { return "It waits for another job to finish." }
        return try WaitingFor(created, job.id.rawValue, in: log).sentence
    }

    private static func enqueued(
        _ job: JobSummary, _ isServed: () throws -> Bool, _ log: any LogSnapshot
    ) throws -> String {
        if job.record.waitsForLimit { return try limited(job, log) }
        var books = Books()
        if try books.queue(job.queue, in: log)?.isPaused ?? false { return "Its queue \(job.queue) is paused." }
        guard try isServed() else { return "It is ready, and no process has the store open to run it." }
        let alone = job.record.deaths > 0 ? ", in a process that runs nothing else, since it may have killed one" : ""
        let ahead = try ahead(of: job, in: log)
        guard ahead > 0 else { return "It is the next of its queue \(job.queue) and waits for a free worker\(alone)." }
        let count = ahead < aheadMax ? "\(ahead)" : "\(aheadMax) or more"
        return "It waits for a free worker behind \(count) others of its queue \(job.queue)\(alone)."
    }

    private static func limited(_ job: JobSummary, _ log: any LogSnapshot) throws -> String {
        var books = Books()
        guard let row = try LimitRows.job(job.sequence, in: log), let index = row.waiting else {
            return "It waits for a limit."
        }
        let scope = row.scopes[index]
        let state = try LimitRows.state(scope, in: log)
        var place = 1
        try LimitRows.forEachWait(scope, in: log) { lane, other in
            if (lane, other) < (job.record.lane, job.sequence) { place += 1 }
            return place < aheadMax && (lane, other) < (job.record.lane, job.sequence)
        }
        let words = try books.limits.rule(scope, in: log)?.words ?? "no limit any more"
        let count = place < aheadMax ? "\(place)" : "\(aheadMax) or later"
        return "It waits for the limit of \(scope) (\(words)): \(state.held) have a slot, and it is number "
            + "\(count) of \(state.waiting) that wait."
    }

    private static func ahead(of job: JobSummary, in log: any LogSnapshot) throws -> Int {
        var count = 0
        let own = job.record.readyKey
        try RowKey.ready(queue: job.record.queue, priority: .max, position: 0).withBytes { start in
            try log.scan(.ready, from: start) { key, _ in
                guard RowKey(key) < own, count < aheadMax else { return false }
                count += 1
                return true
            }
        }
        return count
    }

    private static func failure(_ events: [LoggedEvent], _ withErrors: Bool) -> String {
        guard let failed = events.last(where: { $0.run?.isSuccess == false }), let run = failed.run else {
            return "no reason was given"
        }
        let parts = [failed.reason, withErrors ? run.error : ""].filter { !$0.isEmpty }
        return parts.isEmpty ? "its error is not for you to see" : parts.joined(separator: "; ")
    }
}
