internal import DaybookLog
internal import DaybookModel

/// What each kind of event may do to a job, and what must have been true before.
extension Oracle {
    func move(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        switch event.body {
        case .enqueued: becomeReady(&job, event, sequence)
        case .claimed: claim(&job, event, sequence)
        case .succeeded: succeed(&job, event, sequence)
        case .attemptFailed(let failure): failRun(&job, event, failure.value, sequence)
        case .failed(let failure): failFinally(&job, event, failure.value, sequence)
        case .snoozed(let until):
            requireClaim(job, event, sequence, .snoozed)
            job.endClaim(.scheduled, at: sequence)
            job.runs -= 1
            (job.due, job.waitsForRetry) = (until, false)
        case .returned(let reason):
            requireInForce(job, event, sequence)
            limits.takeBack(job.token, job.scopes)
            judgeLease(job, reason, sequence)
            job.endClaim(.enqueued, at: sequence)
            job.runs -= 1
        case .interrupted(let reason, let charged):
            requireInForce(job, event, sequence)
            judgeLease(job, reason, sequence)
            if charged { charge(&job, event, sequence) } else { job.runs -= 1 }
            job.endClaim(.enqueued, at: sequence)
        case .parked:
            if job.state == .processing {
                requireInForce(job, event, sequence)
                job.runs -= 1
            }
            job.endClaim(.parked, at: sequence)
        case .cancelled: cancel(&job, event, sequence)
        case .requeued:
            job.endClaim(.enqueued, at: sequence)
            (job.runs, job.deaths) = (0, 0)
            job.conditions = []
        case .parentEnded(let parent, let state): hear(&job, of: parent, state, event, sequence)
        case .parentReopened(let parent): hear(&job, of: parent, nil, event, sequence)
        case .stepped(let stepped): judgeStep(stepped.value.step, event, sequence)
        case .rescheduled(let until, _):
            job.endClaim(.scheduled, at: sequence)
            (job.due, job.waitsForRetry) = (until, false)
        case .purged:
            if !job.isFinished { note(.finished, sequence, "an unfinished job was taken out") }
            job.isPurged = true
        case .continued(let state, let cursor):
            if state == nil, !job.isTelling { note(.order, sequence, "nobody was being told of it") }
            job.isTelling = state != nil || cursor != 0
        case .stale:
            if job.state == .processing, event.token == job.token {
                note(.fence, sequence, "the result of the claim in force was called stale")
            }
        default: break
        }
    }

    private func becomeReady(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        switch job.state {
        case .scheduled:
            if let due = job.due, event.time < due {
                note(job.waitsForRetry ? .retries : .timers, sequence, "it was made ready before \(due)")
            }
        case .parked: break
        default: note(.timers, sequence, "it was made ready when it was \(job.state.name)")
        }
        job.endClaim(.enqueued, at: sequence)
    }

    private func claim(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        if job.state != .enqueued {
            note(.claims, sequence, "it was claimed when it was \(job.state.name)")
        }
        if event.token != sequence { note(.claims, sequence, "the claim's token is \(event.token)") }
        if pausedQueues.contains(job.queue) { note(.claims, sequence, "it was claimed from a paused queue") }
        let claimant = event.actor.process
        let others = held[claimant] ?? []
        if job.deaths > 0, !others.isEmpty {
            note(.deaths, sequence, "a job that may kill its process was claimed beside others")
        }
        if !job.isCall, others.count == 1, let other = others.first, let facts = jobs[Int(other)], facts.deaths > 0 {
            note(.deaths, sequence, "it was claimed beside a job that may kill its process")
        }
        judgeLimits(of: event.job, job, event, sequence)
        job.runs += 1
        if Int(event.attempt) != job.runs { note(.claims, sequence, "run \(event.attempt) is run \(job.runs)") }
        job.state = .processing
        job.begun = job.begun ?? sequence
        job.token = sequence
        job.claimant = claimant
    }

    private func succeed(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        if job.state != .processing || event.token != job.token {
            note(.success, sequence, "the success of a claim that was not in force was counted")
        } else {
            requireRun(job, event, sequence, .returned)
        }
        job.successes += 1
        if job.successes > 1 { note(.success, sequence, "it had succeeded before") }
        job.endClaim(.succeeded, at: sequence)
    }

    private func cancel(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        if job.isFinished { note(.success, sequence, "it was \(job.state.name) already") }
        if event.actor.person == nil, event.actor.process != 0, event.token != 0 {
            requireClaim(job, event, sequence, .cancelled)
        }
        job.endClaim(.cancelled, at: sequence)
        // What can no longer come true may change again; what a person has cancelled waits for nothing more.
        if !job.conditions.contains(where: { $0.standing == .unmet }) { job.conditions = [] }
    }

    private func charge(_ job: inout JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        judgeDeath(job, event, sequence)
        job.deaths += 1
    }

    private func failRun(
        _ job: inout JobFacts, _ event: Event, _ failure: AttemptFailed, _ sequence: SequenceNumber
    ) {
        requireResult(job, event, failure, sequence)
        judgeRetry(job, event, failure, sequence)
        job.endClaim(failure.due == nil ? .enqueued : .scheduled, at: sequence)
        (job.due, job.waitsForRetry) = (failure.due, true)
    }

    private func failFinally(
        _ job: inout JobFacts, _ event: Event, _ failure: AttemptFailed, _ sequence: SequenceNumber
    ) {
        if failure.errorType == "interrupted" {
            requireInForce(job, event, sequence)
            judgeDeath(job, event, sequence)
            if job.deaths + 1 < 3, job.runs < job.attempts {
                note(.retries, sequence, "it was given up after \(job.runs) of \(job.attempts) runs")
            }
        } else {
            requireResult(job, event, failure, sequence)
            let isFinal = failure.errorType == "JobOutcome.stop"
            if !isFinal, job.runs < job.attempts {
                note(.retries, sequence, "it was given up after \(job.runs) of \(job.attempts) runs")
            }
        }
        job.endClaim(.failed, at: sequence)
    }
}
