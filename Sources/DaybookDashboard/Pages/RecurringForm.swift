// Making and changing recurring jobs by a form. What the form does not show stays as it was: whoever changes when
// something happens does not mean to change how often it is tried.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

enum RecurringForm {
    static let routes = [
        Route("GET", "/recurring-new", .permission(.recurringChange), .page, "The form for a new recurring job") {
            call in
            try call.requireWholeStore()
            return try page(call, nil)
        },
        Route(
            "GET", "/recurring/{id}/edit", .permission(.recurringChange), .page, "The form to change a recurring job",
            [.path("id", .text, "Its id")]
        ) { call in try page(call, try OneRecurringPage.find(call)) },
        Route(
            "POST", "/recurring", .permission(.recurringChange), .page, "Makes a recurring job, or changes one",
            fields + RouteCall.reasonAndWayBack, success: 303
        ) { call in
            do {
                return try await set(call)
            } catch {
                // Nobody writes it all again because of one field.
                let failure = RouteFailure(error)
                guard [400, 409, 422].contains(failure.status), let page = try? page(call, asFilledIn: failure) else {
                    throw error
                }
                return page
            }
        },
    ]

    static let attempts = 1...1_000

    static let fields: [RouteParameter] =
        [
            .body("id", .text, "What it is known by", isRequired: true),
            .body("name", .text, "What its jobs are called", isRequired: true),
            .body("schedule", .text, "When, as a cron expression or `every 90s`; nothing: by hand"),
            .body("zone", .text, "By whose clocks"), .body("arguments", .text, "What its jobs get, as JSON"),
            .body("queue", .text, "Where its jobs wait"), .body("description", .text, "For people"),
            .body("misfire", .word(["once", "each", "skip"]), "What becomes of what was missed"),
            .body("overlap", .word(OverlapRule.allCases.map(\.rawValue)), "While an earlier job is not finished"),
            .body("attempts", .number, "How often each job may run").within(attempts),
            .body("priority", .number, "Higher runs first").within(.priorities),
            .body("new", .flag, "Refuse if there is one of that id"),
        ] + rules

    private static func set(_ call: RouteCall) async throws -> DashboardResponse {
        let form = try call.form
        return try call.back(form, ["recurring", try await set(form, call)])
    }

    /// Sets what a form says, and answers with its id.
    static func set(_ form: FormValues, _ call: RouteCall) async throws -> String {
        try call.requireWholeStore()
        guard let id = try form.value("id"), Name.isValid(id) else {
            throw RouteFailure.badCall(Texts.Refused.badRecurringID)
        }
        guard let name = try form.value("name"), Name.isValid(name) else {
            throw RouteFailure.badCall(Texts.Refused.noJobName)
        }
        try AskedJob.refuseOwn(name: name)
        try AskedJob.refuseOwn(queue: try form.value("queue"))
        let old = try call.recurring.one(id)
        if try form.value("new") != nil, let old, old.standing != .removed {
            throw RouteFailure(409, Texts.Refused.recurringIsThere)
        }
        let schedule = try schedule(form.value("schedule"))
        var job = RecurringJob(id, name, arguments: try arguments(form, of: name, old, call), schedule)
            .filled(by: call.engine)
        try keep(old, in: &job)
        try change(&job, form, call)
        try await call.engine.recurring.set(job, by: call.principal?.name)
        return id
    }

    private static func keep(_ old: RecurringStatus?, in job: inout RecurringJob) throws {
        guard let old = old?.set else { return }
        let new = job.set.job
        job.set.job = old.job
        (job.set.job.name, job.set.job.arguments) = (new.name, new.arguments)
        // What the type has come to keep secret since is secret here, too.
        job.set.job.secret += new.secret.filter { !old.job.secret.contains($0) }
        (job.set.group, job.set.starts, job.set.ends) = (old.group, old.starts, old.ends)
        (job.set.lateMicroseconds, job.set.jitterMicroseconds) = (old.lateMicroseconds, old.jitterMicroseconds)
        job.set.expiresAfterMicroseconds = old.expiresAfterMicroseconds
        job.set.misfire = old.misfire
        // Who leaves the schedule as it was leaves it also to whoever starts it by hand.
        if job.set.schedule == old.schedule { job.set.isManual = old.isManual }
    }

    private static func change(_ job: inout RecurringJob, _ form: FormValues, _ call: RouteCall) throws {
        if let zone = try form.value("zone") { job.set.zone = zone }
        job.set.description = try form.value("description")
        if let queue = try form.value("queue") { job.set.job.queue = queue }
        if let word = try form.value("misfire") {
            guard let rule = MisfireRule(word: word) else {
                throw RouteFailure.badCall(Texts.Refused.badMisfire)
            }
            if job.set.misfire.word != rule.word { job.set.misfire = rule }
        }
        if let word = try form.value("overlap") {
            guard let rule = OverlapRule(rawValue: word) else {
                throw RouteFailure.badCall(Texts.Refused.badOverlap)
            }
            job.set.overlap = rule
        }
        try changeRules(of: &job, form)
        if let attempts = try form.number("attempts", in: attempts) { job.set.job.attempts = UInt32(attempts) }
        if let text = try form.value("priority") {
            guard let priority = Int16(text) else { throw RouteFailure.badCall(Texts.Refused.badPriority) }
            job.set.job.priority = priority
        }
        job.set.reason = try call.reason(form)
    }

    /// What nobody may see he does not change either.
    private static func arguments(
        _ form: FormValues, of name: String, _ old: RecurringStatus?, _ call: RouteCall
    ) throws -> [UInt8] {
        guard call.may(.jobsArgsRead) || old == nil else { return old?.arguments ?? [] }
        let bytes = Array((try form.value("arguments") ?? "").utf8)
        // The form came with marks in place of what is secret: as it was sent, it means what there is.
        if let old, bytes == old.shownArguments { return old.arguments }
        guard !bytes.isEmpty else { return [] }
        var scanner = JSONScanner()
        do {
            _ = try bytes.withUnsafeBytes { try scanner.scanWhole($0) }
        } catch {
            throw RouteFailure.badCall(Texts.Refused.badArguments(error))
        }
        guard let old else {
            return try SentArguments.restored(bytes, secret: call.engine.registeredJob(name).secretFields)
        }
        return try SentArguments.restored(bytes, secret: old.set.job.secret, from: old.arguments)
    }

    static func schedule(_ text: String?) throws -> Schedule? {
        guard let text else { return nil }
        do {
            let words = text.split(separator: " ")
            if words.count == 2, words[0] == "every" {
                return .every(try interval(words[1]))
            }
            return try Schedule(text)
        } catch let error as ScheduleError {
            throw RouteFailure.badCall(Texts.Refused.badSchedule(error))
        }
    }

    /// `90s`, `5m`, `24h`, `7d`.
    private static func interval(_ word: Substring) throws(RouteFailure) -> Duration {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = word.last.flatMap({ units[$0] }), let count = Int64(word.dropLast()), count > 0,
            count <= 36_500
        else { throw .badCall(Texts.Refused.badInterval) }
        return .seconds(count * unit)
    }

    // MARK: The form

    /// The form as somebody has sent it, with what is wrong with it.
    private static func page(_ call: RouteCall, asFilledIn failure: RouteFailure) throws -> DashboardResponse {
        let form = try call.form
        return try page(call, try changed(by: form, call), typed: form, failure: failure)
    }

    /// The recurring job that a form changes; nil if it makes one.
    static func changed(by form: FormValues, _ call: RouteCall) throws -> RecurringStatus? {
        try form.value("new") == nil ? form.value("id").flatMap { try call.recurring.one($0) } : nil
    }

    /// `typed` is what somebody has filled in already, and `preview` what he is shown of it.
    static func page(
        _ call: RouteCall, _ old: RecurringStatus?, typed: FormValues? = nil, _ preview: RecurringPreview? = nil,
        failure: RouteFailure? = nil
    ) throws -> DashboardResponse {
        let title = old.map { Texts.editRecurring($0.id) } ?? Texts.newRecurring
        var crumbs = [Crumb(title: Texts.recurring, link: call.link(["recurring"]))]
        if let old { crumbs.append(Crumb(title: old.id, link: call.link(["recurring", old.id]))) }
        let form = FilledForm(typed: typed)
        let status = failure?.status ?? 200
        return try call.page(title, current: "recurring", crumbs: crumbs, status: status) { frame, html in
            if let failure { html.note(failure.words, isBad: true) }
            let attributes: [HtmlAttribute] = [
                .class("card form"), .named("data-preview", frame.link(["recurring-preview"]).text),
            ]
            frame.form(&html, ["recurring"], attributes) { html in
                names(old, form, &html)
                times(old, form, preview, frame, call.now, &html)
                html.input(
                    Texts.queue, "queue", form.value("queue", old?.queue ?? ""),
                    [.named("placeholder", Texts.ownQueue)])
                html.choice(
                    Texts.misfire, "misfire", ["once", "each", "skip"].map { ($0, Texts.misfireWord($0)) },
                    form.value("misfire", old?.misfire.word ?? "once"))
                html.choice(
                    Texts.overlap, "overlap", OverlapRule.allCases.map { ($0.rawValue, Texts.overlapRule($0)) },
                    form.value("overlap", old?.overlap.rawValue ?? "allow"))
                writeRules(of: old, form, &html)
                html.input(
                    Texts.attempts, "attempts", form.value("attempts", old.map { "\($0.set.job.attempts)" } ?? ""),
                    [.type("number"), .named("min", "1")])
                html.input(
                    Texts.priority, "priority", form.value("priority", old.map { "\($0.set.job.priority)" } ?? ""),
                    [.type("number")])
                words(old, form, call, &html)
                html.element("div", [.class("whole actions")]) { $0.button(old == nil ? Texts.create : Texts.save) }
            }
        }
    }

    private static func names(_ old: RecurringStatus?, _ form: FilledForm, _ html: inout Html) {
        if let old {
            html.hidden("id", old.id)
        } else {
            html.hidden("new", "yes")
            html.input(
                Texts.recurringID, "id", form.value("id", ""),
                [.flag("required"), .named("placeholder", "report.nightly")])
        }
        html.input(
            Texts.jobName, "name", form.value("name", old?.jobName ?? ""),
            [.flag("required"), .named("placeholder", "report.send")])
    }

    private static func times(
        _ old: RecurringStatus?, _ form: FilledForm, _ preview: RecurringPreview?, _ frame: PageFrame,
        _ now: Instant, _ html: inout Html
    ) {
        html.input(
            Texts.when, "schedule", form.value("schedule", old?.schedule ?? ""),
            [.named("placeholder", "0 2 * * MON-FRI"), .named("aria-describedby", "when-help")])
        html.input(
            Texts.zone, "zone", form.value("zone", old?.zone ?? "UTC"), [.named("placeholder", "Europe/Berlin")])
        html.element("p", [.id("when-help"), .class("soft help")], Texts.whenHelp)
        html.element("div", [.class("whole"), .named("aria-live", "polite")]) { html in
            if let preview { preview.write(now, &html) } else { html.element("div", [.id("preview")]) }
        }
        html.element("div", [.class("whole actions")]) { html in
            html.element(
                "button",
                [
                    .class("quiet"), .named("formaction", frame.link(["recurring-preview"]).text),
                    .flag("formnovalidate"),
                ],
                Texts.showNextRuns)
        }
    }

    private static func words(_ old: RecurringStatus?, _ form: FilledForm, _ call: RouteCall, _ html: inout Html) {
        if call.may(.jobsArgsRead) || old == nil {
            html.element("label", [.class("whole")]) { html in
                html.text(Texts.arguments)
                html.element(
                    "textarea", [.name("arguments"), .named("rows", "6"), .class("mono")],
                    form.value("arguments", old.map { String(decoding: $0.shownArguments, as: UTF8.self) } ?? ""))
            }
        }
        html.element("label", [.class("whole")]) { html in
            html.text(Texts.description)
            html.void("input", [.name("description"), .value(form.value("description", old?.description ?? ""))])
        }
        html.element("label", [.class("whole")]) { html in
            html.text(Texts.reason)
            html.void("input", [.name("reason"), .value(form.value("reason", "")), .named("maxlength", "1024")])
        }
    }
}

/// A form that comes back as somebody has filled it in.
struct FilledForm {
    let typed: FormValues?

    func value(_ name: String, _ usual: String) -> String {
        guard let typed, typed.has(name) else { return usual }
        return typed.pairs.first { $0.name == name }?.value ?? ""
    }
}
