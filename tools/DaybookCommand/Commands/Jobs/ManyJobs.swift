// One command on many jobs: those whose ids are given, or those that a filter finds. A filter's find is a moment old
// when the command is performed, so each job must still be in the state in which it was found; one that has moved on is
// counted and left alone.

import DaybookLog
import DaybookModel

/// What is done to each job, and to which jobs if no state is given.
struct ManyJobs: Sendable {
    /// "cancel" and "cancelled".
    let verb: String
    let participle: String
    /// Whom a filter without a state means.
    let states: Set<JobState>
    /// To whom it can be done at all.
    let takes: Set<JobState>
    let command: @Sendable (_ job: SequenceNumber, _ expected: JobState?, _ reason: String, _ actor: Actor) -> Command
    /// Set where those that have succeeded are done once more, as new jobs.
    var redoes = false

    static let jobs = Positional("ID", .job, .any)
    static let dryRun = Flag("--dry-run", "only count the jobs that are meant")
    static let actor = Option("--actor", .line("NAME", bytesMax: 128), "who wants it (else whoever runs this command)")
    static let reason = Option("--reason", .line("TEXT", bytesMax: 1_024), "why; it stands in the log")
    static let options = JobFilterOptions.all + [dryRun.description, actor.description, reason.description]

    func run(_ call: Invocation, _ context: CommandContext) throws {
        let ids = try call.values(ManyJobs.jobs)
        let filter = try JobFilterOptions.filter(call)
        // Beside ids a state says where the jobs are expected to be.
        let expected = ids.isEmpty ? nil : try call.value(JobFilterOptions.state)
        guard ids.isEmpty != filter.isEmpty || expected != nil && filter.isStateAlone else {
            throw Failure.wrongCall(
                ids.isEmpty
                    ? "Say which jobs: their ids, or a filter such as --queue mail."
                    : "Give ids or a filter, not both; beside ids stands at most --state, where they are expected.")
        }
        if ids.isEmpty, let state = filter.states.first(where: { !takes.contains($0) }) {
            throw Failure.wrongCall("Jobs that are \(state.name) cannot be \(participle); name another --state.")
        }
        let store = try CommandStore.writing(context)
        defer { store.close() }
        let actor = store.person(named: try call.value(ManyJobs.actor))
        let reason = try call.value(ManyJobs.reason) ?? ""
        if ids.isEmpty {
            try runOnFound(filter, call, store, context) {
                try command(for: $0.sequence, $0.state, reason, actor, store)
            }
        } else {
            try runOnGiven(ids.map(\.rawValue), call, store, context) {
                try command(for: $0, expected, reason, actor, store)
            }
        }
    }

    private func command(
        for job: SequenceNumber, _ expected: JobState?, _ reason: String, _ actor: Actor, _ store: CommandStore
    ) throws -> Result<Command, Refusal> {
        guard redoes else { return .success(command(job, expected, reason, actor)) }
        do {
            return .success(
                try store.storage.requeueing(
                    job, expecting: expected, reason: reason, by: actor, salt: store.randomNumber))
        } catch let refusal as Refusal {
            return .failure(refusal)
        }
    }

    // MARK: Jobs that are named

    private func runOnGiven(
        _ ids: [SequenceNumber], _ call: Invocation, _ store: CommandStore, _ context: CommandContext,
        _ command: (SequenceNumber) throws -> Result<Command, Refusal>
    ) throws {
        if call.has(ManyJobs.dryRun) {
            let there = try store.read { snapshot in try ids.filter { try Books.storedJob($0, in: snapshot) != nil } }
            return try showCount(there.count, context)
        }
        var worst = ExitCode.done
        for batch in ids.chunks(of: ManyJobs.batchSize) {
            for (id, answer) in zip(batch, try answers(to: batch.map(command), store)) {
                if case .refused(let refusal) = answer {
                    StandardError.line("daybook: \(refusal.description)")
                    worst = max(worst, Failure(refusal).code)
                } else {
                    try show(id, answer, context)
                }
            }
        }
        if worst != .done { throw Failure(worst, nil) }
    }

    private func answers(to commands: [Result<Command, Refusal>], _ store: CommandStore) throws -> [Answer] {
        let sound = commands.compactMap { try? $0.get() }
        var answers = sound.isEmpty ? [] : try store.perform(sound)[...]
        return commands.map { command in
            switch command {
            case .success: answers.removeFirst()
            case .failure(let refusal): .refused(refusal)
            }
        }
    }

    private func show(_ id: SequenceNumber, _ answer: Answer, _ context: CommandContext) throws {
        switch answer {
        case .done(let event):
            try context.print { json in
                json.object { json in
                    json.field("job", id)
                    json.field("seq", event)
                }
            } text: {
                ["\(participle) job \(id)"]
            }
        case .created(let again):
            try context.print { json in
                json.object { json in
                    json.field("job", again)
                    json.field("seq", again)
                    json.field("rerunOf", id)
                }
            } text: {
                ["job \(id) has succeeded; job \(again) does its work once more"]
            }
        default: break
        }
    }

    // MARK: Jobs that a filter finds

    private func runOnFound(
        _ filter: JobFilter, _ call: Invocation, _ store: CommandStore, _ context: CommandContext,
        _ command: (JobSummary) throws -> Result<Command, Refusal>
    ) throws {
        var filter = filter
        if filter.isOfAnyState { filter.states = states }
        let isDry = call.has(ManyJobs.dryRun)
        var found = 0
        var done = 0
        var batch: [Result<Command, Refusal>] = []
        func perform() throws {
            guard !batch.isEmpty else { return }
            for answer in try answers(to: batch, store) {
                switch answer {
                case .done, .created: done += 1
                default: break
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
        try store.walk(filter).forEach(below: nil) { job in
            found += 1
            guard !isDry else { return true }
            batch.append(try command(job))
            if batch.count == ManyJobs.batchSize { try perform() }
            return true
        }
        try perform()
        if isDry { try showCount(found, context) } else { try showCounts(found: found, done: done, context) }
    }

    private static let batchSize = 500

    private func showCount(_ count: Int, _ context: CommandContext) throws {
        try context.print { json in
            json.object { $0.field("matched", count) }
        } text: {
            ["would \(verb) \(count) \(count == 1 ? "job" : "jobs")"]
        }
    }

    private func showCounts(found: Int, done: Int, _ context: CommandContext) throws {
        try context.print { json in
            json.object { json in
                json.field("matched", found)
                json.field("done", done)
            }
        } text: {
            let moved = found == done ? "" : "; \(found - done) had moved on meanwhile"
            return ["\(participle) \(done) \(done == 1 ? "job" : "jobs")\(moved)"]
        }
    }
}

extension Array {
    /// The elements in slices of at most `size`.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
