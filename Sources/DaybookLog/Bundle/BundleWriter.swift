// A job as a file: what it was given, what its runs came to, and everything that led to it, in one JSON object. A test
// on another machine runs the job's code with it; see `JobBundle` in DaybookTesting. Docs/Bundles.md describes the
// file.

package import DaybookModel

package struct BundleWriter {
    private let storage: any LogStorage
    private let isRedacted: Bool
    /// Of the jobs that led to one, the nearest.
    private static let leadersMax = 100

    /// Redacted: without arguments, results, errors and log lines, in whose place digests stand.
    package init(_ storage: any LogStorage, redacted: Bool = false) {
        self.storage = storage.opened
        isRedacted = redacted
    }

    /// Why what a job was given cannot be read here, so that a bundle of it cannot be run; nil if it can be.
    package func closed(_ job: SequenceNumber) throws -> ClosedPayload? {
        isRedacted ? nil : try storage.read { try $0.closedArguments(of: job) }
    }

    /// One line of JSON, without its end. The proof is against a checkpoint taken `now`, which is in it.
    package func line(of job: SequenceNumber, now: Instant) throws -> [UInt8] {
        let history = try storage.history(of: job)
        guard let first = history.first, case .created(let created) = first.event.body else {
            throw LogError(.notFound, "There is no job \(job); `daybook jobs list` shows those that there are.")
        }
        let leaders = try leaders(of: job)
        var json = JSONWriter()
        try json.object { json in
            json.field("bundle", 1)
            json.field("store", try storage.read { try $0.identity() }.withUnsafeBytes { Hexadecimal.text($0) })
            json.field("redacted", isRedacted)
            try writeJob(job, created.value, history, to: &json)
            json.key("leaders")
            try json.array { json in
                for leader in leaders.jobs {
                    try json.object { json in
                        let history = try storage.history(of: leader)
                        guard case .created(let created)? = history.first?.event.body else { return }
                        try writeJob(leader, created.value, history, to: &json)
                        try writeEvents(history, to: &json)
                    }
                }
            }
            json.field("leadersLeftOut", leaders.leftOut)
            try writeEvents(history, to: &json)
            if let proof = try proof(of: job, now: now) {
                json.key("proof")
                json.raw(proof)
            }
        }
        return json.bytes
    }

    private func proof(of job: SequenceNumber, now: Instant) throws -> [UInt8]? {
        guard let checkpoint = try CheckpointText.take(of: storage.stored, now: now) else { return nil }
        return try InclusionProof(of: job, at: checkpoint, in: storage.stored).line
    }

    // MARK: One job

    private func writeJob(
        _ job: SequenceNumber, _ created: Created, _ history: [LoggedEvent], to json: inout JSONWriter
    ) throws {
        let life = JobLife(history)
        let closed = try closedParts(of: job, history)
        json.field("job", job)
        json.field("name", created.name)
        json.field("queue", created.queue)
        json.field("state", life.state)
        json.field("created", history.first?.time)
        json.field("attempts", created.attempts)
        json.field("attempt", life.attempt)
        json.field("began", life.began)
        json.field("priority", created.priority)
        json.field("retry", created.retry)
        json.field("timeoutMicroseconds", created.timeoutMicroseconds)
        json.field("tenant", created.tenant)
        json.field("tags", created.tags)
        json.field("planned", created.planned)
        json.field("argumentsVersion", life.replaced?.argumentsVersion ?? created.argumentsVersion)
        if !isRedacted {
            json.field("metadata", created.metadata)
            write("arguments", life.replaced?.arguments ?? created.arguments, to: &json)
            if let result = life.result { write("result", result, to: &json) }
            json.field("errorType", life.failure?.errorType)
            json.field("error", life.failure?.error)
            json.field("closed", closed.arguments?.description)
            json.field("resultClosed", closed.end?.description)
        }
        json.key("steps")
        json.array { json in
            for (step, closed) in zip(life.steps, closed.steps) {
                json.object { json in
                    json.field("step", step.step)
                    if !isRedacted {
                        write("result", step.result, to: &json)
                        json.field("closed", closed?.description)
                    }
                }
            }
        }
    }

    /// What of a job cannot be read here, and why.
    private func closedParts(
        of job: SequenceNumber, _ history: [LoggedEvent]
    ) throws -> (arguments: ClosedPayload?, end: ClosedPayload?, steps: [ClosedPayload?]) {
        try storage.read { log in
            var steps: [ClosedPayload?] = []
            for event in history {
                if case .stepped = event.event.body { steps.append(try log.closedPayload(of: event.sequence)) }
            }
            return (try log.closedArguments(of: job), try log.closedEnd(of: history), steps)
        }
    }

    /// As JSON, if that is what it is; else in hex, under another name.
    private func write(_ name: String, _ bytes: [UInt8], to json: inout JSONWriter) {
        var scanner = JSONScanner()
        if bytes.isEmpty { return }
        guard let range = try? scanner.scan(bytes), range == 0..<bytes.count else {
            return json.field(name + "Hex", bytes.withUnsafeBytes { Hexadecimal.text($0) })
        }
        json.key(name)
        json.raw(bytes)
    }

    /// As an export has them, with their hashes.
    private func writeEvents(_ history: [LoggedEvent], to json: inout JSONWriter) throws {
        var lines: [UInt8] = []
        for event in history {
            try LogExporter(storage.stored).export(from: event.sequence, to: event.sequence, redacted: isRedacted) {
                lines += $0
            }
        }
        json.key("events")
        json.array { json in
            for line in lines.split(separator: UInt8(ascii: "\n")) { json.raw(line) }
        }
    }

    // MARK: What led to it

    /// The jobs that it waited for and the one that made it, and theirs, the nearest first.
    private func leaders(of job: SequenceNumber) throws -> (jobs: [SequenceNumber], leftOut: Int) {
        var found: [SequenceNumber] = []
        var known: Set = [job]
        var next = [job]
        while !next.isEmpty {
            var further: [SequenceNumber] = []
            for one in next {
                for leader in try storage.read({ try directLeaders(of: one, in: $0) })
                where known.insert(leader).inserted {
                    further.append(leader)
                }
            }
            found += further
            if found.count > BundleWriter.leadersMax { break }
            next = further
        }
        return (Array(found.prefix(BundleWriter.leadersMax)), max(0, found.count - BundleWriter.leadersMax))
    }

    private func directLeaders(of job: SequenceNumber, in log: any LogSnapshot) throws -> [SequenceNumber] {
        guard let event = try log.event(job, { try Event($0, at: job) }), case .created(let created) = event.body else {
            return []
        }
        var leaders = created.value.after.compactMap { dependency -> SequenceNumber? in
            if case .job(let parent) = dependency.parent { parent } else { nil }
        }
        if event.cause != 0, let cause = try log.event(event.cause, { try EventHead($0, at: event.cause) }),
            cause.job != 0
        {
            leaders.append(cause.job)
        }
        // A batch has a number among these, and is no job.
        return try leaders.filter { leader in
            try log.event(leader) { try EventHead($0, at: leader).kind == EventKind.created.rawValue } ?? false
        }
    }
}

/// What became of a job, read from its events.
private struct JobLife {
    private(set) var state = "enqueued"
    private(set) var attempt: UInt32 = 0
    /// When its last run was claimed.
    private(set) var began: Instant?
    private(set) var replaced: Replaced?
    private(set) var result: [UInt8]?
    private(set) var failure: AttemptFailed?
    private(set) var steps: [Stepped] = []

    init(_ history: [LoggedEvent]) {
        for logged in history {
            let event = logged.event
            switch event.body {
            case .claimed:
                attempt = max(attempt, event.attempt)
                began = event.time
            case .replaced(let box): replaced = box.value
            case .stepped(let box): steps.append(box.value)
            case .succeeded(let success): result = success.result
            case .attemptFailed(let box), .failed(let box): failure = box.value
            default: break
            }
            if let kind = logged.kind { state = JobLife.state(after: kind) ?? state }
        }
    }

    private static func state(after kind: EventKind) -> String? {
        switch kind {
        case .enqueued, .returned, .interrupted, .requeued: "enqueued"
        case .claimed: "processing"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .attemptFailed, .snoozed, .rescheduled: "scheduled"
        case .parked: "parked"
        case .purged: "deleted"
        default: nil
        }
    }
}
