import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

private struct Broken: Error {}
private struct Flaky: Error {}

private struct Report: JobArguments {
    static let jobName = "report"
    static let options: [JobOption] = [
        .queue("reports"), .attempts(2), .metadata("locale", "en"), .metadata("team", "sales"),
        .displayName("Report of {month}"),
    ]
    var month: String
}

private struct Picky: JobArguments {
    static let jobName = "picky"
    static let options: [JobOption] = [.key("one"), .onConflict(.refuse)]
}

@Suite struct `An option` {
    @Test func `of a type is in nobody's way, also where middleware stands`() async throws {
        struct Silent: JobMiddleware {}
        try await withStoreFolder { folder in
            var options = EngineOptions()
            options.middleware = [Silent()]
            let engine = try JobEngine.open(folder, options: options)
            let mixed = [JobRequest("other", arguments: []), try JobRequest(Picky())]
            #expect(try await engine.enqueue(mixed).count == 2)
            try await engine.close()
        }
    }

    @Test(arguments: [true, false]) func `of a type says what happens where its key is taken`(
        isKnown: Bool
    ) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { if isKnown { $0.register(Picky.self) { _, _ in } } }
            let first = try await engine.enqueue(Picky())
            await #expect(throws: Refusal.self) { try await engine.enqueue(Picky()) }
            await #expect(throws: Refusal.self) { try await engine.enqueue(all: [Picky()]) }
            await #expect(throws: Refusal.self) { try await engine.enqueue([JobRequest(Picky())]) }
            if isKnown {
                await #expect(throws: Refusal.self) { try await engine.enqueue("picky", arguments: []) }
            }
            // What has no key is in nobody's way.
            await #expect(throws: Refusal.self) {
                try await engine.enqueue([JobRequest("other", arguments: []), JobRequest(Picky())])
            }
            try await engine.cancel(first.id)
            let mixed = try await engine.enqueue([JobRequest("other", arguments: []), JobRequest(Picky())])
            #expect(mixed.allSatisfy { !$0.wasThere })
            // Whoever enqueues has the last word.
            #expect(try await engine.enqueue(Picky(), .onConflict(.existing)).id == mixed[1].id)
            try await engine.close()
        }
    }

    @Test func `for a conflict is refused where there can be none`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            // As it is where nobody says anything.
            _ = try await engine.enqueue("n", arguments: [], [.onConflict(.existing)])
            for policy in [ConflictPolicy.replace, .reschedule, .refuse] {
                let refusal = await #expect(throws: Refusal.self) {
                    try await engine.enqueue("n", arguments: [], [.onConflict(policy)])
                }
                #expect(refusal?.code == .badOption)
                await #expect(throws: Refusal.self) {
                    try await engine.enqueue([JobRequest("n", arguments: [], [.onConflict(policy)])])
                }
                let second = await #expect(throws: Refusal.self) {
                    let requests = [
                        JobRequest("n", arguments: []), JobRequest("n", arguments: [], [.onConflict(policy)]),
                    ]
                    return try await engine.enqueue(requests)
                }
                #expect(second?.description.hasPrefix("Job 2 of 2: ") == true)
            }
            let other = try await engine.enqueue("n", arguments: [], [.requestID("r"), .onConflict(.refuse)])
            #expect(
                try await engine.enqueue("n", arguments: [], [.requestID("r"), .onConflict(.refuse)]).id == other.id)
            try await engine.close()
        }
    }

    private func created(_ options: [JobOption]) async throws -> Created {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            let job = try await engine.enqueue("n", arguments: Array("[7]".utf8), options)
            guard case .created(let created)? = try engine.events(of: job.id).first?.body else {
                throw JobOutcome.stop(reason: "the first event creates no job")
            }
            try await engine.close()
            return created.value
        }
    }

    @Test func `of the type holds unless the call says otherwise`() async throws {
        try await withStoreFolder { folder in
            let seen = Mutex<JobContext?>(nil)
            let engine = try JobEngine.open(folder) {
                $0.register(Report.self) { _, context in seen.withLock { $0 = context } }
            }
            let job = try await engine.enqueue(Report(month: "May"), .queue("urgent"), .metadata("locale", "de"))
            try await engine.working(1) { try await job.result() }
            let context = try #require(seen.withLock { $0 })
            #expect(context.queue == "urgent")
            #expect(context.attempts == 2)
            #expect(context.metadata == ["locale": "de", "team": "sales"])
            #expect(context.displayName == "Report of May")
            try await engine.close()
        }
    }

    @Test func `stands in the job's first event`() async throws {
        let created = try await created([
            .metadata("trace", "a=b"), .metadata("trace", "c=d"), .displayName("Invoice {0}"),
            .retry(only: Broken.self, Flaky.self), .retry(neverNamed: ["timeout"]), .onExhaustion(.discard),
            .argumentsVersion(4),
        ])
        #expect(created.metadata == ["trace=c=d"])
        #expect(created.display == "Invoice {0}")
        #expect(created.retryOnly == ["Broken", "Flaky"])
        #expect(created.retryNever == ["timeout"])
        #expect(created.isDiscardedOnExhaustion)
        #expect(created.argumentsVersion == 4)
    }

    @Test(arguments: OptionTables.refused)
    func `beyond its limit is refused with a sentence`(_ options: [JobOption], _ sentence: String) async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder)
            let before = try engine.read { try $0.last }
            let refusal = await #expect(throws: Refusal.self) {
                try await engine.enqueue("n", arguments: [], options)
            }
            #expect(refusal?.description.contains(sentence) == true, "\(refusal?.description ?? "")")
            #expect(try engine.read { try $0.last } == before)
            try await engine.close()
        }
    }

    @Test(arguments: OptionTables.retries)
    func `for retries decides what follows a failure`(
        _ options: [JobOption], _ state: JobState, _ runs: Int, _ reason: String
    ) async throws {
        try await withStoreFolder { folder in
            let count = Mutex(0)
            let engine = try JobEngine.open(folder) {
                $0.register("n") { _, _ in
                    count.withLock { $0 += 1 }
                    throw Broken()
                }
            }
            let job = try await engine.enqueue(
                "n", arguments: [], [.attempts(3), .retry(.fixed(.zero))] + options)
            try await engine.working(1) { try await engine.wait { try job.state()?.isFinished == true } }
            #expect(try job.state() == state)
            #expect(count.withLock { $0 } == runs)
            let events = try engine.events(of: job.id)
            switch events.last?.body {
            case .failed(let failure)?: #expect(failure.value.reason.contains(reason))
            case .cancelled(let said)?:
                #expect(said == reason)
                // The last error is kept, and led to it.
                guard case .attemptFailed(let failure)? = events.dropLast().last?.body else {
                    Issue.record("no error before it")
                    return
                }
                #expect(failure.value.errorType == "Broken")
            default: Issue.record("\(String(describing: events.last))")
            }
            try await engine.close()
        }
    }
}

/// What is too much to type-check in one expression beside the test.
private enum OptionTables {
    static let refused: [([JobOption], String)] = [
        ([.metadata("not good", "x")], "The metadata's key is not a name"),
        ([.metadata("k", String(repeating: "x", count: 8_192))], "The metadata has 8194 bytes; 8192 are allowed."),
        ((0..<33).map { .metadata("k\($0)", "") }, "33 pieces of metadata; 32 are allowed"),
        ([.displayName(String(repeating: "x", count: 257))], "The display name has 257 bytes; 256 are allowed."),
        ([.retry(onlyNamed: ["a\nnever=b"])], #""a\nnever=b" is no error's type"#),
        ([.retry(neverNamed: [""])], "is no error's type"),
        ([.retry(neverNamed: [String(repeating: "x", count: 400)])], "The rules for retries take 415 bytes"),
        (
            [.retry(.exponential(total: .seconds(1))), .retry(onlyNamed: (0..<99).map(String.init))],
            "The rules for retries take"
        ),
        ([.timeout(.seconds(-1))], "A timeout of 0 would end each run before it begins"),
        ([.delay(.seconds(Int64.max))], "due after the year 9999"),
        ([.expires(after: .seconds(Int64.max))], "expire after the year 9999"),
        ([.argumentsVersion(65_536)], "The version of the arguments is too high: give 1 to 65535."),
        ([.argumentsVersion(0)], "0 is no version of arguments: give 1 to 65535."),
        ((0..<65).map { .tags("t\($0)") }, "65 tags; 64 are allowed"),
        ([.attempts(0)], "Attempts count the first run too"),
    ]

    static let retries: [([JobOption], JobState, Int, String)] = [
        ([.retry(only: Flaky.self)], JobState.failed, 1, "errors of this type are not to be retried"),
        ([.retry(only: Broken.self)], .failed, 3, "attempts exhausted"),
        ([.retry(only: Broken.self), .retry(never: Broken.self)], .failed, 1, "errors of this type"),
        ([.retry(never: Flaky.self)], .failed, 3, "attempts exhausted"),
        ([.onExhaustion(.discard)], .cancelled, 3, "discarded: attempts exhausted"),
        (
            [.onExhaustion(.discard), .retry(.exponential(first: .seconds(9), total: .seconds(1)))], .cancelled, 1,
            "discarded: total time exhausted"
        ),
        ([.onExhaustion(.discard), .retry(never: Broken.self)], .failed, 1, "errors of this type"),
    ]
}
