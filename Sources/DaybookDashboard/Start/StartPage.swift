internal import Daybook
internal import DaybookModel

/// Starting a job by hand: which there are, and a form made of the arguments of one.
enum StartPage {
    static let routes = [
        Route("GET", "/start", .permission(.jobsStart), .page, "The jobs that can be started by hand") { try list($0) },
        Route(
            "GET", "/start/{name}", .permission(.jobsStart), .page, "The form to start a job by hand",
            [.path("name", .text, "What the job is called")]
        ) { try form(try $0.name("name"), $0) },
        Route(
            "POST", "/start", .permission(.jobsStart), .page, "Starts a job by hand",
            [
                .body("name", .text, "What the job is called", isRequired: true),
                .body("args", .json, "Its arguments, where they are no object"),
                .body("arg.KIND.NAME", .text, "A field of its arguments; KIND is text, number, flag or json"),
                .body("more", .json, "Further members of its arguments, as an object"),
                .body("queue", .text, "Where it waits"), .body("priority", .number, "Higher runs first"),
                .body("at", .time, "Not before this instant"),
            ], success: 303
        ) { call in
            do {
                return try await start(call)
            } catch {
                // Nobody writes it all again because of one field.
                let failure = RouteFailure(error)
                guard failure.status == 400, let name = try call.form.value("name"), Name.isValid(name),
                    let page = try? form(name, call, typed: try call.form, failure: failure.words)
                else { throw error }
                return page
            }
        },
        Route(
            "GET", "/api/v1/registered", .permission(.jobsStart), .json,
            "The jobs that living processes say they can run, with an example where the type has one"
        ) { call in
            let jobs = try call.engine.registeredJobs()
            return .object { json in
                json.list("jobs", jobs) { job, json in
                    json.field("name", job.name)
                    json.payload(
                        "example",
                        Secrets(job.secretFields, arguments: job.example ?? [])?
                            .json(job.example ?? []) ?? job.example ?? [])
                    json.field("secret", job.secretFields)
                    json.field("queue", job.queue)
                }
            }
        },
    ]

    private static func list(_ call: RouteCall) throws -> DashboardResponse {
        let jobs = try call.engine.registeredJobs()
        return try call.page(Texts.startJob, current: "start") { frame, html in
            html.element("p", [.class("soft")], Texts.startExplained)
            if jobs.isEmpty { html.nothing(Texts.nothingRegistered) }
            html.element("ul", [.class("plain")]) { html in
                for job in jobs { html.element("li") { $0.link(frame.link(["start", job.name]), job.name) } }
            }
        }
    }

    /// What the form is made of: the type's example, or the newest job's arguments, for those who may see them.
    private static func example(_ name: String, _ call: RouteCall) throws -> ([UInt8], secret: [String]) {
        let job = call.engine.registeredJob(name)
        if let example = job.example { return (example, job.secretFields) }
        let isRegistered = try call.engine.registeredJobs().contains { $0.name == name }
        let newest = try call.principal?.tenant == nil ? call.engine.newestJob(of: name)?.value : nil
        guard isRegistered || newest != nil else { throw RouteFailure(404, Texts.Refused.nobodyRuns) }
        guard let newest, call.may(.jobsArgsRead) else { return ([], job.secretFields) }
        return (newest.arguments, newest.secret)
    }

    private static func form(
        _ name: String, _ call: RouteCall, typed: FormValues = FormValues(), failure: String? = nil
    ) throws -> DashboardResponse {
        let (example, secret) = try example(name, call)
        let arguments = ArgumentForm(example, secret: secret)
        let typed = ArgumentForm.open(typed, secret: secret + typed.values("secret"))
        let crumbs = [Crumb(title: Texts.startJob, link: call.link(["start"]))]
        let status = failure == nil ? 200 : 400
        return try call.page(name, current: "start", crumbs: crumbs, status: status) { frame, html in
            if let failure { html.note(failure, isBad: true) }
            func said(_ field: String) -> String { ((try? typed.value(field)) ?? nil) ?? "" }
            frame.form(&html, ["start"], [.class("card form")]) { html in
                html.hidden("name", name)
                for field in secret { html.hidden("secret", field) }
                arguments.write(typed, to: &html)
                let queue = call.engine.registeredJob(name).queue
                html.input(Texts.queue, "queue", said("queue"), [.named("placeholder", queue)])
                html.input(Texts.priority, "priority", said("priority"), [.type("number")])
                let due = said("at")
                html.instant(Texts.dueField, "at", due.isEmpty ? nil : try? JobActions.instant(due))
                html.element("div", [.class("whole actions")]) { $0.button(Texts.start) }
            }
        }
    }

    private static func start(_ call: RouteCall) async throws -> DashboardResponse {
        let form = try call.form
        guard let name = try form.value("name"), Name.isValid(name) else {
            throw RouteFailure.badCall(Texts.Refused.noName)
        }
        var options: [JobOption] = []
        let queue = try form.value("queue")
        try AskedJob.refuseOwn(name: name)
        try AskedJob.refuseOwn(queue: queue)
        if let queue { options.append(.queue(queue)) }
        if let text = try form.value("priority") {
            guard let priority = Int16(text) else { throw RouteFailure.badCall(Texts.Refused.badPriority) }
            options.append(.priority(Int(priority)))
        }
        if let text = try form.value("at") { options.append(.at(try JobActions.instant(text))) }
        if let tenant = call.principal?.tenant { options.append(.tenant(tenant)) }
        let secret = form.values("secret")
        if !secret.isEmpty { options.append(.secret(named: secret)) }
        // Nothing stands behind a mark here: there is no job yet.
        let arguments = try SentArguments.restored(
            try ArgumentForm.arguments(form), secret: secret + call.engine.registeredJob(name).secretFields)
        let request = JobRequest(name, arguments: arguments, options)
        let made = try await call.engine.enqueue([request], by: call.principal?.name)[0]
        guard call.may(.jobsRead) else { return .seeOther(PageLink(call.base, ["start"]).text) }
        return .seeOther(PageLink(call.base, ["jobs", "\(made.job)"]).text)
    }
}
