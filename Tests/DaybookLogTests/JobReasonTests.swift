import DaybookModel
import Testing

@testable import DaybookLog

/// The facts behind the sentence: whoever words them anew has no more of them than the sentence tells.
@Suite struct `The facts of why a job is not running` {
    private let canary = "canary-7f21"

    private func why(
        _ job: SequenceNumber, in limited: LimitedLog, isOpen: Bool = true, seenBy tenant: String? = nil,
        seesQueues: Bool = true, inSight: ProcessesInSight = .unknown
    ) throws -> JobExplanation {
        try limited.storage.read { log in
            try JobExplanation(of: job, in: log, isOpen: isOpen, seenBy: tenant, seesQueues: seesQueues) { inSight }
        }
    }

    private func fail(_ limited: LimitedLog) throws -> SequenceNumber {
        let claimed = try #require(try limited.claim(1).first)
        let failure = Outcome.Failure(errorType: "Jam", error: canary, ranMicroseconds: 5, salt: 3, random: 7)
        try limited.writer.perform(
            .finish(job: claimed.job, token: claimed.token, .failed(Box(failure)), actor: .system))
        return claimed.job
    }

    @Test func `have an error only for those who may see it`() throws {
        let limited = try LimitedLog()
        _ = try limited.enqueue { $0.attempts = 1 }
        let job = try fail(limited)
        let open = try why(job, in: limited)
        #expect("\(open.reason)".contains(canary) && open.sentence.contains(canary))
        let closed = try why(job, in: limited, isOpen: false)
        #expect(!"\(closed.reason)".contains(canary), "\(closed.reason)")
        #expect(!closed.sentence.contains(canary))
    }

    @Test func `have the key of a limit only for those who may see it`() throws {
        let limited = try LimitedLog()
        try limited.limit(.keys("customer"), .concurrency(1))
        let jobs = try (0..<2).map { _ in try limited.enqueue { $0.limitKeys = ["customer:\(canary)"] } }
        _ = try limited.claimAll()
        guard case .limited(let wait?, nil) = try why(jobs[1], in: limited).reason else {
            Issue.record("it waits for no limit")
            return
        }
        #expect(wait.scope == "key:customer:\(canary)" && wait.limit == .concurrency(1))
        #expect(wait.line == .init(held: 1, waiting: 1, place: .number(1)))
        let closed = try why(jobs[1], in: limited, isOpen: false)
        #expect(!"\(closed.reason)".contains(canary), "\(closed.reason)")
        #expect(!closed.sentence.contains(canary))
    }

    @Test func `count no jobs of others for those of a tenant`() throws {
        let limited = try LimitedLog()
        try limited.limit(.key("shared"), .concurrency(1))
        _ = try (0..<3).map { _ in try limited.enqueue { $0.limitKeys = ["shared"] } }
        let waits = try limited.enqueue("acme") { $0.limitKeys = ["shared"] }
        for _ in 0..<4 { try limited.enqueue("other") { $0.queue = "q" } }
        let ready = try limited.enqueue("acme") { $0.queue = "q" }
        _ = try limited.claim(1)
        guard case .limited(let all?, nil) = try why(waits, in: limited).reason,
            case .limited(let own?, nil) = try why(waits, in: limited, seenBy: "acme").reason
        else {
            Issue.record("it waits for no limit")
            return
        }
        #expect(all.line?.waiting == 3 && own.line == nil)
        let told = JobReason.Turn(queue: "q", ahead: .exactly(4), runsAlone: false, lone: .none)
        #expect(try why(ready, in: limited).reason == .ready(told))
        let turn = JobReason.Turn(queue: "q", ahead: .others, runsAlone: false, lone: .none)
        #expect(try why(ready, in: limited, seenBy: "acme").reason == .ready(turn))
    }

    @Test func `have who paused a queue and why only for those who see queues`() throws {
        let limited = try LimitedLog()
        let job = try limited.enqueue()
        try limited.writer.perform(
            .pauseQueue("default", reason: canary, actor: .person("ann", client: "ann@host daybook")))
        guard case .paused(let pause) = try why(job, in: limited).reason else {
            Issue.record("its queue is not paused")
            return
        }
        // Who stood behind the name is told nowhere in the sentence.
        #expect(pause.by?.reason == canary && pause.by?.actor == .person("ann"))
        let untold = JobReason.paused(JobReason.Pause(queue: "default", by: nil))
        #expect(try why(job, in: limited, seesQueues: false).reason == untold)
        #expect(try why(job, in: limited, seenBy: "acme").reason == untold)
    }

    @Test func `name no job of another tenant that is waited for`() throws {
        let limited = try LimitedLog()
        let parent = try limited.enqueue("other")
        let job = try limited.enqueue("acme") { $0.after = [Dependency(.job(parent), .success)] }
        #expect(
            try why(job, in: limited).reason
                == .awaiting(.others([.job(parent, .enqueued)], .success, open: 1, all: 1)))
        let told = try why(job, in: limited, seenBy: "acme")
        #expect(told.reason == .awaiting(.others([.hiddenJob], .success, open: 1, all: 1)))
        #expect(told.sentence == "It waits for the success of a job of another tenant.")
    }

    @Test func `say which processes are there`() throws {
        let limited = try LimitedLog()
        let job = try limited.enqueue()
        let nobody = try why(job, in: limited, inSight: .seen(alive: [], serving: []))
        #expect(nobody.reason == .unattended(.nobody))
        #expect(nobody.sentence == "It is ready, and no process has the store open to run it.")
    }
}
