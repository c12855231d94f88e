// An operation goes through its jobs in pages. Each page is two steps of its job: the first writes down which jobs are
// meant and how they stood, the second does it to them and writes down to whom it was done. So a process that dies in
// between leaves no doubt: whoever goes on finds the jobs that were meant, and those of them that show this operation's
// mark in their last event are done. What stands in the second steps is all that is needed to take it back.

internal import DaybookLog
package import DaybookModel

package struct OperationRun {
    /// A job that is meant, and how it stood.
    package struct Meant: Codable, Sendable {
        let job: SequenceNumber
        let state: String
        let due: Int64?
        /// For undoing: the event that is to be taken back.
        var event: SequenceNumber?
    }

    package struct Found: Codable, Sendable {
        package var jobs: [Meant] = []
        var next: SequenceNumber?
    }

    /// A job to which it was done, by which event.
    struct Change: Codable, Sendable {
        let job: SequenceNumber
        let event: SequenceNumber
        let state: String
        let due: Int64?
    }

    package struct Done: Codable, Sendable {
        var changes: [Change] = []
        var refused: [String: Int] = [:]

        var endedBefore: Int { changes.count { JobState(name: $0.state)?.isFinished == true } }
    }

    private let engine: JobEngine
    private let run: RemoteRun
    private let context: JobContext
    private let began: EngineClock

    package static let pageSize = 250
    private static let rowsMax = 20_000

    package init(_ engine: JobEngine, _ run: RemoteRun) {
        self.engine = engine
        self.run = run
        context = run.context
        began = engine.clock
    }

    func perform() async {
        let start = began.monotonicNanoseconds()
        func ran() -> UInt64 { (began.monotonicNanoseconds() - start) / 1_000 }
        do {
            let operation = try JobOutputCoding<Operation>.json.decode(run.created.value.arguments)
            let totals = try await goThrough(operation)
            _ = try await run.succeed(try JSON.encode(totals), ranMicroseconds: ran())
        } catch is OperationEnded {
            // Somebody cancelled it, or this process lost it; that stands in the log.
        } catch {
            _ = try? await run.fail(
                String(describing: type(of: error)), String(describing: error), ranMicroseconds: ran(), isFinal: false)
        }
    }

    private func goThrough(_ operation: Operation) async throws -> OperationTotals {
        var totals = OperationTotals(matched: operation.missing ?? 0)
        if let missing = operation.missing { totals.refused[OperationRefusal.noSuchJob.sentence] = missing }
        var place: SequenceNumber?
        var page = 0
        repeat {
            guard try run.isInForce(), !Task.isCancelled else { throw OperationEnded() }
            let from = place
            let found = try await context.step("found-\(page)") { try find(operation, from: from) }
            let done = try await context.step("did-\(page)") { try await act(operation, on: found.jobs) }
            totals.matched += found.jobs.count
            totals.done += done.changes.count
            totals.refused.merge(done.refused, uniquingKeysWith: +)
            if operation.action == .delete, done.endedBefore > 0 {
                totals.endedBefore = (totals.endedBefore ?? 0) + done.endedBefore
            }
            place = found.next
            page += 1
            run.progress(share(operation, place), "\(totals.done) of \(totals.matched) done")
        } while place != nil
        return totals
    }

    /// How far it is, by the numbers of the jobs that it has passed.
    private func share(_ operation: Operation, _ place: SequenceNumber?) -> Double {
        guard let place else { return 1 }
        if let chosen = operation.chosen { return Double(place) / Double(max(1, chosen.count)) }
        return 1 - Double(place) / Double(max(1, run.job))
    }

    // MARK: Who is meant

    package func find(_ operation: Operation, from place: SequenceNumber?) throws -> Found {
        if let undone = operation.undoes { return try changes(of: undone, below: place) }
        if let chosen = operation.chosen { return chosenJobs(chosen, from: Int(place ?? 0)) }
        // What came after the operation was not there when somebody wanted it.
        let listing = try JobWalk(engine.storage, operation.filter).page(
            below: place ?? run.job, limit: OperationRun.pageSize, rowsMax: OperationRun.rowsMax)
        let jobs = listing.jobs.filter { $0.queue != Operation.queue }
        return Found(
            jobs: jobs.map { Meant(job: $0.id.rawValue, state: $0.state.name, due: $0.due?.microseconds) },
            next: listing.next)
    }

    private func chosenJobs(_ chosen: [Operation.Chosen], from start: Int) -> Found {
        let end = min(chosen.count, start + OperationRun.pageSize)
        let jobs = chosen[min(start, end)..<end].map { one in
            let due = (try? engine.job(JobID(rawValue: one.job)))?.due
            return Meant(job: one.job, state: one.state, due: due?.microseconds)
        }
        return Found(jobs: jobs, next: end < chosen.count ? SequenceNumber(end) : nil)
    }

    /// One page of what another operation did, the newest first.
    private func changes(of operation: SequenceNumber, below place: SequenceNumber?) throws -> Found {
        try engine.read { log in
            var next = try place ?? Books.storedJob(operation, in: log)?.last ?? 0
            while next > 0, let event = try log.event(next, { try Event($0, at: next) }) {
                if case .stepped(let stepped) = event.body, stepped.value.step.hasPrefix("did-") {
                    let done = try JobOutputCoding<Done>.json.decode(stepped.value.result)
                    return Found(
                        jobs: done.changes.map { Meant(job: $0.job, state: $0.state, due: $0.due, event: $0.event) },
                        next: event.previous > 0 ? event.previous : nil)
                }
                next = event.previous
            }
            return Found()
        }
    }

    // MARK: Doing it

    package func act(_ operation: Operation, on jobs: [Meant]) async throws -> Done {
        let undone = try operation.undoes.flatMap { try engine.storage.operation($0)?.operation.action }
        let answers =
            try await undone == .delete
            ? putInAgain(jobs, operation) : perform(operation, undoing: undone, on: jobs)
        var done = Done()
        for (index, meant) in jobs.enumerated() {
            switch answers[index] {
            case .success(let event):
                done.changes.append(Change(job: meant.job, event: event, state: meant.state, due: meant.due))
            case .failure(let why): done.refused[why.sentence, default: 0] += 1
            case nil: break
            }
        }
        return done
    }

    /// In the order in which the jobs stood, so that those that become ready keep it among each other.
    private func perform(
        _ operation: Operation, undoing undone: Operation.Action?, on jobs: [Meant]
    ) async throws -> [Int: Answered] {
        let places = try engine.read { log in try jobs.map { try Books.storedJob($0.job, in: log)?.position ?? 0 } }
        var answers: [Int: Answered] = [:]
        var given: [(index: Int, commands: [Command])] = []
        for index in jobs.indices.sorted(by: { (places[$0], jobs[$0].job) < (places[$1], jobs[$1].job) }) {
            switch try commands(operation, undoing: undone, on: jobs[index]) {
            case .success(let commands): given.append((index, commands))
            case .failure(let why): answers[index] = .failure(why)
            }
        }
        for ((index, _), answer) in zip(given, try await engine.performInOrder(given.map(\.commands))) {
            switch answer {
            case .done(let event), .created(let event), .duplicate(let event, _): answers[index] = .success(event)
            default: answers[index] = .failure(.movedOn)
            }
        }
        for (index, answer) in answers {
            // A run of this operation that was cut off may have come as far as here.
            if case .failure = answer, let event = try ownEvent(of: jobs[index].job) {
                answers[index] = .success(event)
            }
        }
        return answers
    }

    private func commands(
        _ operation: Operation, undoing undone: Operation.Action?, on meant: Meant
    ) throws -> Result<[Command], OperationRefusal> {
        guard let state = JobState(name: meant.state) else { return .failure(.movedOn) }
        let (reason, actor) = (mark(operation.reason), Actor(process: engine.process, person: operation.person))
        switch operation.action {
        case .cancel: return .success([.cancel(job: meant.job, expected: state, reason: reason, actor: actor)])
        case .requeue:
            guard state == .succeeded else {
                return .success([.requeue(job: meant.job, expected: state, reason: reason, actor: actor)])
            }
            return try onceMore(meant.job, reason, actor).map { [$0] }
        case .reschedule:
            let until = Instant(microseconds: operation.until ?? 0)
            return .success([
                .reschedule(job: meant.job, until: until, expected: state, reason: reason, actor: actor)
            ])
        case .delete: return .success([.delete(job: meant.job, expected: state, reason: reason, actor: actor)])
        case .undo:
            let standing = JobStanding(state, due: meant.due.map { Instant(microseconds: $0) })
            return try engine.inverse(of: meant.job, since: meant.event, to: standing, reason, actor)
        }
    }

    /// The same job as before, if a run of this operation that was cut off has made it already.
    private func onceMore(
        _ job: SequenceNumber, _ reason: String, _ actor: Actor
    ) throws -> Result<Command, OperationRefusal> {
        do {
            var again = try engine.storage.workAgain(of: job, reason, actor, salt: try engine.random.next())
            again.requestID = "daybook.rerun:\(run.job):\(job)"
            return .success(.enqueue(Box(again), onConflict: .refuse))
        } catch let refusal as Refusal where refusal.code == .wrongState {
            return .failure(OperationRefusal("it has succeeded, and what it was made of cannot be used again"))
        }
    }

    /// Stands in the reason of every event that comes of it.
    private func mark(_ reason: String) -> String { reason.isEmpty ? suffix : "\(reason) \(suffix)" }
    private var suffix: String { "(operation \(run.job))" }

    private func ownEvent(of job: SequenceNumber) throws -> SequenceNumber? {
        try engine.read { log in
            guard let last = try Books.storedJob(job, in: log)?.last,
                let event = try log.event(last, { LoggedEvent(try Event($0, at: last), at: last) })
            else { return nil }
            return event.reason.hasSuffix(suffix) ? last : nil
        }
    }

    /// New jobs in the place of those that were deleted.
    private func putInAgain(_ jobs: [Meant], _ operation: Operation) async throws -> [Int: Answered] {
        let (reason, actor) = (mark(operation.reason), Actor(process: engine.process, person: operation.person))
        return try await withThrowingTaskGroup(of: (Int, Answered).self) { group in
            for (index, meant) in jobs.enumerated() {
                group.addTask {
                    let answer = try await putInAgain(meant, reason, actor)
                    if case .failure = answer, let event = try ownEvent(of: meant.job) {
                        return (index, .success(event))
                    }
                    return (index, answer)
                }
            }
            var answers: [Int: Answered] = [:]
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }

    private func putInAgain(_ meant: Meant, _ reason: String, _ actor: Actor) async throws -> Answered {
        guard let deletion = meant.event,
            let event = try engine.read({ try $0.eventAtHand(deletion) { try Event($0, at: deletion) } })
        else { return .failure(.movedOn) }
        do {
            return .success(try await DeletedJob(deletion, event, engine).putInAgain(reason, actor))
        } catch let refusal as OperationRefusal {
            return .failure(refusal)
        } catch is Refusal {
            return .failure(OperationRefusal("another job has its key"))
        }
    }
}

/// What it came to for one job: the event, or why there is none.
private typealias Answered = Result<SequenceNumber, OperationRefusal>

/// The operation is no longer this run's to do.
private struct OperationEnded: Error {}

/// Why it was not done to a job.
struct OperationRefusal: Error {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    static let noSuchJob = OperationRefusal("there is no such job")
    static let movedOn = OperationRefusal("it has moved on since")
}
