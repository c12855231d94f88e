package import DaybookModel

/// What people change and can take back, beside what operations do to many jobs.
package enum ChangeKind: String, CaseIterable, Sendable {
    case queues, limits, recurring, jobs

    /// Nil for what cannot be taken back.
    package init?(_ kind: EventKind?) {
        switch kind {
        case .queuePaused, .queueResumed: self = .queues
        case .queueLimited: self = .limits
        case .recurringPaused, .recurringResumed: self = .recurring
        case .purged, .cancelled, .rescheduled: self = .jobs
        default: return nil
        }
    }
}

extension Refusal {
    static func noSuchChange(_ event: SequenceNumber, _ kind: ChangeKind) -> Refusal {
        let what =
            switch kind {
            case .queues: "pauses or resumes a queue"
            case .limits: "sets a limit"
            case .recurring: "pauses or resumes a recurring job"
            case .jobs: "cancels, reschedules or deletes a job"
            }
        return Refusal(.noSuchJob, "Event \(event) is none that \(what); only that is taken back here.")
    }

    static func changedSince(_ event: SequenceNumber, by later: SequenceNumber, _ actor: Actor) -> Refusal {
        Refusal(
            .changedMeanwhile,
            "Event \(event) is not taken back: event \(later), by \(actor), has changed the same since.")
    }

    static func isTooFarBack(_ event: SequenceNumber) -> Refusal {
        Refusal(
            .wrongState,
            "Event \(event) is not taken back: more than \(ChangeSearch.eventsMax) events have happened since. Set it "
                + "to what you want instead.")
    }
}
