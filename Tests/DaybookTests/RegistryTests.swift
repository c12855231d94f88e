import Daybook
import DaybookLog
import DaybookModel
import Synchronization
import Testing

private struct Invoice: JobArguments {
    static let jobName = "invoice"
    typealias Output = String
    var number: Int
}

private struct InvoiceTwo: JobArguments {
    static let jobName = "invoice"
    static let jobVersion = 3
    static let upcasts: [JobUpcast] = [
        .from(1) { Array(#"{"numbers":"#.utf8) + $0.drop { $0 != UInt8(ascii: ":") }.dropFirst() },
        .from(2, Middle.self) { InvoiceTwo(numbers: [$0.numbers]) },
    ]
    typealias Output = String
    var numbers: [Int]

    struct Middle: Codable { var numbers: Int }
}

@Suite struct `A registered handler` {
    @Test func `runs jobs whose type only says what they are, in a scope of its own`() async throws {
        let said = Mutex<[String]>([])
        let scope = JobScope { context in
            said.withLock { $0.append("begin \(context.name)") }
            return 40
        } end: { value, error in
            said.withLock { $0.append("end \(value) \(error == nil ? "well" : "badly")") }
        }
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register(Invoice.self, in: scope) { invoice, value, _ in
                    guard invoice.number > 0 else { throw JobOutcome.stop(reason: "no number") }
                    return "\(invoice.number + value)"
                }
            }
            try await engine.working(1) {
                let good = try await engine.enqueue(Invoice(number: 2))
                #expect(try await good.result() == "42")
                let bad = try await engine.enqueue(Invoice(number: 0))
                await #expect(throws: JobEndedBadly.self) { try await bad.result() }
            }
            try await engine.close()
        }
        #expect(said.withLock { $0 } == ["begin invoice", "end 40 well", "begin invoice", "end 40 badly"])
    }

    @Test func `has failed if its scope cannot be ended well`() async throws {
        struct CannotCommit: Error {}
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                let scope = JobScope { _ in
                    0
                } end: { _, error in
                    if error == nil { throw CannotCommit() }
                }
                $0.register(Invoice.self, in: scope) { _, _, _ in "done" }
            }
            let job = try await engine.enqueue(Invoice(number: 1), .attempts(1))
            try await engine.working(1) { try await engine.wait { try job.state() == .failed } }
            guard case .failed(let failure)? = try engine.events(of: job.id).last?.body else {
                Issue.record("it has not failed")
                return
            }
            #expect(failure.value.errorType == "CannotCommit")
            try await engine.close()
        }
    }

    @Test func `reads arguments of all versions that its upcasts lead from`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register(InvoiceTwo.self) { invoice, context in
                    "\(invoice.numbers) from \(context.argumentsVersion)"
                }
            }
            try await engine.working(1) {
                let first = try await engine.enqueue(
                    "invoice", arguments: Array(#"{"number":1}"#.utf8), [.argumentsVersion(1)])
                #expect(String(decoding: try await first.result(), as: UTF8.self) == #""[1] from 1""#)
                let second = try await engine.enqueue(
                    "invoice", arguments: Array(#"{"numbers":2}"#.utf8), [.argumentsVersion(2)])
                #expect(String(decoding: try await second.result(), as: UTF8.self) == #""[2] from 2""#)
                let third = try await engine.enqueue(InvoiceTwo(numbers: [3]))
                #expect(try await third.result() == "[3] from 3")
                // What is asked for by name is what its type says here, unless the call says otherwise.
                let fourth = try await engine.enqueue("invoice", arguments: Array(#"{"numbers":[4]}"#.utf8))
                #expect(String(decoding: try await fourth.result(), as: UTF8.self) == #""[4] from 3""#)
            }
            try await engine.close()
        }
    }

    private struct Card: JobArguments {
        static let jobName = "card"
        static let options: [JobOption] = [.queue("cards"), .attempts(4)]
        static let secretFields: Set<String> = ["pin"]
        var pin: String
    }

    @Test func `is known by name, too: options and secrets of its type hold for raw arguments`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { $0.register(Card.self) { _, _ in } }
            let pin = Array(#"{"pin":"1234"}"#.utf8)
            let alone = try await engine.enqueue("card", arguments: pin)
            let together = try await engine.enqueue([
                JobRequest("card", arguments: pin), JobRequest("other", arguments: pin),
            ])
            let made = try ([alone] + together).map { job in
                try #require(try engine.read { try $0.creation(of: job.id.rawValue) }).value
            }
            #expect(made.map(\.queue) == ["cards", "cards", "default"])
            #expect(made.map(\.attempts) == [4, 4, 11] && made.map(\.secret) == [["pin"], ["pin"], []])
            let own = try await engine.enqueue("card", arguments: pin, [.queue("mine")])
            #expect(try engine.job(own.id)?.queue == "mine")
            try await engine.recurring.set(RecurringJob("yearly", "card", arguments: pin, nil))
            let fired = try await engine.recurring.trigger("yearly")
            let yearly = try #require(try engine.read { try $0.creation(of: fired.id.rawValue) }).value
            #expect(yearly.secret == ["pin"] && yearly.queue == "cards" && yearly.attempts == 4)
            try await engine.recurring.set(
                RecurringJob("monthly", "card", arguments: pin, nil, [.job(.queue("mine"))]))
            let monthly = try #require(try engine.recurring.one("monthly")).set.job
            #expect(monthly.queue == "mine" && monthly.attempts == 4)
            try await engine.close()
        }
    }

    @Test func `is known by name to recurring jobs in code, and to runs that make further jobs`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register(Card.self) { _, _ in }
                $0.register(InvoiceTwo.self) { _, _ in "" }
                $0.register("order") { _, context in
                    try context.enqueue("card", arguments: Array(#"{"pin":"1234"}"#.utf8))
                    try context.enqueue("card", arguments: [], [.queue("mine")])
                }
                $0.recurring(RecurringJob("yearly", "invoice", arguments: [], nil))
            }
            #expect(try #require(try engine.recurring.one("yearly")).set.job.argumentsVersion == 3)
            let order = try await engine.enqueue("order", arguments: [])
            try await engine.working(1) {
                try await engine.wait { try order.state() == .succeeded }
            }
            let made = try engine.jobs(JobFilter(name: "card")).reversed().map { job in
                try #require(try engine.read { try $0.creation(of: job.id.rawValue) }).value
            }
            #expect(made.map(\.queue) == ["cards", "mine"] && made.map(\.attempts) == [4, 4])
            #expect(made.map(\.secret) == [["pin"], ["pin"]])
            try await engine.close()
        }
    }

    @Test(arguments: [
        (
            { @Sendable (jobs: inout JobRegistry) in
                jobs.register("a") { _, _ in }
                jobs.register("a") { _, _ in }
            }, #"The job "a" cannot be run: it was registered twice; keep one of the two."#
        ),
        (
            { @Sendable (jobs: inout JobRegistry) in jobs.register("not good") { _, _ in } },
            "The name under which a job was registered is not a name: use 1 to 128 letters"
        ),
        (
            { @Sendable (jobs: inout JobRegistry) in jobs.register("a", versions: 0...2) { _, _ in } },
            "its versions are not within 1 to 65535"
        ),
        (
            { @Sendable (jobs: inout JobRegistry) in jobs.register(TwoUpcasts.self) { _, _ in } },
            "it has two upcasts from version 1"
        ),
        (
            { @Sendable (jobs: inout JobRegistry) in jobs.register(LateUpcast.self) { _, _ in } },
            "it has an upcast from version 1, which is not older than its version 1"
        ),
        (
            { @Sendable (jobs: inout JobRegistry) in
                jobs.registerFallback { _, _ in }
                jobs.registerFallback { _, _ in }
            }, "A fallback was registered twice"
        ),
    ])
    func `that cannot work keeps the engine from opening, with a sentence`(
        _ register: @Sendable (inout JobRegistry) -> Void, _ sentence: String
    ) async throws {
        try await withStoreFolder { folder in
            let error = #expect(throws: RegistrationError.self) { try JobEngine.open(folder, register) }
            #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
            // Nothing is left behind that would keep it from opening without the fault.
            try await JobEngine.open(folder).close()
        }
    }
}

private struct TwoUpcasts: JobArguments {
    static let jobName = "two"
    static let jobVersion = 2
    static let upcasts: [JobUpcast] = [.from(1) { $0 }, .from(1) { $0 }]
}

private struct LateUpcast: JobArguments {
    static let jobName = "late"
    static let upcasts: [JobUpcast] = [.from(1) { $0 }]
}

@Suite struct `A job that a process cannot run` {
    /// What happened, but for claims that were given back because on a busy machine no worker came in time.
    private func kinds(_ engine: JobEngine, _ job: JobID) throws -> [String] {
        var kinds: [String] = []
        for event in try engine.events(of: job) {
            if case .returned = event.body {
                kinds.removeLast()
            } else {
                kinds.append(EventKind(rawValue: event.body.kind)?.name ?? "?")
            }
        }
        return kinds
    }

    /// Another process, as far as the log is concerned.
    private func process(_ engine: JobEngine, running texts: [String]) async throws -> SequenceNumber {
        let started = ProcessStarted(processID: 1, host: "", user: "", program: "other", boot: "", runs: texts)
        guard case .done(let process) = try await engine.perform(.startProcess(Box(started))) else { return 0 }
        return process
    }

    @Test func `is left to a live process that can, and parked unclaimed when that one is gone`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) {
                $0.register("old") { _, _ in }
                $0.register("new", versions: 1...1) { _, _ in }
            }
            let other = try await process(engine, running: ["new@2-4"])
            // What cannot be run here stands before what can.
            let job = try await engine.enqueue("new", arguments: [], [.argumentsVersion(2)])
            let known = try await engine.enqueue("old", arguments: [])
            try await engine.working(1) {
                try await engine.wait { try known.state() == .succeeded }
                #expect(try kinds(engine, job.id) == ["created"])
                // One that is quiet will go on.
                _ = try await engine.perform(.askProcess(other, .quiet, reason: "", actor: .system))
                let another = try await engine.enqueue("old", arguments: [])
                try await engine.wait { try another.state() == .succeeded }
                #expect(try kinds(engine, job.id) == ["created"])
                _ = try await engine.perform(.loseProcess(other, by: .system))
                try await engine.wait { try job.state() == .parked }
            }
            #expect(try kinds(engine, job.id) == ["created", "parked"])
            let reason = "no process that has the store open can run new with arguments of version 2"
            #expect(try engine.events(of: job.id).last?.body == .parked(reason: reason))
            try await engine.close()

            // It goes on by itself when a process comes that can run it.
            let new = try JobEngine.open(folder) { $0.register("new", versions: 1...2) { _, _ in } }
            try await new.working(1) { try await new.wait { try new.state(of: job.id) == .succeeded } }
            #expect(try kinds(new, job.id) == ["created", "parked", "enqueued", "claimed", "succeeded"])
            #expect(try new.record(job.id)?.attempt == 1)
            try await new.close()
        }
    }

    @Test func `stays parked while none comes that knows its version`() async throws {
        try await withStoreFolder { folder in
            for versions in [1...1, 3...4] {
                let engine = try JobEngine.open(folder) { $0.register("n", versions: versions) { _, _ in } }
                let job = try await engine.enqueue("n", arguments: [], [.key("one"), .argumentsVersion(2)])
                try await engine.working(1) { try await engine.wait { try job.state() == .parked } }
                #expect(try kinds(engine, job.id).filter { $0 != "duplicate" } == ["created", "parked"])
                try await engine.close()
            }
        }
    }

    @Test func `does not stand in the way of those behind it, however many there are`() async throws {
        try await withStoreFolder { folder in
            let engine = try JobEngine.open(folder) { $0.register("known") { _, _ in } }
            for _ in 0..<3 {
                _ = try await engine.enqueue((0..<1_000).map { _ in JobRequest("unknown", arguments: []) })
            }
            let last = try await engine.enqueue("known", arguments: [])
            try await engine.working(1) { try await engine.wait { try last.state() == .succeeded } }
            let parked = try engine.read { log in
                var books = Books()
                return try books.queue("default", in: log)?[.parked]
            }
            #expect(parked == 3_000)
            try await engine.close()
        }
    }
}
