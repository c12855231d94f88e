internal import Daybook
internal import DaybookModel

/// Work for programs elsewhere: they claim jobs, say that they are still there, and how it came out.
enum ClaimRoutes {
    private static let token = RouteParameter.path("token", .number, "The claim's token")
    private static let waitMax = 60_000_000 as Int64
    private static let leaseMax = 86_400_000_000 as Int64
    private static let countMax = 256
    private static let heldMax = 100_000

    static let all = [
        Route(
            "POST", "/api/v1/claims", .permission(.jobsWork), .json,
            "Claims jobs, and waits for some if there are none; answers with none after the wait",
            [
                .body("queues", .texts, "Of these queues only"),
                .body("names", .texts, "Jobs of these names only, such as `mail.send` or `mail.send@2`"),
                .body("count", .number, "How many, at most 256 (1)").within(1...countMax),
                .body("wait", .text, "How long to wait for one, at most 60s (30s)"),
                .body("lease", .text, "Without a sign of life for so long they go back (60s)"),
            ]
        ) { try await claim($0) },
        Route(
            "POST", "/api/v1/claims/{token}/extend", .permission(.jobsWork), .json,
            "Says that the worker is still there; 409 if the claim is no longer in force", [token]
        ) { call in
            _ = try call.json([])
            return try answer(try held(call))
        },
        Route(
            "POST", "/api/v1/claims/{token}/progress", .permission(.jobsWork), .json, "Says how far the run is",
            [
                token, .body("fraction", .fraction, "From 0 to 1", isRequired: true).within(0...1),
                .body("text", .text, "In words"),
            ]
        ) { call in
            let body = try call.json(["fraction", "text"])
            guard let fraction = try body.fraction("fraction") else {
                throw RouteFailure.badCall("fraction is missing: say how far it is, from 0 to 1.")
            }
            guard (0...1).contains(fraction) else {
                throw RouteFailure.badCall("fraction has to be a number from 0 to 1.")
            }
            let held = try held(call)
            held.run.progress(fraction, try body.text("text") ?? "")
            return try answer(held)
        },
        Route(
            "POST", "/api/v1/claims/{token}/log", .permission(.jobsWork), .json, "Adds lines to the run's log",
            [token, .body("lines", .objects, "Each with `text`, and `level` if it is not info", isRequired: true)]
        ) { call in
            let lines = try call.json(["lines"]).objects("lines")
            let held = try held(call)
            for line in lines {
                try line.allow(["text", "level"])
                let level = try line.text("level") ?? "info"
                guard let known = LogLine.Level(name: level), let text = try line.text("text") else {
                    throw RouteFailure.badCall("A line has a text, and a level from trace to critical.")
                }
                held.run.log(known, text)
            }
            return try answer(held)
        },
        Route(
            "POST", "/api/v1/claims/{token}/succeed", .permission(.jobsWork), .json, "The run has succeeded",
            [
                token, .body("result", .json, "What it came to"),
                .body("statistics", .json, "What it measured"),
            ]
        ) { call in
            let body = try call.json(["result", "statistics"])
            let result = body.raw("result") ?? []
            return try await end(call, late: { try $0.success(result) }) { held in
                try await held.run.succeed(
                    result, statistics: body.raw("statistics") ?? [], ranMicroseconds: held.ranMicroseconds)
            }
        },
        Route(
            "POST", "/api/v1/claims/{token}/fail", .permission(.jobsWork), .json,
            "The run has failed; it is tried again as the job's rules say",
            [
                token, .body("error", .text, "What went wrong; cut after 64 KB", isRequired: true),
                .body("errorType", .text, "What kind of error it is; cut after 200 bytes"),
                .body("final", .flag, "Another run would be no better"),
            ]
        ) { call in
            let body = try call.json(["error", "errorType", "final"])
            let (error, type) = (try body.text("error") ?? "", try body.text("errorType") ?? "Error")
            let isFinal = try body.flag("final") ?? false
            return try await end(call, late: { $0.failure(type, error, isFinal: isFinal) }) { held in
                try await held.run.fail(type, error, ranMicroseconds: held.ranMicroseconds, isFinal: isFinal)
            }
        },
        Route(
            "POST", "/api/v1/claims/{token}/snooze", .permission(.jobsWork), .json,
            "The run asks to be run again later; no attempt is burnt",
            [token, .body("delay", .text, "How much later (60s)")]
        ) { call in
            let delay = try call.json(["delay"]).duration("delay")?.microseconds ?? 60_000_000
            return try await end(call, late: { _ in .snoozed(microseconds: delay) }) { held in
                try await held.run.snooze(delay)
            }
        },
        Route(
            "POST", "/api/v1/claims/{token}/return", .permission(.jobsWork), .json,
            "The worker gives the job back; no attempt is burnt", [token]
        ) { call in
            _ = try call.json([])
            return try await end(call, late: nil) { try await $0.run.giveUp(reason: "the worker gave it back") }
        },
    ]

    private static func claim(_ call: RouteCall) async throws -> DashboardResponse {
        let body = try call.json(["queues", "names", "count", "wait", "lease"])
        let (queues, names) = (try body.words("queues"), try body.texts("names"))
        for queue in queues { try AskedJob.refuseOwn(queue: queue) }
        var runs = Runnable(names)
        if names.isEmpty {
            runs = .everything
        } else if runs.texts.count != Set(names).count {
            throw RouteFailure.badCall("names holds what is no name of a job.")
        }
        let count = try body.number("count", in: 1...countMax) ?? 1
        let wait = try body.duration("wait")?.microseconds ?? 30_000_000
        let lease = try body.duration("lease")?.microseconds ?? 60_000_000
        guard wait <= waitMax, (100_000...leaseMax).contains(lease) else {
            throw RouteFailure.badCall("A wait is up to 60s, and a lease from 100ms to 1d.")
        }
        guard call.dashboard.work.count < heldMax else {
            throw RouteFailure.tooMany("Too many claims are open here.", retryAfterSeconds: 1)
        }
        let (engine, name) = (call.engine, call.principal?.name ?? "")
        let waiting = Task {
            try await engine.claimForOthers(
                upTo: count, of: queues.isEmpty ? nil : queues, runs: runs, by: name, waiting: .microseconds(wait))
        }
        // Whoever has gone gets no jobs that he would not run.
        call.request.client.whenGone { waiting.cancel() }
        let found = try await waiting.value
        call.dashboard.work.hold(found, owner: name, lease: .microseconds(lease))
        return .object { json in
            json.list("claims", found) { run, json in
                let created = run.created.value
                json.field("token", run.token)
                json.field("job", run.job)
                json.field("attempt", run.attempt)
                json.field("name", created.name)
                json.field("queue", created.queue)
                json.field("version", max(1, created.argumentsVersion))
                json.field("tags", created.tags)
                json.field("tenant", created.tenant)
                json.payload("args", created.arguments)
            }
        }
    }

    private static func held(_ call: RouteCall) throws -> RemoteWork.Held {
        let token = try call.number("token")
        guard let held = call.dashboard.work.find(token, of: call.principal?.name ?? "") else {
            throw RouteFailure(409, "That claim is not yours, or no longer in force; stop the run.")
        }
        return held
    }

    private static func answer(_ held: RemoteWork.Held) throws -> DashboardResponse {
        guard try held.run.isInForce() else {
            throw RouteFailure(409, "That claim is no longer in force; stop the run.")
        }
        return .object { $0.field("inForce", true) }
    }

    private static func end(
        _ call: RouteCall, late outcome: ((JobEngine) throws -> Outcome)?,
        _ body: (RemoteWork.Held) async throws -> Answer
    ) async throws -> DashboardResponse {
        let token = try call.number("token")
        guard let held = call.dashboard.work.take(token, of: call.principal?.name ?? "") else {
            return try await late(call, token, outcome)
        }
        let answer: Answer
        do {
            answer = try await body(held)
        } catch {
            call.dashboard.work.putBack(held)
            throw error
        }
        call.dashboard.work.noteEnd()
        guard case .done(let event) = answer else {
            throw RouteFailure(409, "That claim was no longer in force; its end is noted and does not count.")
        }
        return .object { $0.field("event", event) }
    }

    /// The end of a run for a claim that is not held here any more, as after a restart: that it came is an event, and
    /// does not count. Nobody ends a claim that is in force and not his. Nil gives the job back.
    private static func late(
        _ call: RouteCall, _ token: SequenceNumber, _ outcome: ((JobEngine) throws -> Outcome)?
    ) async throws -> DashboardResponse {
        guard let claim = try call.engine.claim(token), try !call.engine.isInForce(claim.job, token) else {
            throw RouteFailure(409, "That claim is not yours.")
        }
        if let outcome {
            try await call.engine.noteLateEnd(of: claim.job, token, outcome(call.engine), by: call.actor)
        } else {
            _ = try await call.engine.perform(
                .release(job: claim.job, token: token, reason: "the worker gave it back", actor: call.actor))
        }
        throw RouteFailure(409, "That claim was no longer in force; its end is noted and does not count.")
    }
}
