package import DaybookLog
package import DaybookModel

/// What tools that come with Daybook show beyond what programs ask for.
extension JobEngine {
    /// The processes that have the store open, or died with it open, but this one.
    package func otherProcesses() throws -> [FoundPresence] { try folder?.others() ?? [] }

    /// Walks over its jobs.
    package func walk(_ filter: JobFilter) -> JobWalk { JobWalk(storage, filter) }

    /// Waits for the next commit of any process; false if the engine was closed.
    package func waitForChange() async throws -> Bool { try await watch.ticketForAnything().wait() }

    /// Whether some process has the store open that could run a job.
    package func isServed() throws -> Bool {
        try isWorking || otherProcesses().contains { $0.isAlive && $0.facts?.event ?? 0 > 0 }
    }
}

extension RecurringJobs {
    /// Some of them, in the order in which they came into being, behind `after`; with `text` in their id.
    package func page(after: SequenceNumber, text: String?, limit: Int) throws -> [RecurringStatus] {
        var planner = RecurringPlanner(engine.writer.zones)
        return try engine.read { log in
            var found: [(SequenceNumber, RecurringRecord)] = []
            try RecurringBook.forEach(after: after, in: log) { definition, record in
                if !record.flags.contains(.isRemoved), text.map({ record.id.contains($0) }) ?? true {
                    found.append((definition, record))
                }
                return found.count < limit
            }
            return try found.map { try RecurringStatus($0, $1, &planner, in: log) }
        }
    }

    /// The latest entries first, from before an event of the same recurring job on.
    package func entries(
        _ status: RecurringStatus, before: SequenceNumber?, limit: Int
    ) throws -> [RecurringEntry] {
        try engine.read { log in
            var start = status.last
            if let before {
                guard let event = try log.event(before, { try Event($0, at: before) }),
                    let step = event.body.recurringStep,
                    (step.definition == 0 ? before : step.definition) == status.definition
                else { return [] }
                start = step.earlier
            }
            return try RecurringEntry.latest(limit, from: start, in: log)
        }
    }
}

extension EventBody {
    /// Which recurring job it is about, and that one's event before.
    fileprivate var recurringStep: (definition: SequenceNumber, earlier: SequenceNumber)? {
        switch self {
        case .recurringSet(let set): (set.value.definition, set.value.earlier)
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            (step.value.definition, step.value.earlier)
        default: nil
        }
    }
}
