internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A job with what has happened to it, as far as whoever asks may see it.
struct JobStory {
    let job: JobSummary
    let created: Created
    private let arguments: GivenArguments
    /// The newest last; of a long life only the newest.
    let events: [(sequence: SequenceNumber, event: Event)]
    /// Arguments, results, errors and log lines may be shown.
    let isOpen: Bool
    let isCut: Bool
    /// Why it is not running, or what it does instead.
    private let why: String
    private let relatives: JobRelatives
    /// The jobs that do its work once more.
    private let reruns: [SequenceNumber]
    /// Why its latest result or error cannot be read, if that is so.
    private let closedEnd: ClosedPayload?

    static let eventsMax = 2_000
    private static let childrenMax = 1_000

    init(_ number: SequenceNumber, _ call: RouteCall) throws {
        guard let job = try call.store.job(JobID(rawValue: number)),
            let created = try call.store.creation(of: number),
            call.principal?.tenant == nil || call.principal?.tenant == created.value.tenant
        else { throw RouteFailure(404, "There is no such job; it may have been deleted.") }
        self.job = job
        self.created = created.value
        let isOpen = call.may(.jobsArgsRead)
        self.isOpen = isOpen
        (arguments, why, relatives) = try call.read { log in
            let why = try JobExplanation(
                of: number, in: log, isOpen: isOpen, seenBy: call.principal?.tenant, seesQueues: call.may(.queuesRead)
            ) {
                // Within a look of the past there is no second one.
                try call.past == nil ? call.engine.processesInSight() : .logged
            }
            return (
                try GivenArguments(of: number, created.value, in: log), why.sentence,
                try JobRelatives(of: number, created.value, call, in: log, childrenMax: JobStory.childrenMax)
            )
        }
        reruns = try call.reruns(of: number)
        let found = try call.store.newestEvents(of: number, limit: JobStory.eventsMax)
        isCut = found.first?.0 != number
        events = found.map { ($0.0, $0.1) }
        closedEnd = try call.read { log in try log.closedEnd(of: found.map { LoggedEvent($0.1, at: $0.0) }) }
    }

    /// How it is called where people see it.
    var title: String {
        guard isOpen, let display = created.display else { return job.name }
        return DisplayName.text(display, arguments: created.shownArguments)
    }

    var result: [UInt8]? {
        guard isOpen else { return nil }
        for (_, event) in events.reversed() {
            if case .succeeded(let success) = event.body { return success.result.isEmpty ? nil : success.result }
        }
        return nil
    }

    /// What went wrong last, of a job that has not succeeded.
    var failure: AttemptFailed? {
        guard job.state != .succeeded else { return nil }
        for (_, event) in events.reversed() {
            switch event.body {
            case .failed(let failure), .attemptFailed(let failure): return failure.value
            default: continue
            }
        }
        return nil
    }

    var progress: Progressed? {
        for (_, event) in events.reversed() {
            if case .progressed(let progressed) = event.body { return progressed.value }
        }
        return nil
    }

    var report: Reported? {
        for (_, event) in events.reversed() { if case .reported(let reported) = event.body { return reported.value } }
        return nil
    }

    var steps: [String] {
        events.compactMap { if case .stepped(let stepped) = $0.event.body { stepped.value.step } else { nil } }
    }

    func write(to json: inout JSONWriter) {
        job.write(to: &json)
        json.field("why", why)
        relatives.write(to: &json)
        json.field("tags", created.tags)
        json.field("tenant", created.tenant)
        if created.batch != 0 { json.field("batch", created.batch) }
        if created.rerunOf != 0 { json.field("rerunOf", created.rerunOf) }
        if !reruns.isEmpty { json.list("reruns", reruns) { $1.field("job", $0) } }
        if !created.after.isEmpty { json.field("after", created.after.map(\.description)) }
        if isOpen {
            json.field("title", title)
            json.field("key", created.key)
            json.payload("args", arguments.shown)
            if let result { json.payload("result", arguments.shown(result)) }
        }
        json.write(arguments.closed)
        json.field("resultClosed", closedEnd?.word)
        if let failure {
            json.field("errorType", failure.errorType)
            if isOpen { json.field("error", failure.error) }
        }
        if let progress {
            json.field("progressMillionths", progress.millionths)
            if isOpen { json.field("progressText", progress.text) }
        }
        if let report {
            json.payload("counters", report.counters)
            if isOpen { json.payload("statistics", arguments.shown(report.statistics)) }
        }
        json.field("steps", steps)
        json.field("cut", isCut)
        json.list("events", events) { $0.event.write($0.sequence, isOpen: isOpen, to: &$1) }
    }
}

extension JSONWriter {
    /// Why arguments cannot be read, if that is so: a word for programs and a sentence for people.
    mutating func write(_ closed: ClosedPayload?) {
        field("closed", closed?.word)
        field("closedBecause", closed?.description)
    }
}
