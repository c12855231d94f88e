internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What stands around a job: what it waits for, who waits for it, its batch, and the recurring job that made it.
struct JobRelatives {
    /// A job or a batch beside it.
    struct Node {
        let number: SequenceNumber
        /// Of a job that has been deleted, and of another tenant's, its number alone is known.
        var name: String?
        /// Nil for one that has been deleted, and for a batch.
        var state: JobState?
        /// Of a batch.
        var standing: BatchStanding?
        /// On what its end has to be like, of those that are waited for.
        var condition: AfterCondition?

        var isBatch: Bool { standing != nil }
        var title: String { isBatch ? Texts.batchNumber(number) : Texts.jobNumber(number) }

        func link(_ frame: PageFrame) -> PageLink { frame.link([isBatch ? "batches" : "jobs", "\(number)"]) }
    }

    let parents: [Node]
    let children: [Node]
    /// Whether more wait for it than these.
    let hasMore: Bool
    let batch: Node?
    let origin: JobOrigin?

    init(
        of id: SequenceNumber, _ created: Created, _ call: RouteCall, in log: any LogSnapshot, childrenMax: Int = 20
    ) throws {
        var reader = try JobReader(log)
        let seesNames = call.principal?.tenant == nil
        func job(_ number: SequenceNumber, _ condition: AfterCondition? = nil) throws -> Node {
            let summary = try reader.job(number)
            let isOwn = try seesNames || log.creation(of: number).map { OneJob.isVisible($0.value, call) } ?? false
            return Node(
                number: number, name: isOwn ? summary?.name : nil, state: isOwn ? summary?.state : nil,
                condition: condition)
        }
        parents = try WaitingFor(created, id, in: log).parents.map { parent in
            guard let batch = parent.batch else { return try job(parent.job, parent.condition) }
            return Node(
                number: parent.job, name: seesNames ? batch.record.name : nil, standing: batch.record.standing,
                condition: parent.condition)
        }
        let waiting = try Continuation.children(of: id, limit: childrenMax + 1, in: log)
        hasMore = waiting.count > childrenMax
        children = try waiting.prefix(childrenMax).map { try job($0) }
        batch =
            created.batch == 0
            ? nil
            : try BatchRecord.of(created.batch, in: log).map {
                Node(number: created.batch, name: seesNames ? $0.name : nil, standing: $0.standing)
            }
        origin = try JobOrigin(of: id, in: log)
    }

    func write(to json: inout JSONWriter) {
        json.list("parents", parents) { write($0, to: &$1) }
        json.list("children", children) { write($0, to: &$1) }
        if hasMore { json.field("childrenCut", true) }
        if let origin {
            json.key("recurring")
            json.object { json in
                json.field("recurring", origin.recurring)
                json.field("origin", origin.how?.rawValue)
                json.field("actor", origin.actor.description)
                json.field("reason", origin.reason)
                json.field("fired", origin.fired)
            }
        }
    }

    private func write(_ node: Node, to json: inout JSONWriter) {
        json.field(node.isBatch ? "batch" : "job", node.number)
        json.field("name", node.name)
        json.field("state", node.standing?.rawValue ?? node.state?.name)
        json.field("condition", node.condition?.rawValue)
    }
}

/// Which recurring job made a job, and who or what had it do so.
struct JobOrigin {
    /// What it is called, also after it has been removed.
    let recurring: String
    /// Whether it is still there.
    let isThere: Bool
    let how: FireOrigin?
    /// Who triggered it, where somebody did.
    let actor: Actor
    let reason: String
    /// The event by which it fired.
    let fired: SequenceNumber?

    /// Nil for a job that no recurring job made.
    init?(of job: SequenceNumber, in log: any LogSnapshot) throws {
        guard let created = try log.eventAtHand(job, { try Event($0, at: job, withPayload: false) }) else { return nil }
        let cause = created.cause
        var step: RecurringStep?
        if cause > 0, cause < job,
            case .fired(let box)? = try log.eventAtHand(cause, { try Event($0, at: cause, withPayload: false) })?.body
        {
            step = box.value
        }
        let definition = step?.definition ?? created.actor.recurring
        guard definition != 0 else { return nil }
        let names = try RecurringNames([definition], in: log)
        recurring = names[definition] ?? "\(definition)"
        isThere = names[definition] != nil
        how = step?.origin
        actor = created.actor
        reason = step?.reason ?? ""
        fired = step == nil ? nil : cause
    }
}

/// What the recurring jobs are called that events speak of by the number of the event that set them.
struct RecurringNames {
    private var names: [SequenceNumber: String] = [:]

    init(_ definitions: some Sequence<SequenceNumber>, in log: any LogSnapshot) throws {
        for definition in Set(definitions) where definition != 0 {
            names[definition] = try RecurringBook.record(definition, in: log)?.id
        }
    }

    /// All that some events speak of.
    init(in events: [LoggedEvent], _ call: RouteCall) throws {
        let spoken = events.flatMap { [$0.actor.recurring, $0.event.body.definition] }.filter { $0 != 0 }
        self = spoken.isEmpty ? RecurringNames() : try call.read { try RecurringNames(spoken, in: $0) }
    }

    init() {}

    subscript(definition: SequenceNumber) -> String? { names[definition] }

    /// The name of the one that an event is about.
    func name(of event: LoggedEvent) -> String? { names[event.event.body.definition] }
}

extension EventBody {
    /// The recurring job that it is about; 0 for none.
    var definition: SequenceNumber {
        switch self {
        case .recurringPaused(let box), .recurringResumed(let box), .recurringRemoved(let box), .fired(let box),
            .skipped(let box), .replanned(let box), .postponed(let box):
            box.value.definition
        default: 0
        }
    }
}
