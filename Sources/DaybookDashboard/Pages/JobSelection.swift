internal import Daybook
internal import DaybookModel

/// One action on the jobs that somebody chose from a list. Each must still be in the state in which he saw it: one that
/// has moved on meanwhile is counted and left alone.
enum JobSelection {
    static let route = Route(
        "POST", "/jobs/selection", .permission(.jobsChange), .page,
        "Cancels, requeues, reschedules or deletes several jobs",
        [
            .body("job", .texts, "The jobs, each as ID.STATE with the state it was seen in", isRequired: true),
            .body("action", .word(OperationsPage.bulkActions), "What to do", isRequired: true),
            .body("at", .time, "For reschedule: when they are due"),
        ] + RouteCall.reasonAndWayBack, success: 303
    ) { try await perform($0) }

    private static let jobsMax = 500

    private static func perform(_ call: RouteCall) async throws -> DashboardResponse {
        let form = try call.form
        let chosen = form.values("job")
        guard !chosen.isEmpty, chosen.count <= jobsMax else {
            throw RouteFailure.badCall(Texts.Refused.badChoice(jobsMax))
        }
        let action = try OperationsPage.bulkAction(form)
        var jobs: [Operation.Chosen] = []
        for text in chosen {
            guard let (job, state) = parse(text) else { throw RouteFailure.badCall(Texts.Refused.badChosenJob) }
            if try OneJob.isVisible(job, call) { jobs.append(Operation.Chosen(job, state)) }
        }
        var operation = Operation(action, on: jobs, reason: try call.reason(form), by: call.principal?.name)
        operation.tenant = call.principal?.tenant
        try operation.setUntil(try form.instant("at"))
        let id = try await call.start(operation)
        // So few are done before anybody would have looked.
        guard let totals = try await call.engine.end(of: id, within: .seconds(3)) else {
            return .seeOther(PageLink(call.base, ["operations"]).text)
        }
        return try call.back(
            form, ["jobs"], done: totals.done, of: chosen.count,
            operation: action.canBeUndone && totals.leavesSomethingToUndo ? id : nil)
    }

    private static func parse(_ text: String) -> (SequenceNumber, JobState)? {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let job = SequenceNumber(parts[0]), let state = JobState(name: parts[1]) else {
            return nil
        }
        return (job, state)
    }
}
