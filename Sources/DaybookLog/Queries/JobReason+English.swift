internal import DaybookModel

// The words for why a job is not running, as the command line, the library and the API say them.

extension JobExplanation {
    package var sentence: String {
        reason.sentence + (closed.map { " Whoever claims it sets it aside: its arguments are \($0)." } ?? "")
    }
}

extension JobReason {
    fileprivate var sentence: String {
        switch self {
        case .deleted: "It was deleted; its history stays in the log."
        case .awaiting(let awaited): awaited.sentence
        case .setAside:
            "What became of it is lost with the events that the store was recovered without, so it waits for a "
                + "person: `daybook jobs requeue` lets it run, `daybook jobs cancel` ends it."
        case .retrying(let until, let failure):
            "It waits until \(until.forPeople) for its next run; the last one failed: \(failure.words)."
        case .snoozed(let until): "Its last run asked to be run again later: it waits until \(until.forPeople)."
        case .rescheduled(let until): "It was rescheduled: it waits until \(until.forPeople)."
        case .notDue(let until): "It is not due yet: it waits until \(until.forPeople)."
        case .limited(let wait, let pause):
            (wait?.sentence ?? "It waits for a limit.") + (pause.map { " \($0.sentence)" } ?? "")
        case .paused(let pause): pause.sentence
        case .queueFull(let full): full.sentence
        case .unattended(let absence): "It is ready, and \(absence.words)."
        case .ready(let turn): turn.sentence
        case .running(let run):
            "It is running: process \(run.process) has been running it since \(run.since.forPeople), \(run.words)."
        case .runnerGone(let run):
            "It was running: process \(run.process), which had it since \(run.since.forPeople), \(run.words), is gone. "
                + "The next process that works on the store takes care of it."
        case .succeeded(let since): "It succeeded at \(since.forPeople)."
        case .failed(let since, let failure): "It failed at \(since.forPeople): \(failure.words)."
        case .cancelled(let since, let actor, let told):
            "It was cancelled at \(since.forPeople)" + (actor.map { " by \($0)" } ?? "")
                + (told.words("by whom and why").map { ": \($0)." } ?? ".")
        case .parked(let told):
            "It is parked until a process comes that can run it: \(told.words("why") ?? "nobody can run it")."
        }
    }
}

extension JobReason.Run {
    fileprivate var words: String { "run \(attempt) of \(attempts)" }
}

extension JobReason.Told {
    /// As words that go on in a sentence; nil if there are none.
    fileprivate func words(_ what: String) -> String? {
        switch self {
        case .said(let reason): reason.isEmpty ? nil : reason
        case .notAtHand(let error): "\(what) is not at hand. \(error.openSentence)"
        }
    }
}

extension JobReason.Failure {
    fileprivate var words: String {
        switch self {
        case .said(let reason, let error): [reason, inBrief(error)].filter { !$0.isEmpty }.joined(separator: "; ")
        case .closed(let why): "its error is \(why?.description ?? "not for you to see")"
        case .notGiven: "no reason was given"
        case .notAtHand(let error): "why is not at hand. \(error.openSentence)"
        }
    }

    private static let errorLengthMax = 160

    /// No more than the beginning of its first line: all of it stands where the error itself is told.
    private func inBrief(_ error: String) -> String {
        let brief = FailureLikeness.firstLine(error).prefix(JobReason.Failure.errorLengthMax)
        return brief.endIndex < error.endIndex ? "\(brief) …" : error
    }
}

extension LogError {
    /// Without the full stop at its end.
    fileprivate var openSentence: String { description.hasSuffix(".") ? String(description.dropLast()) : description }
}

extension JobReason.Awaited {
    fileprivate var sentence: String {
        switch self {
        case .somebody: return "It waits for another job to finish."
        case .nothing: return "It waits for nothing any more and will be ready at once."
        case .call: return "It waits until all jobs of the call that enqueued it are there."
        case .others(let named, let condition, 1, _): return "It waits for the \(condition.word) of \(named[0].words)."
        case .others(let named, _, let open, let all):
            let more = open > named.count ? " and \(open - named.count) more" : ""
            return "It waits for \(open) of \(all) jobs: \(named.map(\.words).joined(separator: "; "))\(more)."
        }
    }
}

extension AfterCondition {
    fileprivate var word: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .any: "end"
        }
    }
}

extension JobReason.Parent {
    fileprivate var words: String {
        switch self {
        case .job(let job, let state): return "job \(job), which is \(state?.name ?? "deleted")"
        case .batch(let batch, let inside):
            let inner = inside.map { "; batch \($0.number) inside it \($0.words)" }
            return "batch \(batch.number), which \(batch.words)" + inner.joined()
        case .hiddenJob: return "a job of another tenant"
        case .hiddenBatch: return "a batch"
        }
    }
}

extension JobReason.Batch {
    fileprivate var words: String {
        guard !standing.isEnded else { return "has \(standing.rawValue)" }
        return "is \(standing.rawValue) with \(unfinished) of \(jobs) left"
    }
}

extension JobReason.LimitWait {
    fileprivate var sentence: String {
        let limit = "It waits for the limit of \(scope) (\(limit?.words ?? "no limit any more"))"
        let opens = opens.map { " The limit opens at \($0.forPeople)." } ?? ""
        guard let line else { return "\(limit).\(opens)" }
        return "\(limit): \(line.held) have a slot, and it is number \(line.place.words) of \(line.waiting) that wait."
            + opens
    }
}

extension JobReason.Place {
    fileprivate var words: String {
        switch self {
        case .number(let place): "\(place)"
        case .orLater(let place): "\(place) or later"
        }
    }
}

extension JobReason.FullQueue {
    fileprivate var sentence: String {
        let limit = "It waits for the limit of \(LimitScope.queue(queue).text) (\(limit.words))"
        switch state {
        case .full(let running): return limit + (running.map { ": \($0) run" } ?? "") + "."
        case .opens(let opens): return "\(limit), which opens at \(opens.forPeople)."
        }
    }
}

extension JobReason.Pause {
    /// `Its queue mail is paused. person:ann paused it at 2026-11-23T07:00:00Z: the disk is full.`
    fileprivate var sentence: String {
        guard let by else { return "Its queue \(queue) is paused." }
        return "Its queue \(queue) is paused. \(by.actor) paused it at \(by.since.forPeople)"
            + (by.reason.isEmpty ? "." : ": \(by.reason).")
    }
}

extension JobReason.Unattended {
    fileprivate var words: String {
        switch self {
        case .nobody: "no process has the store open to run it"
        case .quiet(let process): "process \(process), the only one there, was told to take no more jobs"
        case .allQuiet(let count): "all \(count) processes that are there were told to take no more jobs"
        }
    }
}

extension JobReason.Turn {
    fileprivate var sentence: String {
        let alone = runsAlone ? ", in a process that runs nothing else, since it may have killed one" : ""
        let wait = lone == .none ? "waits for a free worker" : "waits"
        let place =
            switch ahead {
            case .nobody: "It is the next of its queue \(queue) and \(wait)"
            case .others: "It \(wait) behind others of its queue \(queue)"
            case .exactly(let count): "It \(wait) behind \(count) others of its queue \(queue)"
            case .orMore(let count): "It \(wait) behind \(count) or more others of its queue \(queue)"
            }
        return "\(place)\(alone).\(lone.sentence)"
    }
}

extension JobReason.Lone {
    /// What it keeps from beginning, and why.
    fileprivate var sentence: String {
        switch self {
        case .none: ""
        case .hidden: " One that may have killed a process runs alone, and holds it up."
        case .running(let job, let process):
            " Job \(job) may have killed a process and runs alone: process \(process), which runs it, begins nothing "
                + "beside it."
        case .allRunning(let jobs):
            " Jobs \(jobs.map { "\($0)" }.joined(separator: ", ")) may each have killed a process and run alone: the "
                + "processes that run them begin nothing beside them."
        case .ahead(let job):
            " Job \(job) is before it, may have killed a process and runs alone: whoever comes upon it begins nothing "
                + "more until it has ended."
        }
    }
}
