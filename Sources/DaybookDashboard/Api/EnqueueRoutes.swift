internal import Daybook
internal import DaybookCrypto
internal import DaybookModel

/// Putting jobs into the log.
enum EnqueueRoutes {
    private static let fields: [RouteParameter] = [
        .body("name", .text, "What the job is called", isRequired: true),
        .body("args", .json, "Its arguments"),
        .body("queue", .text, "The queue to wait in (the registered type's own, or default)"),
        .body("priority", .number, "Higher runs first (0)").within(.priorities),
        .body("delay", .text, "Not before this long from now, such as 5m"),
        .body("at", .time, "Not before this instant"),
        .body("key", .text, "While a job with this key is unfinished, there is no second"),
        .body("uniqueFor", .text, "And for so long after it was enqueued, such as 10m"),
        .body(
            "onConflict", .word(["existing", "replace", "reschedule", "refuse"]),
            "What becomes of a job whose key is taken"),
        .body("requestID", .text, "Asking again with the same id is answered with the same job"),
        .body("attempts", .number, "How often it may run, the first included (11)").within(.runs),
        .body("timeout", .text, "A run that takes longer has failed"),
        .body("expires", .text, "Not started within this long, it is cancelled"),
        .body("tags", .texts, "Words to find it by"),
        .body("tenant", .text, "Whose job it is"),
        .body("limitKeys", .texts, "Keys whose limits it shares"),
        .body("secret", .texts, "Names of fields in its arguments and result that nobody is shown"),
        .body("batch", .number, "The batch that it belongs to").within(.places),
        .body("after", .texts, "Jobs to wait for: `7`, `7:failure`, `7:any`"),
        .body("version", .number, "The version of its arguments").within(.versions),
    ]
    private static let names = fields.map(\.name)
    private static let idempotencyKey = "idempotency-key"

    static let all = [
        Route(
            "POST", "/api/v1/jobs", .permission(.jobsStart), .json,
            "Enqueues a job; answers once it is durable: 201, or 200 if it was there already",
            [
                .header(
                    "Idempotency-Key",
                    "Asking again with the same key is answered with the same job, or with 422 if it is for another")
            ] + fields,
            success: 201, successIfThere: 200
        ) { call in
            let body = try call.json(names)
            var options = try options(of: body, call)
            let key = call.request[idempotencyKey]
            if let key {
                guard !key.isEmpty, key.utf8.count <= 255 else {
                    throw RouteFailure.badCall("An Idempotency-Key has 1 to 255 characters.")
                }
                guard body.raw("requestID") == nil else {
                    throw RouteFailure.badCall("Idempotency-Key and requestID both name the call: give one of them.")
                }
                options.options.append(.requestID(requestID(key, call)))
            }
            let request = JobRequest(options.name, arguments: options.arguments, options.options)
            let made = try await call.engine.enqueue([request], by: call.principal?.name)[0]
            if key != nil, made.wasThere,
                let field = try call.read({ log in
                    try AskedAgain.difference(of: request, body, from: made.job.rawValue, in: log)
                })
            {
                throw RouteFailure(
                    422, "This Idempotency-Key was used for another call: \(field) differs. Take a new key.")
            }
            return .object(made.wasThere ? 200 : 201) { json in write(made, to: &json) }
        },
        Route(
            "POST", "/api/v1/jobs/bulk", .permission(.jobsStart), .json,
            "Enqueues up to 10,000 jobs, all or none", [.body("jobs", .objects, "The jobs", isRequired: true)],
            success: 201
        ) { call in
            guard call.request[idempotencyKey] == nil else {
                throw RouteFailure.badCall("An Idempotency-Key is for one job: give each of these a requestID.")
            }
            let bodies = try call.json(["jobs"]).objects("jobs")
            let requests = try bodies.map { body in
                try body.allow(names)
                let options = try options(of: body, call)
                return JobRequest(options.name, arguments: options.arguments, options.options)
            }
            guard !requests.isEmpty else { throw RouteFailure.badCall("There are no jobs in it.") }
            let made = try await call.engine.enqueue(requests, by: call.principal?.name)
            return .object(201) { json in json.list("jobs", made) { write($0, to: &$1) } }
        },
    ]

    private static func write(
        _ made: (job: JobID, event: SequenceNumber, wasThere: Bool), to json: inout JSONWriter
    ) {
        json.field("job", made.job.rawValue)
        json.field("event", made.event)
        json.field("duplicate", made.wasThere)
    }

    /// Everybody has keys of his own: nobody finds out what others have asked for.
    private static func requestID(_ key: String, _ call: RouteCall) -> String {
        let who = "\(call.principal?.name ?? "")\u{0}\(call.principal?.tenant ?? "")\u{0}\(key)"
        return "idempotency-" + Hex.text(Digest.sha256(of: Array(who.utf8)))
    }

    private static func options(
        of body: JSONBody, _ call: RouteCall
    ) throws -> (name: String, arguments: [UInt8], options: [JobOption]) {
        guard let name = try body.text("name") else { throw RouteFailure.badCall("name is missing: say which job.") }
        var options: [JobOption] = []
        let asked = AskedJob(call)
        try AskedJob.refuseOwn(name: name)
        try AskedJob.refuseOwn(queue: try body.text("queue"))
        if let queue = try body.text("queue") { options.append(.queue(queue)) }
        if let priority = try body.number("priority", in: .priorities) { options.append(.priority(priority)) }
        guard try body.text("delay") == nil || body.text("at") == nil else {
            throw RouteFailure.badCall("delay and at both say when: give one of them.")
        }
        if let delay = try body.duration("delay") { options.append(.delay(.microseconds(delay.microseconds))) }
        if let at = try body.time("at") { options.append(.at(at)) }
        let key = try body.text("key").map { key throws(RouteFailure) in try asked.key(key) }
        if let key { options.append(.key(key)) }
        if let span = try body.duration("uniqueFor") {
            guard let key else { throw RouteFailure.badCall("uniqueFor takes a key.") }
            options.append(.unique(key, for: .microseconds(span.microseconds)))
        }
        if let text = try body.text("onConflict") {
            guard let policy = ConflictPolicy(rawValue: text) else {
                throw RouteFailure.badCall("onConflict is existing, replace, reschedule or refuse.")
            }
            options.append(.onConflict(policy))
        }
        if let id = try body.text("requestID") { options.append(.requestID(try asked.key(id))) }
        if let attempts = try body.number("attempts", in: .runs) { options.append(.attempts(attempts)) }
        if let timeout = try body.duration("timeout") { options.append(.timeout(.microseconds(timeout.microseconds))) }
        if let expires = try body.duration("expires") {
            options.append(.expires(after: .microseconds(expires.microseconds)))
        }
        for tag in try body.texts("tags") { options.append(.tags(tag)) }
        if let tenant = try asked.tenant(body.text("tenant")) { options.append(.tenant(tenant)) }
        for key in try body.texts("limitKeys") { options.append(.limitKey(try asked.limitKey(key))) }
        let secret = try body.texts("secret")
        if !secret.isEmpty { options.append(.secret(named: secret)) }
        if let batch = try body.number("batch", in: .places) {
            options.append(.batch(number: try asked.batch(SequenceNumber(batch))))
        }
        for text in try body.texts("after") { options.append(try after(text, asked)) }
        if let version = try body.number("version", in: .versions) { options.append(.argumentsVersion(version)) }
        return (name, body.raw("args") ?? Array("null".utf8), options)
    }

    private static func after(_ text: String, _ asked: AskedJob) throws -> JobOption {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let job = SequenceNumber(parts[0]),
            let condition = AfterCondition(rawValue: parts.count == 2 ? String(parts[1]) : "success")
        else { throw RouteFailure.badCall("after holds jobs such as 7, 7:failure or 7:any.") }
        return .after(try asked.parent(job), condition)
    }
}
