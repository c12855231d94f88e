internal import DaybookLog
internal import DaybookModel

/// What an event must have had behind it: a claim, a run, a death, a lease that ran out, a policy.
extension Oracle {
    // MARK: Claims and runs

    func requireInForce(_ job: JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        guard job.state != .processing || event.token != job.token else { return }
        note(.fence, sequence, "it ends claim \(event.token), which is not in force")
    }

    /// A result: of the claim in force, by the process that holds it, from a run that came out that way.
    func requireClaim(
        _ job: JobFacts, _ event: Event, _ sequence: SequenceNumber, _ ending: Testimony.Ending
    ) {
        requireInForce(job, event, sequence)
        requireRun(job, event, sequence, ending)
    }

    func requireRun(_ job: JobFacts, _ event: Event, _ sequence: SequenceNumber, _ ending: Testimony.Ending) {
        // What stands for a call has no handler.
        guard !job.isCall else { return }
        guard event.actor.process == job.claimant else {
            return note(
                .fence, sequence, "process \(event.actor.process) tells how the run of \(job.claimant) came out")
        }
        if let signs = process(job.claimant)?.signs, !signs.runs.contains(job.token) {
            return note(.fence, sequence, "nobody ever ran claim \(job.token)")
        }
        guard let testimony else { return }
        let seen = testimony.runs[job.token]
        if seen != ending {
            note(.fence, sequence, "the run of claim \(job.token) came out differently: \(seen.map { "\($0)" } ?? "-")")
        }
    }

    /// A failed run, or one that took too long, whatever it came to afterwards.
    func requireResult(
        _ job: JobFacts, _ event: Event, _ failure: AttemptFailed, _ sequence: SequenceNumber
    ) {
        if failure.errorType == "timeout" { return requireInForce(job, event, sequence) }
        requireClaim(job, event, sequence, failure.errorType == "JobOutcome.stop" ? .stopped : .failed)
    }

    // MARK: Deaths and leases

    func judgeDeath(_ job: JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        guard let dead = process(job.claimant) else { return }
        guard dead.isGone, dead.signs.started.contains(job.token) else {
            return note(.deaths, sequence, "process \(job.claimant) had not started it when it died")
        }
        if let judge = process(event.actor.process), judge.boot != dead.boot {
            note(.deaths, sequence, "it is charged with the end of the machine")
        }
    }

    func judgeLease(_ job: JobFacts, _ reason: String, _ sequence: SequenceNumber) {
        guard reason.hasPrefix("lease"), let signs = process(job.claimant)?.signs else { return }
        let now = committed(sequence)
        let renewals = signs.renewals
        var low = 0
        var high = renewals.count
        while low < high {
            let middle = (low + high) / 2
            if renewals[middle] <= now { low = middle + 1 } else { high = middle }
        }
        guard low > 0, now - renewals[low - 1] <= signs.lease else { return }
        note(
            .leases, sequence,
            "process \(job.claimant) had given a sign of life \((now - renewals[low - 1]) / 1_000_000) ms before")
    }

    // MARK: Retries

    func judgeRetry(_ job: JobFacts, _ event: Event, _ failure: AttemptFailed, _ sequence: SequenceNumber) {
        if job.runs >= job.attempts {
            note(.retries, sequence, "it is tried again after \(job.runs) of \(job.attempts) runs")
        }
        let seconds = Int64(1_000_000)
        let delay = (failure.due?.microseconds ?? event.time.microseconds) - event.time.microseconds
        let allowed: ClosedRange<Int64>
        switch job.retry?.prefix(3) {
        case nil, "han":
            let steps = Int64(job.runs - 1)
            let least = (steps * steps * steps * steps + 15) * seconds
            allowed = least...least + 29 * Int64(job.runs) * seconds
        case "fix" where testimony != nil:
            let delays = [1, 10, 60].map { $0 * seconds }
            allowed = delays[min(job.runs, 3) - 1]...delays[min(job.runs, 3) - 1]
        case "exp" where testimony != nil:
            var expected = 2 * seconds
            for _ in 1..<max(1, job.runs) { expected = min(expected * 3, 100 * seconds) }
            allowed = expected...expected
        default: return
        }
        if !allowed.contains(delay) {
            note(.retries, sequence, "the retry after run \(job.runs) is planned \(delay / seconds) s later")
        }
    }
}
