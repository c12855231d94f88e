internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Taking back one change that somebody has made, by the event that it was. Each kind of change has addresses of
/// its own, so that the route table names what taking it back takes.
enum UndoRoutes {
    static let pages = ChangeKind.allCases.map { kind in
        Route(
            "POST", "/undo/\(kind.rawValue)/{event}", .permission(kind.permission), .page, kind.summary,
            [event] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let form = try call.form
            let made = try await takeBack(kind, try call.reason(form), call)
            let head = try call.head(made)
            let page = kind == .jobs ? ["jobs", "\(head?.job ?? made)"] : kind.page
            // A job that was put in again is deleted like any other.
            let canGoOn = ChangeKind(head.flatMap { EventKind(rawValue: $0.kind) }) == kind
            return try call.back(form, page, undo: canGoOn ? (kind, made) : nil)
        }
    }

    static let all = ChangeKind.allCases.map { kind in
        Route(
            "POST", "/api/v1/undo/\(kind.rawValue)/{event}", .permission(kind.permission), .json, kind.summary,
            [event, .body("reason", .text, "Why, for the log")]
        ) { call in
            let made = try await takeBack(kind, try call.json(["reason"]).text("reason") ?? "", call)
            let isNewJob = try call.head(made)?.kind == EventKind.created.rawValue
            return .object { $0.field(isNewJob ? "job" : "event", made) }
        }
    }

    private static let event = RouteParameter.path("event", .number, "The event that made the change")

    private static func takeBack(_ kind: ChangeKind, _ reason: String, _ call: RouteCall) async throws -> SequenceNumber
    {
        let event = try call.number("event")
        if kind == .jobs, call.principal?.tenant != nil {
            guard let job = try call.head(event)?.job, job > 0, try OneJob.isVisible(job, call) else {
                throw RouteFailure.notFound
            }
        }
        return try await call.engine.takeBack(event, kind, reason: reason, by: call.principal?.name)
    }
}

extension RouteCall {
    fileprivate func head(_ event: SequenceNumber) throws -> EventHead? {
        try read { log in try log.eventAtHand(event) { try EventHead($0, at: event) } }
    }
}

extension ChangeKind {
    var permission: Permission {
        switch self {
        case .queues, .limits: .queuesChange
        case .recurring: .recurringChange
        case .jobs: .jobsChange
        }
    }

    fileprivate var summary: String {
        switch self {
        case .queues: "Takes back a pause or its end, unless somebody has changed the queue since"
        case .limits: "Puts back the limit that held before, unless somebody has changed it since"
        case .recurring: "Takes back a recurring job's pause or its end, unless somebody has changed it since"
        case .jobs:
            "Puts back a job that was cancelled or rescheduled, or a new one in the place of one deleted before it ran"
        }
    }

    fileprivate var page: [String] {
        switch self {
        case .queues, .limits: ["queues"]
        case .recurring: ["recurring"]
        case .jobs: ["jobs"]
        }
    }

    /// As the query of a page that comes after a change names it: `queues.77`.
    init?(mark: String, _ event: inout SequenceNumber) {
        let parts = mark.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = ChangeKind(rawValue: String(parts[0])), let number = Int64(parts[1]),
            number > 0
        else { return nil }
        event = SequenceNumber(number)
        self = kind
    }
}

extension Html {
    /// A button that takes a change back.
    mutating func undo(_ kind: ChangeKind, _ event: SequenceNumber, _ call: RouteCall, _ frame: PageFrame) {
        guard call.may(kind.permission) else { return }
        action(frame, ["undo", kind.rawValue, "\(event)"], Texts.undo, "quiet", next: call.here)
    }
}
