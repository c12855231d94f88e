// The rules of a recurring job that most never touch. One that is not named stays as it was; one that is named and
// empty is as it is for a job of which nobody said anything.

internal import Daybook
internal import DaybookModel

extension RecurringForm {
    static let rules: [RouteParameter] = [
        .body("mode", .word(["automatic", "byHand"]), "Whether its schedule starts it"),
        .body("misfireMax", .number, "With misfire `each`: for at most so many, the latest")
            .within(1...MisfireRule.eachMaxLimit),
        .body("lateAfter", .text, "What is late by more than this was missed (1m)"),
        .body("jitter", .text, "It fires up to so much later, such as 30s"),
        .body("starts", .text, "No occurrence before this time"), .body("ends", .text, "No occurrence after this time"),
        .body("group", .text, "The scheduled job that this is one of several triggers of"),
    ]

    static func changeRules(of job: inout RecurringJob, _ form: FormValues) throws(RouteFailure) {
        switch try form.value("mode") {
        case nil: break
        case "automatic": job.set.isManual = job.set.schedule == nil
        case "byHand": job.set.isManual = true
        default: throw .badCall(Texts.Refused.badMode)
        }
        if let most = try form.number("misfireMax", in: 1...MisfireRule.eachMaxLimit) {
            // The page shows the number whatever the rule is.
            if case .each = job.set.misfire { job.set.misfire = .each(max: most) }
        }
        if form.has("lateAfter") {
            job.set.lateMicroseconds =
                try span(form, "lateAfter", job.set.lateMicroseconds) ?? RecurringSet.lateMicrosecondsUsual
        }
        if form.has("jitter") {
            job.set.jitterMicroseconds = try span(form, "jitter", job.set.jitterMicroseconds) ?? 0
        }
        if form.has("starts") { job.set.starts = try form.value("starts").map(JobActions.instant) }
        if form.has("ends") { job.set.ends = try form.value("ends").map(JobActions.instant) }
        if form.has("group") { job.set.group = try form.value("group") }
    }

    /// A length of time as somebody wrote it, or as it was shown to him.
    private static func span(
        _ form: FormValues, _ name: String, _ old: Int64
    ) throws(RouteFailure) -> Int64? {
        guard let text = try form.value(name) else { return nil }
        if text == WallDuration(microseconds: old).description { return old }
        guard let span = WallDuration(text) else { throw .badCall(Texts.Refused.badDuration(name)) }
        return span.microseconds
    }

    static func writeRules(of old: RecurringStatus?, _ form: FilledForm, _ html: inout Html) {
        let set = old?.set
        html.choice(
            Texts.mode, "mode", [("automatic", Texts.automatic), ("byHand", Texts.byHand)],
            form.value("mode", old?.mode ?? "automatic"))
        var most = MisfireRule.eachMax
        if case .each(let max) = set?.misfire { most = max }
        html.input(
            Texts.misfireMax, "misfireMax", form.value("misfireMax", "\(most)"), [.type("number"), .named("min", "1")])
        let late = WallDuration(microseconds: set?.lateMicroseconds ?? RecurringSet.lateMicrosecondsUsual)
        html.input(Texts.lateAfter, "lateAfter", form.value("lateAfter", late.description))
        let jitter = WallDuration(microseconds: set?.jitterMicroseconds ?? 0)
        html.input(Texts.jitter, "jitter", form.value("jitter", jitter.microseconds == 0 ? "" : jitter.description))
        html.input(
            Texts.starts, "starts", form.value("starts", set?.starts?.iso8601() ?? ""),
            [.named("placeholder", "2027-01-01T00:00:00Z")])
        html.input(Texts.ends, "ends", form.value("ends", set?.ends?.iso8601() ?? ""))
        html.input(Texts.group, "group", form.value("group", set?.group ?? ""))
    }
}
