package import DaybookLog
public import DaybookModel

/// Something that happened to a recurring job: it fired, occurrences were skipped, somebody paused it, and so on.
public struct RecurringEntry: Sendable {
    /// The event.
    public let event: SequenceNumber
    /// What happened.
    public let kind: EventKind
    /// When.
    public let time: Instant
    /// Who did it.
    public let actor: Actor
    /// The occurrence it is about, or the first of several.
    public var planned: Instant?
    /// The last of several.
    public var plannedLast: Instant?
    /// How many occurrences were skipped.
    public var howMany: UInt64 = 0
    /// Why.
    public var reason = ""
    /// What made it fire.
    public var origin: FireOrigin?
    /// The job that it fired; for one whose key was taken, the job that has the key.
    public var job: JobID?
    /// Where that job stands; nil if it has left the ledgers.
    public var state: JobState?
    /// Since when it has stood there: when it ended, if it has.
    public var since: Instant?
    /// How long its last run took.
    public var ran: Duration?
    /// Whether the job was there already, since its key was taken.
    var isDuplicate = false

    /// The latest entries first.
    package static func latest(
        _ count: Int, from last: SequenceNumber, in log: any LogSnapshot
    ) throws -> [RecurringEntry] {
        var entries: [RecurringEntry] = []
        var sequence = last
        while sequence != 0, entries.count < count, let event = try log.event(sequence, { try Event($0, at: sequence) })
        {
            let (entry, earlier) = try RecurringEntry.read(event, sequence, in: log)
            entries.append(entry)
            sequence = earlier < sequence ? earlier : 0
        }
        return entries
    }

    static func read(
        _ event: Event, _ sequence: SequenceNumber, in log: any LogSnapshot
    ) throws -> (RecurringEntry, earlier: SequenceNumber) {
        let kind = EventKind(rawValue: event.body.kind) ?? .gap
        var entry = RecurringEntry(event: sequence, kind: kind, time: event.time, actor: event.actor)
        switch event.body {
        case .recurringSet(let set):
            entry.reason = set.value.broken ?? set.value.reason
            return (entry, set.value.earlier)
        case .recurringPaused(let box), .recurringResumed(let box), .recurringRemoved(let box), .fired(let box),
            .skipped(let box), .replanned(let box), .postponed(let box):
            let step = box.value
            (entry.planned, entry.plannedLast) = (step.planned, step.plannedLast)
            (entry.howMany, entry.reason) = (step.howMany, step.reason)
            if kind == .fired {
                entry.origin = step.origin
                try entry.find(jobBehind: sequence, in: log)
            }
            return (entry, step.earlier)
        default: return (entry, 0)
        }
    }

    private init(event: SequenceNumber, kind: EventKind, time: Instant, actor: Actor) {
        self.event = event
        self.kind = kind
        self.time = time
        self.actor = actor
    }

    /// The event after `fired` creates its job, or names the one that was there already.
    private mutating func find(jobBehind sequence: SequenceNumber, in log: any LogSnapshot) throws {
        guard let next = try log.event(sequence + 1, { try Event($0, at: sequence + 1, withPayload: false) }),
            next.cause == sequence
        else { return }
        job = JobID(rawValue: next.job)
        if case .duplicate = next.body { isDuplicate = true }
        guard let record = try Books.storedJob(next.job, in: log) else { return }
        (state, since) = (record.state, record.since)
        let last = record.last
        switch try log.event(last, { try Event($0, at: last, withPayload: false) })?.body {
        case .succeeded(let success): ran = .microseconds(Int64(clamping: success.ranMicroseconds))
        case .failed(let failure), .attemptFailed(let failure):
            ran = .microseconds(Int64(clamping: failure.value.ranMicroseconds))
        default: break
        }
    }
}
