import Daybook
import DaybookLog
import DaybookModel

enum SetRecurring {
    static let jobName = Positional("NAME", .name("NAME"))
    static let cron = Option("--cron", .text("EXPR"), "when, as a cron expression in quotes; see `daybook cron next`")
    static let every = Option("--every", .duration, "at a fixed distance, such as 90s or 24h")
    static let anchor = Option("--anchor", .time, "an instant that --every counts from (1970-01-01T00:00:00Z)")
    static let byHand = Flag("--by-hand", "fires only when triggered; a schedule is shown and not followed")
    static let zone = Option("--zone", .text("Z"), "the zone whose clocks it goes by, such as Europe/Berlin (UTC)")
    static let misfire = Option(
        "--misfire", ValueKind<MisfireWord>.word("WHAT"),
        "what is made up for if nobody could fire: once (one job for all), each, or skip (once)")
    static let misfireMax = Option(
        "--misfire-max", ValueKind<Int>.number(in: 1...MisfireRule.eachMaxLimit),
        "with --misfire each: at most so many, the latest (\(MisfireRule.eachMax))")
    static let lateAfter = Option("--late-after", .duration, "what is late by more than this has misfired (1m)")
    static let overlap = Option(
        "--overlap", ValueKind<OverlapRule>.word("WHAT"),
        "while an earlier job is not finished: allow, skip, or wait (allow)")
    static let jitter = Option("--jitter", .duration, "fires up to so much later, drawn anew each time")
    static let starts = Option("--starts", .time, "no occurrence before this time")
    static let ends = Option("--ends", .time, "no occurrence after this time")
    static let description = Option("--description", .line("TEXT", bytesMax: 1_024), "what it is for, for people")
    static let group = Option("--group", .name("GROUP"), "the scheduled job that this is one of several triggers of")

    static let options: [OptionDescription] =
        [
            cron.description, every.description, anchor.description, byHand.description, zone.description,
            misfire.description, misfireMax.description, lateAfter.description, overlap.description,
            jitter.description, starts.description, ends.description, description.description, group.description,
        ] + jobOptions + OneRecurring.changing

    private static let jobOptions: [OptionDescription] = [
        JobRequest.argumentsOption.description, JobRequest.secretOption.description, JobRequest.queueOption.description,
        JobRequest.priorityOption.description, JobRequest.keyOption.description,
        JobRequest.attemptsOption.description, JobRequest.timeoutOption.description,
        JobRequest.expiresOption.description, JobRequest.tagOption.description, JobRequest.tenantOption.description,
    ]

    static let command = CommandDescription(
        "recurring set", "make a job recur, or change how it does",
        discussion: [
            "Whatever has the store open fires it: `work`, `serve`, and programs with an engine. Setting it makes "
                + "nothing fire; the next occurrence is planned anew only if the schedule, the zone or the limits "
                + "change."
        ],
        positionals: [OneRecurring.id.description, jobName.description], options: options
    ) { call, context in
        guard let id = try call.value(OneRecurring.id), let name = try call.value(jobName) else { return }
        let wish = try set(id, name, call)
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let random = (salt: try store.randomNumber(), jitter: try store.randomNumber())
        _ = try store.performRecurring { planner, log in
            try planner.setting(wish, by: actor, now: store.now, random: random, in: log)
        }
        let status = try store.recurring(id)
        try context.print { json in
            json.object { status.write(to: &$0) }
        } text: {
            ["set \(id), " + (status.next.map { "next at \(status.shown($0))" } ?? "started by hand")]
        }
    }

    private static func set(_ id: String, _ name: String, _ call: Invocation) throws -> RecurringSet {
        let request = try JobRequest(name, call)
        var job = Created(
            name: name, queue: request.queue, attempts: request.attempts, salt: 0, arguments: request.arguments)
        job.priority = request.priority
        job.key = request.key
        job.timeoutMicroseconds = request.timeout.map { UInt64($0.microseconds) }
        job.tags = request.tags
        job.tenant = request.tenant
        job.secret = request.secret
        var set = RecurringSet(id: id, job: job)
        set.expiresAfterMicroseconds = request.expires?.microseconds
        set.schedule = try schedule(call)
        set.isManual = call.has(byHand)
        if let given = try call.value(zone) { set.zone = given }
        let most = try call.value(misfireMax)
        if let word = try call.value(misfire) {
            set.misfire = MisfireRule(word: word.rawValue, max: most ?? MisfireRule.eachMax) ?? .once
        }
        if most != nil, set.misfire.word != MisfireWord.each.rawValue {
            throw Failure.wrongCall("--misfire-max belongs to --misfire each.")
        }
        if let given = try call.value(lateAfter) { set.lateMicroseconds = given.microseconds }
        if let given = try call.value(overlap) { set.overlap = given }
        if let given = try call.value(jitter) { set.jitterMicroseconds = given.microseconds }
        (set.starts, set.ends) = (try call.value(starts), try call.value(ends))
        (set.description, set.group) = (try call.value(description), try call.value(group))
        set.reason = try call.value(ManyJobs.reason) ?? ""
        return set
    }

    private static func schedule(_ call: Invocation) throws -> String? {
        let (cron, every) = (try call.value(cron), try call.value(every))
        guard cron == nil || every == nil else {
            throw Failure.wrongCall("--cron and --every exclude each other; give one of them.")
        }
        let anchor = try call.value(anchor)
        guard every != nil || anchor == nil else {
            throw Failure.wrongCall("--anchor belongs to --every: nothing else is counted from an instant.")
        }
        if let cron {
            do throws(CronSyntaxError) {
                return Schedule.cron(try CronExpression(cron)).description
            } catch {
                throw Failure.wrongCall("\(error.description).")
            }
        }
        if let every {
            return Schedule.every(.microseconds(every.microseconds), anchor: anchor ?? .epoch).description
        }
        guard call.has(byHand) else {
            throw Failure.wrongCall("Say when: --cron 'EXPR', --every D, or --by-hand.")
        }
        return nil
    }
}

/// The words of `MisfireRule`.
enum MisfireWord: String, CaseIterable, Sendable {
    case once, each, skip
}
