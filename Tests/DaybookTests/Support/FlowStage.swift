import DaybookModel
import Foundation

@testable import Daybook
@testable import DaybookLog

/// One process with a store open, a clock that somebody sets, and workers that take and end jobs when they are told
/// to: what the lines of scenarios about flow, batches and limits are played on.
final class FlowStage: Stage {
    private let storage = MemoryStorage()
    private let writer: LogWriter
    private let process: SequenceNumber
    private var clock = Instant.epoch
    private var told: SequenceNumber = 0
    /// Jobs and batches by the names that the story gives them, and the other way round.
    private var numbers: [String: SequenceNumber] = [:]
    private var names: [SequenceNumber: String] = [:]
    private var tokens: [SequenceNumber: SequenceNumber] = [:]

    init() throws {
        writer = LogWriter(storage)
        let genesis = Genesis(identity: Array(repeating: 1, count: 16), format: 1, program: "test")
        _ = try writer.turn(now: clock) { try $0.record(Event(time: .epoch, body: .genesis(Box(genesis)))) }
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        let answer = try writer.turn(now: clock) { try $0.perform(.startProcess(Box(started))) }
        guard case .done(let process) = answer else { throw Trouble(description: "no process") }
        self.process = process
        told = process
    }

    /// Plays one line and tells what the log says since the line before.
    func play(_ line: String) throws -> [String] {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        if words[0] == "why" {
            let number = try number(words[1])
            return [try storage.read { try JobExplanation(of: number, in: $0) { .unknown }.sentence }]
        }
        do {
            try play(words[0], words.count > 1 ? words[1] : "")
        } catch let refusal as Refusal {
            return try news() + ["refused: \(refusal.description)"]
        }
        return try news()
    }

    private func play(_ word: String, _ rest: String) throws {
        switch word {
        case "clock": clock = try Instant(iso8601: rest)
        case "look": try look()
        case "enqueue": try enqueue([rest])
        case "replace", "reschedule", "refuse": try enqueue([rest], ConflictPolicy(rawValue: word)!)
        case "together": try enqueue(rest.components(separatedBy: "; "))
        case "batch": try makeBatch(rest)
        case "seal": try perform(.batch(Box(.seal(number(rest), actor: .person("ann")))))
        case "claim": try claim(Int(rest) ?? 1)
        case "success": try finish(rest, .succeeded(Succeeded(ranMicroseconds: 1)))
        case "failure":
            try finish(rest, Self.failure(isFinal: true))
        case "retry": try finish(rest, Self.failure(isFinal: false))
        case "cancel":
            let (what, reason) = Self.pair(rest, " because ")
            let number = try number(what)
            if try storage.read({ try BatchRecord.of(number, in: $0) }) != nil {
                try perform(.batch(Box(.cancel(number, reason: reason, actor: .person("ann")))))
            } else {
                try perform(.cancel(job: number, expected: nil, reason: reason, actor: .person("ann")))
            }
        case "requeue": try perform(.requeue(job: number(rest), expected: nil, reason: "", actor: .person("ann")))
        case "limit": try limit(rest)
        default: throw Trouble(description: "\(word) is no word of these stories")
        }
    }

    // MARK: What people and workers do

    @discardableResult
    private func perform(_ command: Command) throws -> Answer {
        let answer = try writer.turn(now: clock) { try $0.perform(command) }
        if case .refused(let refusal) = answer { throw refusal }
        return answer
    }

    /// What a writer's turn does by itself.
    private func look() throws {
        while true {
            let before = try storage.read { try $0.last }
            try writer.turn(now: clock) { turn in
                _ = try turn.goOnTelling(limit: 1_000)
                _ = try turn.releaseDue(limit: 1_000)
            }
            guard try storage.read({ try $0.last }) > before else { return }
        }
    }

    private func claim(_ slots: Int) throws {
        try look()
        var left = slots
        while left > 0 {
            let before = try storage.read { try $0.last }
            let answer = try perform(.claim(Claim(process: process, queues: nil, slots: left)))
            guard case .claimed(let claimed) = answer else { return }
            for one in claimed { tokens[one.job] = one.token }
            left -= claimed.count
            guard try storage.read({ try $0.last }) > before else { return }
        }
    }

    private func finish(_ name: String, _ outcome: Outcome) throws {
        let job = try number(name)
        try perform(.finish(job: job, token: tokens[job] ?? 0, outcome, actor: .process(process)))
        try look()
    }

    private static func failure(isFinal: Bool) -> Outcome {
        .failed(
            Box(
                Outcome.Failure(
                    errorType: "Error", error: "no", ranMicroseconds: 1, salt: 1, random: 0, isFinal: isFinal)))
    }

    // MARK: What the lines say

    private func number(_ name: String) throws -> SequenceNumber {
        if let number = numbers[name] { return number }
        // A number that stands for itself: somebody whom nobody has heard of.
        guard let number = SequenceNumber(name) else { throw Trouble(description: "there is no \(name)") }
        return number
    }

    private static func pair(_ text: String, _ separator: String) -> (String, String) {
        guard let found = text.range(of: separator) else { return (text, "") }
        return (String(text[..<found.lowerBound]), String(text[found.upperBound...]))
    }

    /// `send: after fetch, after resize failure, batch import, key account:7, tenant acme, queue mail, priority 5`, or
    /// `sync: unique shop:7 for 600, with [1], at 1970-01-01T00:10:00Z`.
    private func job(_ text: String, among siblings: [String]) throws -> (String, Created) {
        let (name, said) = Self.pair(text, ": ")
        var job = Created(name: name, queue: "default", attempts: 3, salt: 1, arguments: [])
        job.retry = RetryPolicy.fixed(.seconds(60)).description
        for part in said.components(separatedBy: ", ") where !part.isEmpty {
            let words = part.split(separator: " ").map(String.init)
            switch words[0] {
            case "after":
                let condition = words.count > 2 ? AfterCondition(rawValue: words[2]) ?? .success : .success
                if let place = siblings.firstIndex(of: words[1]) {
                    job.after.append(Dependency(.sibling(place), condition))
                } else {
                    job.after.append(Dependency(.job(try number(words[1])), condition))
                }
            case "batch": job.batch = try number(words[1])
            case "tenant": job.tenant = words[1]
            case "key": job.limitKeys.append(words[1])
            case "queue": job.queue = words[1]
            case "unique": (job.key, job.uniqueness) = (words[1], Self.uniqueness(Array(words.dropFirst(2))))
            case "with": job.arguments = Array(words[1].utf8)
            case "at": job.due = try Instant(iso8601: words[1])
            case "priority": job.priority = Int16(words[1]) ?? 0
            default: throw Trouble(description: "\(part) is nothing that a job can have here")
            }
        }
        return (name, job)
    }

    /// Nothing, `waiting` or `for 600`.
    private static func uniqueness(_ words: [String]) -> Uniqueness {
        switch words.first {
        case "waiting": .waiting
        case "for": .window(microseconds: (Int64(words.last ?? "") ?? 0) * 1_000_000)
        default: .unfinished
        }
    }

    private func enqueue(_ texts: [String], _ onConflict: ConflictPolicy = .existing) throws {
        let siblings = texts.count > 1 ? texts.map { Self.pair($0, ": ").0 } : []
        let jobs = try texts.map { try job($0, among: siblings) }
        guard jobs.count > 1 else {
            return note(jobs[0].0, try perform(.enqueue(Box(jobs[0].1), onConflict: onConflict)))
        }
        let answer = try perform(.enqueueTogether(jobs.map { Box($0.1) }, onConflict: onConflict))
        guard case .together(let answers) = answer else { return }
        for (job, answer) in zip(jobs, answers) { note(job.0, answer) }
    }

    /// `import open: one; two`, and `part in import`.
    private func makeBatch(_ text: String) throws {
        let (head, said) = Self.pair(text, ": ")
        let words = head.split(separator: " ").map(String.init)
        let texts = said.isEmpty ? [] : said.components(separatedBy: "; ")
        let jobs = try texts.map { try job($0, among: texts.map { Self.pair($0, ": ").0 }) }
        let new = NewBatch(
            name: words[0], in: try words.firstIndex(of: "in").map { try number(words[$0 + 1]) } ?? 0,
            isOpen: words.contains("open"), jobs: jobs.map { Box($0.1) }, actor: .person("ann"))
        guard case .together(let answers) = try perform(.batch(Box(.create(new)))) else { return }
        note(words[0], answers[0])
        for (job, answer) in zip(jobs, answers.dropFirst()) { note(job.0, answer) }
    }

    private func note(_ name: String, _ answer: Answer) {
        switch answer {
        case .created(let number), .done(let number): (numbers[name], names[number]) = (number, name)
        default: break
        }
    }

    /// `key:tenant:* to 2`, `queue:mail to 100 in 60s sliding`, `key:account:* to serial`, `key:shop:1 to weight 3`,
    /// `name:report to none`.
    private func limit(_ text: String) throws {
        let (scope, said) = Self.pair(text, " to ")
        guard let scope = LimitScope(text: scope) else { throw Trouble(description: "\(scope) is no scope") }
        let words = said.split(separator: " ").map(String.init)
        var limit: Limit?
        if words[0] == "serial" {
            limit = .serial
        } else if words[0] == "weight", words.count > 1 {
            limit = .weight(Int(words[1]) ?? 0)
        } else if words.count > 2, let seconds = Int(words[2].dropLast()) {
            limit = .rate(Int(words[0]) ?? 0, per: .seconds(seconds), words.count > 3 ? .sliding : .fixed)
        } else if words[0] != "none" {
            limit = .concurrency(Int(words[0]) ?? 0)
        }
        try perform(.limit(scope, limit, reason: "", actor: .person("ann")))
    }
}

extension FlowStage {
    // MARK: What the log says

    private func news() throws -> [String] {
        let first = told + 1
        var lines: [String] = []
        try storage.read { log in
            told = try log.last
            try log.events(from: first) { sequence, value in
                if let line = line(try Event(value, at: sequence), sequence) { lines.append(line) }
                return true
            }
        }
        return lines
    }

    private func name(_ number: SequenceNumber) -> String { names[number] ?? "\(number)" }

    private func line(_ event: Event, _ sequence: SequenceNumber) -> String? {
        let job = name(event.job)
        switch event.body {
        case .created(let created): return line(created.value, job)
        case .enqueued: return "ready \(job)"
        case .claimed: return "started \(job)"
        case .succeeded: return "succeeded \(job)"
        case .failed: return "failed \(job)"
        case .attemptFailed: return "\(job) will be tried again"
        case .cancelled(let reason): return "cancelled \(job)" + (reason.isEmpty ? "" : ": \(reason)")
        case .requeued: return "requeued \(job)"
        case .parentEnded(let other, let state): return "\(job) hears that \(name(other)) \(Self.words(state))"
        case .parentReopened(let other): return "\(job) hears that \(name(other)) goes on"
        case .batchCreated(_, let outer):
            return outer == 0 ? nil : "batch \(name(sequence)) inside \(name(outer))"
        case .batchSealed(let batch): return "sealed \(name(batch))"
        case .batchEnded(let batch, let standing): return "batch \(name(batch)) is over: \(standing.rawValue)"
        case .batchReopened(let batch): return "batch \(name(batch)) goes on"
        case .batchCancelled(let batch, _): return "cancelled batch \(name(batch))"
        case .duplicate: return "\(job) is there already"
        case .replaced(let replaced):
            return "\(job) takes \(String(decoding: replaced.value.arguments, as: UTF8.self))"
                + (replaced.value.due.map { " and waits until \($0)" } ?? "")
        case .rescheduled(let until, _): return "\(job) waits until \(until)"
        case .limited(let scope): return "\(job) waits for \(scope)"
        case .limitOpened(let scope): return "opened \(scope)"
        case .queueLimited(let limited): return "\(limited.value.scope): \(limited.value.limit?.words ?? "no limit")"
        case .clockStepped(let microseconds): return "the clock was set by \(microseconds / 1_000_000) s"
        default: return nil
        }
    }

    private func line(_ created: Created, _ job: String) -> String {
        let waits = created.after.compactMap { dependency -> String? in
            guard case .job(let other) = dependency.parent, dependency.end == nil else { return nil }
            return "the \(dependency.condition == .any ? "end" : dependency.condition.rawValue) of \(name(other))"
        }
        return "created \(job)" + (waits.isEmpty ? "" : ", which waits for \(waits.joined(separator: " and "))")
    }

    private static func words(_ state: JobState) -> String {
        state == .cancelled ? "was cancelled" : state.name
    }
}
