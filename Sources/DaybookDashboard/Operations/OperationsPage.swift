internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Actions on many jobs at once: how far each is, what it came to, and taking it back.
enum OperationsPage {
    static let routes = [
        Route(
            "GET", "/operations", .permission(.jobsRead), .page, "Actions on many jobs at once",
            [.query("before", .number, "The next page: operations before this one")]
        ) { try page($0) },
        Route(
            "POST", "/operations", .permission(.jobsChange), .page, "Does something to all jobs that match",
            [
                .body("action", .word(bulkActions), "What to do", isRequired: true),
                .body("state", .word(JobFilter.stateWords), "Only jobs in this state"),
                .body("queue", .text, "Only jobs of this queue"), .body("name", .text, "Only jobs of this name"),
                .body("tag", .text, "Only jobs with this tag"), .body("tenant", .text, "Only jobs of this tenant"),
                .body("text", .text, "Only jobs with this text"),
                .body("error", .text, "Only jobs with a last error of this type"),
                .body("similar", .text, "Only jobs whose last error is of this group of errors that are alike"),
                .body("createdFrom", .time, "Only jobs that were enqueued at this instant or later"),
                .body("createdBefore", .time, "Only jobs that were enqueued before this instant"),
                .body("at", .time, "For reschedule: when they are due"),
            ] + RouteCall.reasonAndWayBack, success: 303
        ) { try await start($0) },
        Route(
            "POST", "/operations/{job}/undo", .permission(.jobsChange), .page, "Takes back what an operation did",
            [.path("job", .number, "The operation")] + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            let form = try call.form
            _ = try await call.start(try call.undoing(try call.reason(form)))
            return try call.back(form, ["operations"])
        },
    ]

    private static func start(_ call: RouteCall) async throws -> DashboardResponse {
        let form = try call.form
        let action = try bulkAction(form)
        var filter = try JobsPage.filter(form, call)
        guard !filter.isEmpty || call.principal?.tenant != nil else {
            throw RouteFailure.badCall(Texts.Refused.allJobs)
        }
        try call.narrow(&filter)
        var operation = Operation(action, on: filter, reason: try call.reason(form), by: call.principal?.name)
        operation.tenant = call.principal?.tenant ?? operation.tenant
        try operation.setUntil(try form.instant("at"))
        _ = try await call.start(operation)
        return .seeOther(PageLink(call.base, ["operations"]).text)
    }

    static let bulkActions = ["cancel", "requeue", "reschedule", "delete"]

    static func bulkAction(_ form: FormValues) throws(RouteFailure) -> Operation.Action {
        guard let word = try form.value("action"), bulkActions.contains(word),
            let action = Operation.Action(rawValue: word)
        else { throw .badCall(Texts.Refused.badBulkAction) }
        return action
    }

    /// What can be done to several jobs, and what is asked before.
    static func buttons(_ html: inout Html, asking question: (Operation.Action) -> String?) {
        func button(_ action: Operation.Action, _ style: String = "quiet") {
            html.button(
                Texts.action(action), style, name: "action", value: action.rawValue, asks: question(action))
        }
        button(.requeue)
        html.instant(Texts.dueField, "at")
        button(.reschedule)
        button(.cancel)
        button(.delete, "danger")
    }

    /// How many jobs a filter finds, where the ledgers count them.
    private static func count(_ operation: Operation, _ filter: JobFilter, _ queues: [QueueSummary]) -> Int? {
        guard filter.name == nil, filter.createdFrom == nil, filter.createdBefore == nil, !filter.asksEvents,
            !filter.isRetrying
        else { return nil }
        let counted = queues.filter { filter.queue == nil ? $0.name != Operation.queue : $0.name == filter.queue }
        return counted.reduce(0) { sum, queue in
            operation.filter.states.reduce(sum) { $0 + queue[$1] }
        }
    }

    private static func page(_ call: RouteCall) throws -> DashboardResponse {
        let before = try call.cursor("before")
        let size = min(max(call.dashboard.options.pageSize, 1), 500)
        let (found, next) = try call.operations(below: before, limit: size)
        let now = call.now
        return try call.page(Texts.operations, current: "operations", isLive: before == nil) { frame, html in
            call.outcome(frame, &html)
            html.element("p", [.class("soft")], Texts.operationsExplained)
            guard !found.isEmpty || next != nil else {
                return html.element("div", [.id("operations"), .flag("data-live")]) { $0.nothing(Texts.noOperations) }
            }
            let columns: [Html.Column] = [
                .number(Texts.number), .text(Texts.what), .text(Texts.stateWord), .text(Texts.progress),
                .text(Texts.who), .text(Texts.since), .text(Texts.actions),
            ]
            html.table(Texts.operations, columns, isLive: "operations") { html in
                for one in found { row(one, call, frame, now, &html) }
            }
            html.exports(frame, ["operations"])
            // Only a search through all jobs ends before its page is full.
            if next != nil, found.count < size, call.principal?.tenant == nil {
                html.note(Texts.lookedAt(OperationDirectory.rowsMax))
            }
            html.pager(
                first: before.map { _ in frame.link(["operations"]) },
                next: next.map { frame.link(["operations"], [("before", "\($0)")]) })
        }
    }

    private static func row(
        _ status: OperationStatus, _ call: RouteCall, _ frame: PageFrame, _ now: Instant, _ html: inout Html
    ) {
        let id = "\(status.job.id)"
        html.row { html in
            html.element("td", [.class("number")]) { $0.link(frame.link(["jobs", id]), id) }
            html.element("td", [.class("wrap main")]) { html in
                html.text(Texts.operation(status))
                if !status.operation.reason.isEmpty {
                    html.element("span", [.class("under")], status.operation.reason)
                }
            }
            html.cell { $0.state(status.job.state) }
            html.element("td", [.class("wrap")]) { html in
                if let totals = status.totals {
                    html.text(Texts.outcome(done: totals.done, of: totals.matched))
                    for (why, count) in totals.refused.sorted(by: { $0.key < $1.key }) {
                        html.element("span", [.class("under")], Texts.keyed(Texts.notDone(why), count))
                    }
                } else if let progress = status.progress {
                    html.text("\(progress.percent), \(progress.text)")
                }
            }
            html.cell(status.actor.person ?? status.actor.description)
            html.cell { $0.age(status.job.since, now) }
            html.cell { html in
                guard call.may(.jobsChange) else { return }
                if status.canBeUndone {
                    html.action(
                        frame, ["operations", id, "undo"], Texts.undo, "quiet", next: frame.link(["operations"]).text,
                        about: id, asks: Texts.sureToUndo)
                } else if let undo = status.undoneBy {
                    html.link(frame.link(["jobs", "\(undo)"]), Texts.takenBackBy(undo))
                } else if !status.job.state.isFinished {
                    html.action(
                        frame, ["jobs", id, "cancel"], Texts.cancel, "danger", next: frame.link(["operations"]).text,
                        about: id)
                }
            }
        }
    }

    /// What can be done to everything that a list's filter finds.
    static func form(_ filter: JobFilter, _ queues: [QueueSummary], _ frame: PageFrame, _ html: inout Html) {
        guard !filter.isEmpty else { return }
        html.element("details", [.class("everything")]) { html in
            html.element("summary", Texts.withAllThatMatch)
            let about: [HtmlAttribute] = [.class("actions"), .named("aria-label", Texts.withAllThatMatch)]
            frame.form(&html, ["operations"], about) { html in
                let query: [(String, String?)] =
                    [
                        ("state", filter.words.first), ("queue", filter.queue), ("name", filter.name),
                        ("tag", filter.tags.first), ("tenant", filter.tenant), ("text", filter.text),
                        ("error", filter.error), ("similar", filter.similar?.text),
                    ] + filter.times
                for (name, value) in query { if let value { html.hidden(name, value) } }
                html.reason(for: Texts.withAllThatMatch)
                buttons(&html) { action in
                    let operation = Operation(action, on: filter, reason: "", by: nil)
                    return Texts.sureAboutAll(action, count(operation, filter, queues), operation)
                }
            }
        }
    }
}
