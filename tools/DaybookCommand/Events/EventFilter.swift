import DaybookLog
import DaybookModel

/// Which events are meant. Everything that is given has to hold.
struct EventFilter {
    var job: SequenceNumber?
    var queue: String?
    var kind: EventKind?

    /// What the head of an event can tell; whether its queue is the right one is for `isOfQueue`.
    func mayMatch(_ head: EventHead) -> Bool {
        (job == nil || head.job == job) && (kind == nil || head.kind == kind?.rawValue)
    }

    func isOfQueue(_ event: Event, in snapshot: any LogSnapshot, _ jobs: inout QueuesOfJobs) throws -> Bool {
        guard let queue else { return true }
        switch event.body {
        case .queuePaused(let name, _), .queueResumed(let name, _): return name == queue
        case .created(let created): return created.value.queue == queue
        default: return event.job == 0 ? false : try jobs.queue(of: event.job, in: snapshot) == queue
        }
    }
}

/// The queues of jobs, as their first events say; those asked for last are kept.
struct QueuesOfJobs {
    private var known: [SequenceNumber: String] = [:]
    private static let knownMax = 10_000

    mutating func queue(of job: SequenceNumber, in snapshot: any LogSnapshot) throws -> String? {
        if let queue = known[job] { return queue }
        guard let created = try snapshot.creation(of: job) else { return nil }
        if known.count >= QueuesOfJobs.knownMax { known.removeAll(keepingCapacity: true) }
        known[job] = created.value.queue
        return created.value.queue
    }
}
