// An episode is a job: it begins by telling everybody, one durable step for each who is told, sleeps while what is
// wrong lasts, tells everybody that it is over, and ends. So it survives restarts, is retried where somebody could
// not be told, stands in the log with everything else, and its unique key keeps a second one out for as long as it
// lasts.
//
// While it sleeps it costs nothing: whoever watches wakes it when what was wrong has gone.

internal import DaybookLog
internal import DaybookModel

enum AlertEpisode {
    static let jobName = OpenAlerts.jobName
    static let queue = OpenAlerts.queue
    /// Who cannot be told is tried for a day and longer, a quarter of an hour apart.
    private static let attempts: UInt32 = 200
    private static let retry = RetryPolicy.exponential(
        first: .seconds(5), factor: 2, cap: .seconds(900), jitter: 0.2)
    /// It looks by itself now and then, in case nobody watches for its rule any more.
    private static let sleep = Duration.seconds(3_600)

    static func job(
        _ finding: AlertFinding, _ text: String, since now: Instant, salt: UInt64, by process: SequenceNumber
    )
        -> Created
    {
        let alert = Alert(
            rule: finding.rule, subject: finding.subject, isOpen: true, text: text, since: now, episode: nil)
        var created = Created(name: jobName, queue: queue, attempts: attempts, salt: salt, arguments: alert.json)
        created.key = finding.key
        created.retry = retry.description
        created.display = "{rule} {subject}"
        created.actor = .process(process)
        return created
    }

    /// The job's code.
    static func run(_ arguments: [UInt8], _ context: JobContext, _ watch: AlertWatch) async throws {
        guard let alert = Alert(json: arguments, episode: context.id) else {
            throw JobOutcome.stop(reason: "its arguments are no alert")
        }
        try await tell(alert, context, watch)
        let finding = AlertFinding(rule: alert.rule, subject: alert.subject, text: nil)
        guard watch.hasLooked else { throw JobOutcome.snooze(.seconds(5)) }
        if watch.finding(finding.key)?.text != nil { throw JobOutcome.snooze(sleep) }
        try await tell(alert.over, context, watch)
    }

    /// Everybody is tried before what could not be told is thrown.
    private static func tell(_ alert: Alert, _ context: JobContext, _ watch: AlertWatch) async throws {
        var failure: (any Error)?
        for (index, delivery) in watch.deliveries.enumerated() {
            do {
                try await context.step("\(alert.isOpen ? "open" : "closed").\(index + 1)") {
                    try await delivery.send(alert, context.now) { context.setChildGroup($0) }
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

extension Alert {
    init?(json bytes: [UInt8], episode: JobID?) {
        guard let tree = try? JSONTree(bytes), let rule = tree["rule"]?.text, let subject = tree["subject"]?.text,
            let text = tree["text"]?.text, let since = tree["since"]?.text.flatMap({ try? Instant(iso8601: $0) })
        else { return nil }
        self.init(
            rule: rule, subject: subject, isOpen: tree["state"]?.text == "open", text: text, since: since,
            episode: episode)
    }
}
