internal import DaybookLog
package import DaybookModel

/// The recurring jobs of a store, as it is or as it was at an instant.
package struct RecurringReading {
    let storage: any LogStorage
    let zones: Zones
    let now: Instant

    /// The next occurrences, the planned one first.
    package func preview(_ id: String, count: Int) throws -> [Instant] {
        var planner = RecurringPlanner(zones)
        return try storage.read { try planner.preview(id, count: count, now: now, in: $0) }
    }

    /// The next occurrences of a schedule that nobody has set yet. Refuses one, or a zone, that cannot be followed.
    package func preview(
        _ schedule: Schedule, zone: String, starts: Instant?, ends: Instant?, count: Int
    ) throws -> (timetable: Timetable, next: [Instant]) {
        var set = RecurringSet(
            id: "preview", job: Created(name: "preview", queue: "default", attempts: 1, salt: 0, arguments: []))
        (set.schedule, set.zone, set.starts, set.ends) = (schedule.description, zone, starts, ends)
        var planner = RecurringPlanner(zones)
        let occurrences = try planner.occurrencesToFollow(of: set)
        var (found, last) = ([Instant](), now)
        while found.count < count, let next = occurrences.next(after: last) {
            found.append(next)
            last = next
        }
        return (occurrences.timetable, found)
    }

    /// What the clocks of a zone show at an instant, as `2026-03-01 08:30:00 +01:00`; nil for a zone that is not known.
    package func local(_ instant: Instant, zone: String) -> String? {
        guard let table = try? zones.table(named: zone) else { return nil }
        let offset = table.offsetSeconds(at: instant)
        let text = instant.advanced(microseconds: Int64(offset) * 1_000_000).forPeople
        let minutes = abs(offset) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return text.replacing("T", with: " ").replacing("Z", with: "")
            + " \(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }

    /// The latest job that it has fired, if its last few entries tell of one.
    package func lastRun(of status: RecurringStatus) throws -> RecurringEntry? {
        try entries(status, before: nil, limit: RecurringReading.lastRunMax).first { $0.kind == .fired }
    }

    private static let lastRunMax = 8

    /// All of them, in the order in which they came into being.
    package func all(withRemoved: Bool = false) throws -> [RecurringStatus] {
        var planner = RecurringPlanner(zones)
        return try storage.read { try RecurringStatus.all(withRemoved: withRemoved, &planner, in: $0) }
    }

    /// The one of that id, removed or not; nil if there never was one.
    package func one(_ id: String) throws -> RecurringStatus? {
        var planner = RecurringPlanner(zones)
        return try storage.read { try RecurringStatus.one(id, &planner, in: $0) }
    }

    /// What happened to it, the latest first.
    package func history(_ id: String, limit: Int) throws -> [RecurringEntry] {
        try storage.read { log in
            guard let definition = try RecurringBook.definition(id, in: log),
                let record = try RecurringBook.record(definition, in: log)
            else { throw Refusal.noSuchRecurring }
            return try RecurringEntry.latest(limit, from: record.last, in: log)
        }
    }

    /// What came of its latest runs.
    package func statistics(_ id: String) throws -> RecurringStatistics {
        try storage.read { log in
            guard let definition = try RecurringBook.definition(id, in: log),
                let record = try RecurringBook.record(definition, in: log)
            else { throw Refusal.noSuchRecurring }
            return try RecurringStatistics(from: record.last, in: log)
        }
    }

    /// Some of them, and where the list goes on.
    package struct Page {
        package var found: [RecurringStatus] = []
        /// Behind which of them the rest stands; nil if there is none.
        package var next: SequenceNumber?
    }

    /// Some of them, in the order in which they came into being, behind `after`; with `text` in their id, or of a
    /// group.
    package func page(
        after: SequenceNumber, text: String? = nil, group: String? = nil, limit: Int
    ) throws -> Page {
        var planner = RecurringPlanner(zones)
        return try storage.read { log in
            var page = Page()
            var (found, looked, last) = ([(SequenceNumber, RecurringRecord)](), 0, after)
            try RecurringBook.forEach(after: after, in: log) { definition, record in
                guard found.count < limit, group == nil || looked < RecurringReading.lookedMax else {
                    page.next = last
                    return false
                }
                (looked, last) = (looked + 1, definition)
                guard !record.flags.contains(.isRemoved), text.map({ record.id.contains($0) }) ?? true else {
                    return true
                }
                if try group == nil || log.group(of: record) == group { found.append((definition, record)) }
                return true
            }
            page.found = try found.map { try RecurringStatus($0, $1, &planner, in: log) }
            return page
        }
    }

    /// To whose group they belong stands in the log: one page looks at so many.
    private static let lookedMax = 5_000

    /// The latest entries first, from before an event of the same recurring job on.
    package func entries(
        _ status: RecurringStatus, before: SequenceNumber?, limit: Int
    ) throws -> [RecurringEntry] {
        try storage.read { log in
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
    var recurringStep: (definition: SequenceNumber, earlier: SequenceNumber)? {
        switch self {
        case .recurringSet(let set): (set.value.definition, set.value.earlier)
        case .recurringPaused(let step), .recurringResumed(let step), .recurringRemoved(let step), .fired(let step),
            .skipped(let step), .replanned(let step), .postponed(let step):
            (step.value.definition, step.value.earlier)
        default: nil
        }
    }
}
