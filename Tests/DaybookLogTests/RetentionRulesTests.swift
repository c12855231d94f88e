import DaybookModel
import Testing

@testable import DaybookLog

@Suite struct `rules of retention` {
    private let storage = MemoryStorage()
    private let writer: LogWriter
    private let day = 86_400.0

    init() throws {
        writer = try LogWriter.opened(storage)
    }

    private func job(
        _ state: JobState, name: String = "mail", tenant: String? = nil, at second: Double = 1,
        _ change: (inout Created) -> Void = { _ in }
    ) throws -> SequenceNumber {
        var created = Created.example(name)
        created.tenant = tenant
        change(&created)
        guard case .created(let job) = try writer.perform(.enqueue(created), at: second) else { return 0 }
        guard state != .enqueued else { return job }
        guard state != .cancelled else {
            try writer.perform(.cancel(job: job, expected: nil, reason: "", actor: .system), at: second)
            return job
        }
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "test", boot: "b")
        guard case .done(let process) = try writer.perform(.startProcess(Box(started)), at: second),
            case .claimed(let claims) = try writer.perform(
                .claim(Claim(process: process, queues: nil, slots: 100)), at: second),
            let claim = claims.first(where: { $0.job == job })
        else { return 0 }
        let failure = Outcome.Failure(
            errorType: "e", error: "", ranMicroseconds: 1, salt: 1, random: 0, isFinal: true)
        let outcome: Outcome =
            state == .failed
            ? .failed(Box(failure)) : .succeeded(Succeeded(ranMicroseconds: 1, salt: 1, result: []))
        try writer.perform(
            .finish(job: job, token: claim.token, outcome, actor: .process(process)), at: second)
        return job
    }

    private func set(_ scope: RetentionScope, days: Double?) throws {
        let keep = days.map { $0 == .infinity ? RetentionSet.forEver : UInt64($0 * day * 1e6) }
        let answer = try writer.perform(
            .retention(Box(.keep(scope, keep, reason: "", actor: .person("ann")))), at: 2)
        guard case .done = answer else { throw LogError(.badInput, "\(answer)") }
    }

    /// Which of the jobs leave when all that may is taken out so many days later.
    private func leaves(_ jobs: [SequenceNumber], afterDays days: Double) throws -> [SequenceNumber] {
        try writer.perform(.retention(Box(.retire(jobs, actor: .system))), at: 1 + days * day)
        return try storage.read { log in try jobs.filter { try Books.storedJob($0, in: log) == nil } }
    }

    @Test func `keep succeeded and cancelled jobs for a week and failed ones for ninety days where none was set`()
        throws
    {
        let jobs = try [job(.succeeded), job(.cancelled), job(.failed), job(.enqueued)]
        #expect(try leaves(jobs, afterDays: 6.99) == [])
        #expect(try leaves(jobs, afterDays: 7) == [jobs[0], jobs[1]])
        #expect(try leaves(jobs, afterDays: 89.99) == [jobs[0], jobs[1]])
        #expect(try leaves(jobs, afterDays: 90) == [jobs[0], jobs[1], jobs[2]])
        #expect(LogVerifier(storage).verify().verdict == .good)
    }

    @Test func `go by name and tenant before the state, and of those two by the longer`() throws {
        let jobs = try [
            job(.succeeded, name: "ping"), job(.succeeded, tenant: "acme"),
            job(.succeeded, name: "ping", tenant: "acme"),
            job(.succeeded), job(.failed, name: "ping"),
        ]
        try set(.name("ping"), days: 1)
        try set(.name("ping", .failed), days: 2)
        try set(.tenant("acme"), days: 30)
        try set(.succeeded, days: 3)
        #expect(try leaves(jobs, afterDays: 1) == [jobs[0]])
        #expect(try leaves(jobs, afterDays: 2) == [jobs[0], jobs[4]])
        #expect(try leaves(jobs, afterDays: 3) == [jobs[0], jobs[3], jobs[4]])
        #expect(try leaves(jobs, afterDays: 29) == [jobs[0], jobs[3], jobs[4]])
        try set(.tenant("acme"), days: .infinity)
        #expect(try leaves(jobs, afterDays: 3_000) == [jobs[0], jobs[3], jobs[4]])
        try set(.tenant("acme"), days: nil)
        #expect(try leaves(jobs, afterDays: 3) == jobs)
        #expect(LogVerifier(storage).verify().verdict == .good)
    }

    @Test func `leave alone what a hold is on, and nobody deletes that`() throws {
        let jobs = try [job(.succeeded), job(.succeeded, name: "other"), job(.succeeded, tenant: "acme")]
        let holds: [HoldScope] = [.job(JobID(rawValue: jobs[0])), .name("other"), .tenant("acme")]
        for hold in holds {
            try writer.perform(.retention(Box(.hold(hold, reason: "case 12", actor: .person("ann")))), at: 2)
        }
        #expect(try leaves(jobs, afterDays: 100) == [])
        for job in jobs {
            let answer = try writer.perform(.delete(job: job, reason: "", actor: .system), at: 3)
            guard case .refused = answer else {
                Issue.record("job \(job) was deleted")
                continue
            }
        }
        for hold in holds {
            try writer.perform(.retention(Box(.release(hold, reason: "", actor: .person("ann")))), at: 4)
        }
        #expect(try leaves(jobs, afterDays: 100) == jobs)
        #expect(LogVerifier(storage).verify().verdict == .good)
    }

    @Test func `leave alone what something unfinished needs, for as long as it does`() throws {
        let parent = try job(.failed)
        // It waits for a success that may still come: somebody may take the other one up again.
        let other = try job(.enqueued)
        let child = try job(.enqueued) { $0.after = [Dependency(.job(other), .any)] }
        try writer.perform(.cancel(job: other, expected: nil, reason: "", actor: .system), at: 1)
        #expect(try storage.read { try Books.storedJob(child, in: $0)?.state } == .enqueued)
        let keyed = try job(.succeeded) {
            $0.key = "k"
            $0.uniqueness = .window(microseconds: 100 * 86_400_000_000)
        }
        let made = try writer.perform(
            .batch(Box(.create(NewBatch(name: "b", isOpen: true, jobs: [], actor: .system)))))
        guard case .together(let answers) = made, case .done(let batch)? = answers.first else {
            Issue.record("no batch: \(made)")
            return
        }
        let inside = try writer.perform(
            .batch(Box(.create(NewBatch(name: "i", in: batch, isOpen: true, jobs: [], actor: .system)))))
        guard case .together(let answers) = inside, case .done(let inner)? = answers.first else {
            Issue.record("no batch: \(inside)")
            return
        }
        let member = try job(.cancelled) { $0.batch = inner }
        let jobs = [parent, other, keyed, member]
        #expect(try leaves(jobs, afterDays: 95) == [parent, other])
        try writer.perform(.batch(Box(.seal(inner, actor: .system))), at: 2)
        while try writer.turn(now: .second(2), { try $0.goOnTelling(limit: 10) }) {}
        #expect(try storage.read { try BatchRecord.of(inner, in: $0)?.standing } == .cancelled)
        // The batch around it goes on.
        #expect(try leaves(jobs, afterDays: 95) == [parent, other])
        try writer.perform(.batch(Box(.seal(batch, actor: .system))), at: 2)
        while try writer.turn(now: .second(2), { try $0.goOnTelling(limit: 10) }) {}
        #expect(try leaves(jobs, afterDays: 95) == [parent, other, member])
        #expect(try leaves(jobs, afterDays: 101) == jobs)
        #expect(LogVerifier(storage).verify().verdict == .good)
    }
}
