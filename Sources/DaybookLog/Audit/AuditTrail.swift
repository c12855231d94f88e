// An audit of one job follows the job's own chain of events. Any other one reads the log, a stretch to a snapshot, and
// passes most events by after a look at their heads. Times may step back, so no search by time can leave a part of the
// log out.

package import DaybookModel

package struct AuditTrail {
    private let storage: any LogStorage
    private let sieve: AuditSieve
    private let progress: (_ position: SequenceNumber, _ total: SequenceNumber) -> Void

    /// Events looked at in one snapshot.
    private static let stretch: SequenceNumber = 20_000

    package init(
        _ storage: any LogStorage, _ filter: AuditFilter,
        progress: @escaping (_ position: SequenceNumber, _ total: SequenceNumber) -> Void = { _, _ in }
    ) {
        self.storage = storage
        sieve = AuditSieve(filter)
        self.progress = progress
    }

    /// Calls `body`, outside of any snapshot, with what matches behind event `after`, in order, for as long as it
    /// answers true.
    package func forEach(after: SequenceNumber = 0, _ body: (AuditEntry) throws -> Bool) throws {
        guard let job = sieve.filter.job else { return try scan(after: after, body) }
        let history = try storage.history(of: job.rawValue) { progress($0, 0) }
        guard !history.isEmpty else {
            throw LogError(.notFound, try storage.read { try $0.absence(of: job.rawValue) })
        }
        let entries = try storage.read { log in
            let annotator = AuditAnnotator()
            return try history.filter { $0.sequence > after && sieve.passes($0) }.map {
                try annotator.entry($0, log)
            }
        }
        for entry in entries where sieve.passes(entry) {
            guard try body(entry) else { return }
        }
    }

    /// What is archived need not be read, nor be there, where all of it is earlier than what is asked for.
    private func firstWanted() throws -> SequenceNumber {
        guard let since = sieve.filter.since else { return 1 }
        return try storage.read { log in
            try ArchiveRows.chain(through: log.archivedThrough, in: log).last { $0.until < since }.map { $0.last + 1 }
                ?? 1
        }
    }

    private func scan(after: SequenceNumber, _ body: (AuditEntry) throws -> Bool) throws {
        let last = try storage.read { try $0.last }
        let annotator = AuditAnnotator()
        var next = try max(after + 1, firstWanted())
        while next <= last {
            progress(next, last)
            let end = last - next < AuditTrail.stretch ? last : next + AuditTrail.stretch - 1
            var found: [AuditEntry] = []
            // The first behind the stretch: where numbers were left out it is far away.
            var further = last
            try storage.read { log in
                try log.events(from: next) { sequence, value in
                    guard sequence <= end else {
                        further = sequence
                        return false
                    }
                    try EventChecksum.require(value, at: sequence)
                    guard sieve.passes(try EventHead(value, at: sequence), value) else { return true }
                    let event = LoggedEvent(try Event(value, at: sequence, withPayload: false), at: sequence)
                    let entry = try annotator.entry(event, log)
                    if sieve.passes(entry) { found.append(entry) }
                    return true
                }
            }
            for entry in found {
                guard try body(entry) else { return }
            }
            guard end < last else { return }
            next = max(end + 1, further)
        }
    }
}

/// A filter made ready to be asked of many events: first of their heads, which is enough to pass most of them by.
private struct AuditSieve {
    let filter: AuditFilter
    private let actor: ActorQuery?

    init(_ filter: AuditFilter) {
        self.filter = filter
        actor = filter.actor.map { ActorQuery($0) }
    }

    func passes(_ head: EventHead, _ value: UnsafeRawBufferPointer) -> Bool {
        passes(head.time, EventKind(rawValue: head.kind)) && actor?.matches(head, value) ?? true
    }

    func passes(_ event: LoggedEvent) -> Bool {
        passes(event.time, EventKind(rawValue: event.event.body.kind)) && actor?.matches(event.actor) ?? true
    }

    private func passes(_ time: Instant, _ kind: EventKind?) -> Bool {
        if let since = filter.since, time < since { return false }
        if let until = filter.until, time > until { return false }
        return filter.kinds.isEmpty || kind.map(filter.kinds.contains) ?? false
    }

    /// What stands elsewhere in the log.
    func passes(_ entry: AuditEntry) -> Bool {
        if let user = filter.user, entry.witness?.user != user { return false }
        if let queue = filter.queue, entry.queue != queue, entry.queue != Name.queuesToCome { return false }
        return filter.tenant == nil || entry.tenant == filter.tenant
    }
}

/// Looks up what stands elsewhere in the log: with what jobs were created, and who the processes were. What was asked
/// for last is kept. Not Sendable: one thread at a time.
package final class AuditAnnotator {
    fileprivate struct Job {
        let name: String
        let queue: String
        let tenant: String?

        init(_ created: Created) {
            name = created.name
            queue = created.queue
            tenant = created.tenant
        }
    }

    private var jobs: [SequenceNumber: Job?] = [:]
    private var processes: [SequenceNumber: Witness?] = [:]
    private static let knownMax = 20_000

    package init() {}

    package func entry(_ event: LoggedEvent, _ log: any LogSnapshot) throws -> AuditEntry {
        let body = event.event.body
        let job = try job(event.event, log) ?? body.recurringJob ?? definition(of: body, log)
        return AuditEntry(
            event: event, jobName: job?.name, queue: job?.queue ?? body.queueName, tenant: job?.tenant ?? body.tenant,
            witness: try witness(event.event, log))
    }

    private func witness(_ event: Event, _ log: any LogSnapshot) throws -> Witness? {
        if let client = event.actor.client ?? event.body.client { return Witness(client: client) }
        switch event.body {
        case .genesis(let genesis): return Witness(genesis.value)
        case .processStarted(let started): return Witness(started.value)
        default: break
        }
        let process = event.actor.process
        guard process != 0 else { return nil }
        if let known = processes[process] { return known }
        let started = try log.eventAtHand(process) { try Event($0, at: process) }
        var found: Witness?
        if case .processStarted(let box)? = started?.body { found = Witness(box.value) }
        AuditAnnotator.keep(found, of: process, in: &processes)
        return found
    }

    private func job(_ event: Event, _ log: any LogSnapshot) throws -> Job? {
        if case .created(let created) = event.body { return Job(created.value) }
        let id = event.body.heldJob ?? event.job
        guard id != 0 else { return nil }
        if let known = jobs[id] { return known }
        let found = try log.creationAtHand(of: id, withPayload: false).map { Job($0.value) }
        AuditAnnotator.keep(found, of: id, in: &jobs)
        return found
    }

    /// What the recurring job makes that the event is about, as it was set for the first time.
    private func definition(of body: EventBody, _ log: any LogSnapshot) throws -> Job? {
        guard let definition = body.recurringStep?.definition else { return nil }
        if let known = jobs[definition] { return known }
        let found = try log.eventAtHand(definition) { try Event($0, at: definition, withPayload: false) }
        let job = found?.body.recurringJob
        AuditAnnotator.keep(job, of: definition, in: &jobs)
        return job
    }

    private static func keep<Value>(
        _ value: Value?, of number: SequenceNumber, in known: inout [SequenceNumber: Value?]
    ) {
        if known.count >= knownMax { known.removeAll(keepingCapacity: true) }
        known[number] = .some(value)
    }
}

extension EventBody {
    fileprivate var client: String? {
        switch self {
        case .created(let created), .carried(let created): created.value.client
        case .duplicate(let duplicate): duplicate.value.client
        case .replaced(let replaced): replaced.value.client
        default: nil
        }
    }

    /// The queue that it is about, where that is no matter of a job.
    fileprivate var queueName: String? {
        switch self {
        case .queuePaused(let queue, _), .queueResumed(let queue, _): queue
        case .queueLimited(let limited):
            if case .queue(let queue)? = LimitScope(text: limited.value.scope) { queue } else { nil }
        default: nil
        }
    }

    /// Whom it is about, where that is no matter of a job.
    fileprivate var tenant: String? {
        switch self {
        case .retentionSet(let set): RetentionScope(text: set.value.scope)?.tenant
        case .held(let hold), .released(let hold):
            if case .tenant(let tenant)? = HoldScope(text: hold.value.scope) { tenant } else { nil }
        case .keysChanged(let change): change.value.tenant
        case .erased(let erased): erased.value.tenant
        case .queueLimited(let limited): EventBody.tenant(limitedBy: limited.value.scope)
        case .limitOpened(let scope): EventBody.tenant(limitedBy: scope)
        default: nil
        }
    }

    private static func tenant(limitedBy scope: String) -> String? {
        guard case .key(let key)? = LimitScope(text: scope), key.hasPrefix("tenant:") else { return nil }
        return String(key.dropFirst("tenant:".count))
    }

    /// The job that is held, or no longer, where it is one.
    fileprivate var heldJob: SequenceNumber? {
        switch self {
        case .held(let hold), .released(let hold):
            if case .job(let job)? = HoldScope(text: hold.value.scope) { job.rawValue } else { nil }
        default: nil
        }
    }

    fileprivate var recurringJob: AuditAnnotator.Job? {
        if case .recurringSet(let set) = self { AuditAnnotator.Job(set.value.job) } else { nil }
    }

    fileprivate var recurringStep: RecurringStep? {
        switch self {
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            step.value
        default: nil
        }
    }
}
