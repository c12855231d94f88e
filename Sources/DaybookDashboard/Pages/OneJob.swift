internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A job as one page shows it, read in one look. Of a job that has lived through very much, the newest events are read.
struct OneJob {
    let summary: JobSummary
    let created: Created
    let arguments: GivenArguments
    /// The newest, in their order.
    let events: [LoggedEvent]
    /// Why its latest result or error cannot be read, if that is so.
    let closedEnd: ClosedPayload?
    /// Whether there are older ones than these.
    let isCut: Bool
    let why: JobExplanation
    let relatives: JobRelatives
    /// What the recurring jobs are called that its events speak of.
    let names: RecurringNames
    static let eventsMax = 1_000

    let inside: InsideRuns

    /// Throws "not found" for a job that is not there, and for another tenant's.
    static func find(_ call: RouteCall) throws -> OneJob {
        let id = try call.number("job")
        let mayReadArguments = call.may(.jobsArgsRead)
        let found = try call.read { log -> OneJob? in
            var reader = try JobReader(log)
            guard let summary = try reader.job(id), let box = try log.creation(of: id), isVisible(box.value, call)
            else { return nil }
            let (events, isCut) = try chain(from: summary.record.last, in: log)
            let why = try JobExplanation(
                of: id, in: log, isOpen: mayReadArguments, seenBy: call.principal?.tenant,
                seesQueues: call.may(.queuesRead)
            ) {
                // Within a look of the past there is no second one.
                try call.past == nil ? call.engine.processesInSight() : .logged
            }
            return OneJob(
                summary: summary, created: box.value, arguments: try GivenArguments(of: id, box.value, in: log),
                events: events, closedEnd: try log.closedEnd(of: events), isCut: isCut, why: why,
                relatives: try JobRelatives(of: id, box.value, call, in: log),
                names: try RecurringNames(events.map(\.actor.recurring), in: log),
                inside: InsideRuns(events))
        }
        guard let found else {
            throw RouteFailure(404, Texts.Refused.noJob(id))
        }
        return found
    }

    private static func chain(
        from last: SequenceNumber, in log: any LogSnapshot
    ) throws -> (events: [LoggedEvent], isCut: Bool) {
        var events: [LoggedEvent] = []
        var next = last
        while next > 0, events.count < eventsMax, let event = try log.eventAtHand(next, { try Event($0, at: next) }) {
            events.append(LoggedEvent(event, at: next))
            next = event.previous
        }
        return (events.reversed(), next > 0)
    }

    var result: [UInt8]? {
        guard summary.state == .succeeded, let run = events.last(where: { $0.run?.isSuccess == true })?.run,
            !run.result.isEmpty
        else { return nil }
        return arguments.shown(run.result)
    }

    static func isVisible(_ created: Created, _ call: RouteCall) -> Bool {
        call.principal?.tenant.map { $0 == created.tenant } ?? true
    }

    static func isVisible(_ job: SequenceNumber, _ call: RouteCall) throws -> Bool {
        guard call.principal?.tenant != nil else { return true }
        return try call.read { log in
            try log.creation(of: job).map { isVisible($0.value, call) } ?? false
        }
    }
}

/// What a job's runs said of themselves.
struct InsideRuns {
    private(set) var progress: (attempt: Int, progressed: Progressed)?
    private(set) var report: (attempt: Int, reported: Reported)?
    private(set) var steps: [String] = []
    private(set) var lines: [RunLines.Line] = []

    init(_ events: [LoggedEvent]) {
        for event in events {
            switch event.event.body {
            case .progressed(let progressed): progress = (event.attempt, progressed.value)
            case .reported(let reported): report = (event.attempt, reported.value)
            case .stepped(let stepped): steps.append(stepped.value.step)
            case .logged:
                for (index, line) in event.lines.enumerated() {
                    let place = RunLines.Place(event.sequence, index)
                    lines.append(RunLines.Line(place: place, attempt: event.attempt, line: line))
                }
            default: break
            }
        }
    }
}
