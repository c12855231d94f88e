import DaybookLog
import DaybookModel

enum LimitQueues {
    static let queue = Positional("QUEUE", .name("QUEUE"), .optional)
    static let job = Option("--name", .name("NAME"), "limit the jobs of this name, whatever their queue")
    static let key = Option(
        "--key", .text("KEY"), "limit the jobs with this key, such as tenant:acme; tenant:* is each tenant for itself")
    static let concurrency = Option(
        "--concurrency", ValueKind<Int>.number(in: 1...Books.concurrencyMax), "so many may run at once")
    static let serial = Flag(
        "--serial", "one after the other in the order in which they were enqueued, retries included")
    static let rate = Option("--rate", .rate, "so many may start in a time, such as 100/1m or 5/10s")
    static let sliding = Flag(
        "--sliding", "count the starts in every stretch of that time, and not from one full minute or hour to the next")
    static let weight = Option(
        "--weight", ValueKind<Int>.number(in: 1...Limit.weightMax), "so many turns while other keys have one")
    static let none = Flag("--none", "take the limit away")

    static let description = CommandDescription(
        "queues limit", "say how many jobs of a queue, a name or a key may run at once",
        discussion: [
            "What runs already goes on. Jobs beyond the limit wait without holding a worker, and are let through in "
                + "order; keys take turns. A job carries the key tenant:ID of its tenant, and those of --limit-key."
        ],
        positionals: [queue.description],
        options: [
            job.description, key.description, concurrency.description, serial.description, rate.description,
            sliding.description, weight.description, none.description,
            ManyJobs.actor.description, ManyJobs.reason.description,
        ]
    ) { call, context in
        let scope = try scope(call)
        let limit = try limit(call)
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let answer = try store.perform(
            .limit(scope, limit, reason: try call.value(ManyJobs.reason) ?? "", actor: actor))
        if case .refused(let refusal) = answer { throw refusal }
        try context.print { json in
            json.object { json in
                json.field("scope", scope.text)
                json.field("concurrency", limit?.concurrency)
                if let weight = limit?.weight { json.field("weight", weight) }
                if case .done(let event) = answer { json.field("seq", event) }
            }
        } text: {
            ["\(scope.text): \(limit?.words ?? "no limit")"]
        }
    }

    static func scope(_ call: Invocation) throws -> LimitScope {
        var scopes: [LimitScope] = []
        if let queue = try call.value(queue) { scopes.append(.queue(queue)) }
        if let name = try call.value(job) { scopes.append(.job(name)) }
        if let key = try call.value(key) {
            scopes.append(key.hasSuffix(":*") ? .keys(String(key.dropLast(2))) : .key(key))
        }
        guard let scope = scopes.first, scopes.count == 1 else {
            throw Failure.wrongCall("Say what the limit is about: a QUEUE, a --name or a --key, one of them.")
        }
        return scope
    }

    private static func limit(_ call: Invocation) throws -> Limit? {
        let count = try call.value(concurrency)
        let rate = try call.value(rate)
        let weight = try call.value(weight)
        let says = [count != nil, call.has(serial), rate != nil, weight != nil].contains(true)
        guard says != call.has(none), count == nil || !call.has(serial) else {
            throw Failure.wrongCall(
                "Give --concurrency or --serial, a --rate, a --weight, or several of them; or --none alone.")
        }
        guard rate != nil || !call.has(sliding) else {
            throw Failure.wrongCall("--sliding is about a --rate; give one.")
        }
        guard !call.has(none) else { return nil }
        var limit = Limit(
            concurrency: call.has(serial) ? 1 : count, keepsOrder: call.has(serial), rate: rate, weight: weight)
        if call.has(sliding) { limit.rate?.window = .sliding }
        return limit
    }
}
