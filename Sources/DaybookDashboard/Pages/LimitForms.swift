internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Limits as the page of queues lists them, and the form that sets or takes away one.
enum LimitForms {
    static let routes = [
        Route(
            "POST", "/limits", .permission(.queuesChange), .page, "Sets, changes or takes away a limit",
            [
                .body("kind", .word(["queue", "name", "key"]), "What it is about", isRequired: true),
                .body("scope", .text, "The queue, the job's name, or the key", isRequired: true),
                .body("concurrency", .number, "So many may run at once; nothing takes the limit away")
                    .within(1...Books.concurrencyMax),
                .body("serial", .flag, "One after the other, in order"),
                .body("rate", .text, "So many may start in a time, such as 100/1m"),
                .body("sliding", .flag, "In a window that slides"),
                .body("weight", .number, "So many turns while other keys have one").within(1...Limit.weightMax),
            ] + RouteCall.reasonAndWayBack, success: 303
        ) { try await set($0) }
    ]

    private static func set(_ call: RouteCall) async throws -> DashboardResponse {
        let form = try call.form
        guard let name = try form.value("scope"), Name.isValid(name.hasSuffix(":*") ? String(name.dropLast(2)) : name)
        else { throw RouteFailure.badCall(Texts.Refused.noLimitScope) }
        let scope: LimitScope
        switch try form.value("kind") {
        case "queue": scope = .queue(name)
        case "name": scope = .job(name)
        case "key": scope = name.hasSuffix(":*") ? .keys(String(name.dropLast(2))) : .key(name)
        default: throw RouteFailure.badCall(Texts.Refused.badLimitKind)
        }
        let count = try form.number("concurrency", in: 1...Books.concurrencyMax)
        let isSerial = try form.value("serial") != nil
        let isSliding = try form.value("sliding") != nil
        let rate = try form.value("rate").map { text throws(RouteFailure) in
            try LimitRoutes.rate(text, isSliding: isSliding)
        }
        let limit = Limit(
            concurrency: isSerial ? 1 : count, keepsOrder: isSerial, rate: rate,
            weight: try form.number("weight", in: 1...Limit.weightMax))
        let event = try await call.event(
            of: .limit(scope, limit.isEmpty ? nil : limit, reason: try call.reason(form), actor: call.actor))
        return try call.back(form, ["queues"], undo: (.limits, event))
    }

    static func write(_ limits: [LimitLine], _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        if limits.isEmpty {
            html.nothing(Texts.noLimits)
        } else {
            let mayChange = call.may(.queuesChange)
            let columns: [Html.Column] =
                [.text(Texts.scope), .text(Texts.limit), .number(Texts.running), .number(Texts.waiting)]
                + (mayChange ? [.text(Texts.actions)] : [])
            html.table(Texts.limits, columns, isLive: "limits") { html in
                for line in limits {
                    html.row { html in
                        html.element("td", [.class("mono")]) { html in
                            guard LimitScope(text: line.scope).map(call.maySeeWaiting) == true else {
                                return html.text(line.scope)
                            }
                            html.link(frame.link(["limits"], [("scope", line.scope)]), line.scope)
                        }
                        html.cell(Texts.limit(line.limit))
                        line.use.cells(&html)
                        if mayChange { html.cell { row(line, call, frame, &$0) } }
                    }
                }
            }
            html.exports(frame, ["limits"])
        }
        guard call.may(.queuesChange) else { return }
        frame.form(&html, ["limits"], [.class("filters")]) { html in
            html.hidden("next", frame.link(["queues"]).text)
            html.choice(
                Texts.about, "kind", [("queue", Texts.queue), ("name", Texts.jobName), ("key", Texts.limitKey)], "queue"
            )
            html.input(Texts.scope, "scope", "", [.flag("required")])
            fields(nil, hasWeight: true, &html)
            html.button(Texts.setLimit)
        }
    }

    /// The way to the page where a limit is changed, and a button that takes it away.
    private static func row(_ line: LimitLine, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html) {
        guard let scope = LimitScope(text: line.scope) else { return }
        html.element("span", [.class("row")]) { html in
            if call.maySeeWaiting(for: scope) {
                let link = frame.link(["limits"], [("scope", line.scope)])
                html.element("a", [.class("button quiet"), .href(link)], Texts.changeLimit)
            }
            remove(scope, next: frame.link(["queues"]).text, frame, &html)
        }
    }

    private static func remove(_ scope: LimitScope, next: String, _ frame: PageFrame, _ html: inout Html) {
        frame.form(&html, ["limits"], [.class("inline")]) { html in
            html.hidden("next", next)
            name(scope, &html)
            html.reason(for: "\(Texts.removeLimit) \(scope.text)")
            html.button(Texts.removeLimit, "danger", about: scope.text)
        }
    }

    /// The forms that change one limit, filled in as it stands, and take it away.
    static func change(
        _ scope: LimitScope, _ limit: Limit?, _ call: RouteCall, _ frame: PageFrame, _ html: inout Html
    ) {
        guard call.may(.queuesChange) else { return }
        frame.form(&html, ["limits"], [.class("filters")]) { html in
            html.hidden("next", call.here)
            name(scope, &html)
            // Jobs of a queue have a priority each, and no turns.
            if case .queue = scope {
                fields(limit, hasWeight: false, &html)
            } else {
                fields(limit, hasWeight: true, &html)
            }
            html.button(limit == nil ? Texts.setLimit : Texts.changeLimit)
        }
        if limit != nil { remove(scope, next: call.here, frame, &html) }
    }

    private static func name(_ scope: LimitScope, _ html: inout Html) {
        let (kind, name) =
            switch scope {
            case .queue(let name): ("queue", name)
            case .job(let name): ("name", name)
            case .key(let name): ("key", name)
            case .keys(let group): ("key", "\(group):*")
            }
        html.hidden("kind", kind)
        html.hidden("scope", name)
    }

    private static func fields(_ limit: Limit?, hasWeight: Bool, _ html: inout Html) {
        let isSerial = limit?.keepsOrder ?? false
        html.input(
            Texts.atOnce, "concurrency", isSerial ? "" : limit?.concurrency.map { "\($0)" } ?? "",
            [.type("number"), .named("min", "1")])
        html.element("label", [.class("check")]) { html in
            html.void(
                "input", [.type("checkbox"), .name("serial"), .value("yes")] + (isSerial ? [.flag("checked")] : []))
            html.text(Texts.inOrder)
        }
        let rate = limit?.rate.map { "\($0.count)/\(WallDuration(microseconds: $0.microseconds))" }
        html.input(Texts.rateLabel, "rate", rate ?? "", [.named("placeholder", "100/1m")])
        html.element("label", [.class("check")]) { html in
            let isSliding = limit?.rate?.window == .sliding
            html.void(
                "input", [.type("checkbox"), .name("sliding"), .value("yes")] + (isSliding ? [.flag("checked")] : []))
            html.text(Texts.slidingWindow)
        }
        let weight = limit?.weight.map { "\($0)" } ?? ""
        if hasWeight { html.input(Texts.weight, "weight", weight, [.type("number"), .named("min", "1")]) }
        let about = Texts.reasonFor(Texts.setLimit)
        html.input(Texts.reason, "reason", "", [.named("maxlength", "1024"), .named("aria-label", about)])
    }
}

extension LimitUse {
    /// How many run and how many wait; of a group with very many keys, at least so many.
    func cells(_ html: inout Html) {
        for count in [held, waiting] {
            html.element("td", [.class("number")], isCut ? Texts.atLeast(count) : Texts.number(count))
        }
    }
}
