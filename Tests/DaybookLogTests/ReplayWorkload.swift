import DaybookLog
import DaybookModel

/// Random numbers that come again for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Commands of all kinds in an order given by a seed, so that logs have whatever a log can have.
struct ReplayWorkload {
    private var random: SeededGenerator
    private let writer: LogWriter
    private(set) var now = Instant.second(0)
    private var processes: [SequenceNumber] = []
    private var jobs: [SequenceNumber] = []
    private var batches: [SequenceNumber] = []
    private var claims: [Claimed] = []
    private var turns = 0

    init(seed: UInt64, _ writer: LogWriter) {
        random = SeededGenerator(seed: seed)
        self.writer = writer
    }

    /// Runs so many turns, each one commit at most.
    mutating func run(turns: Int, after: (Instant) throws -> Void = { _ in }) throws {
        for _ in 0..<turns {
            try runTurn()
            try after(now)
        }
    }

    mutating func runTurn() throws {
        // Clocks step back now and then.
        now.microseconds += Int64.random(in: -50_000...5_000_000, using: &random)
        turns += 1
        let answers = try writer.turn(now: now) { turn in
            var answers: [Answer] = []
            if turns == 2 { try ReplayWorkload.keepAndArchive(&turn) }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                if Int.random(in: 0..<8, using: &random) == 0 {
                    _ = try turn.releaseDue(limit: 20)
                    _ = try turn.goOnTelling(limit: Int.random(in: 1...6, using: &random))
                } else if Int.random(in: 0..<4, using: &random) == 0 {
                    let command = try ReplayRecurring.command(in: turn.transaction, now: now, &random)
                    let answer = try turn.perform(.recurring(Box(command)))
                    if case .together(let made) = answer { answers += made }
                } else {
                    let command = command()
                    let answer = try turn.perform(command)
                    answers.append(answer)
                    if case .startProcess = command, case .done(at: let process) = answer { processes.append(process) }
                }
            }
            return answers
        }
        for case .created(let job) in answers { jobs.append(job) }
        for case .together(let made) in answers {
            for answer in made {
                if case .done(let batch) = answer { batches.append(batch) }
                if case .created(let job) = answer { jobs.append(job) }
            }
        }
        for case .claimed(let claimed) in answers { claims += claimed }
    }

    /// A rule, and what a log says that was archived once and is whole again, as an import makes it.
    private static func keepAndArchive(_ turn: inout Turn) throws {
        let rule = RetentionCommand.keep(.name("mail"), RetentionSet.forEver, reason: "", actor: .person("ann"))
        _ = try turn.perform(.retention(Box(rule)))
        let archived = Archived(
            first: 1, last: 1, digest: Array(repeating: 1, count: 32), head: Array(repeating: 2, count: 32),
            root: Array(repeating: 3, count: 32), base: Array(repeating: 4, count: 16), until: .second(0))
        try turn.record(Event(time: turn.now, actor: .person("ann"), body: .checkpoint(Box(archived))))
    }

    private mutating func command() -> Command {
        if Int.random(in: 0..<12, using: &random) == 0 { return aboutBatch() }
        guard let process = processes.randomElement(using: &random) else { return startProcess() }
        let actor = Actor.process(process, worker: UInt32.random(in: 0...3, using: &random))
        let person = Actor.person("ann")
        let job = jobs.randomElement(using: &random) ?? 1
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return startProcess()
        case 1: return .stopProcess(process)
        case 2: return .loseProcess(process, by: actor)
        case 3: return .cancel(job: job, expected: nil, reason: "no longer wanted", actor: person)
        case 4: return .requeue(job: job, expected: nil, reason: "", actor: person)
        case 5:
            return .reschedule(job: job, until: later(), expected: nil, reason: "not now", actor: person)
        case 6: return .delete(job: job, reason: "old", actor: person)
        case 7: return .pauseQueue(queue(), reason: "maintenance", actor: person)
        case 8, 9: return .resumeQueue(queue(), reason: "", actor: person)
        case 10..<20:
            let queues = Bool.random(using: &random) ? nil : [queue(), queue()]
            return .claim(
                Claim(process: process, worker: 1, queues: queues, slots: Int.random(in: 1...6, using: &random)))
        case 20..<28: return endOfClaim(actor)
        case 28...32: return inside(actor)
        case 33: return limit(person)
        default:
            return .enqueue(Box(created()), onConflict: [.existing, .replace, .refuse].randomElement(using: &random)!)
        }
    }

    /// A limit set, changed or taken away.
    private mutating func limit(_ person: Actor) -> Command {
        let scopes: [LimitScope] = [
            .queue("mail"), .job("job.1"), .job("job.2"), .key("tenant:t1"), .keys("tenant"), .key("shop:0"),
            .keys("shop"),
        ]
        let limits: [Limit?] = [nil, .serial, .concurrency(1), .concurrency(2), .concurrency(3)]
        return .limit(
            scopes.randomElement(using: &random)!, limits.randomElement(using: &random)!, reason: "load", actor: person)
    }

    private func startProcess() -> Command {
        .startProcess(
            Box(ProcessStarted(processID: 12, host: "here", user: "me", program: "test 1", boot: "b")))
    }

    private mutating func endOfClaim(_ actor: Actor) -> Command {
        guard !claims.isEmpty else { return .enqueue(Box(created()), onConflict: .existing) }
        // Some are left in the list and come back stale.
        let index = Int.random(in: 0..<claims.count, using: &random)
        let claim = claims[index]
        if Int.random(in: 0..<5, using: &random) > 0 { claims.remove(at: index) }
        func finish(_ outcome: Outcome) -> Command {
            .finish(job: claim.job, token: claim.token, outcome, actor: actor)
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .release(job: claim.job, token: claim.token, reason: "no slot", actor: actor)
        case 1: return .interrupt(job: claim.job, token: claim.token, reason: "died", charged: true, actor: actor)
        case 2: return .interrupt(job: claim.job, token: claim.token, reason: "died", charged: false, actor: actor)
        case 3: return finish(.snoozed(microseconds: 3_000_000))
        case 4: return finish(.cancelled(reason: "asked to"))
        case 5, 6:
            return finish(
                .failed(
                    Box(
                        Outcome.Failure(
                            errorType: "Timeout", error: "took too long – é", ranMicroseconds: 7, salt: random.next(),
                            random: random.next(), isFinal: claim.attempt > 2))))
        default:
            return finish(.succeeded(Succeeded(ranMicroseconds: 5, salt: random.next(), result: Array("{}".utf8))))
        }
    }

    /// Something that happens within a run, of which some have lost their claim.
    private mutating func inside(_ actor: Actor) -> Command {
        guard let claim = claims.randomElement(using: &random) else { return startProcess() }
        let run = RunReference(job: claim.job, token: claim.token, attempt: claim.attempt, actor: actor)
        let note = RunNote(
            run, logged: Logged(level: 3, howMany: 1, salt: random.next(), lines: ["a line – é"]),
            progressed: Progressed(millionths: random.next() % 1_000_000, salt: random.next(), text: "on"),
            reported: Reported(counters: Array("{\"n\":1}".utf8), salt: random.next(), statistics: [48]))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .note(Box(note))
        case 1:
            return .conclude(
                Box(
                    Conclusion(
                        note, .succeeded(Succeeded(ranMicroseconds: 3)), jobs: [Box(created()), Box(created())],
                        random: random.next(), salt: random.next())))
        default:
            let step = Stepped(
                step: "step-\(Int.random(in: 0..<4, using: &random))", salt: random.next(), result: [48])
            return .step(Box(step), of: run)
        }
    }

    private mutating func created() -> Created {
        let arguments = Array("{\"n\":\(random.next() % 1000)}".utf8)
        var created = Created(
            name: "job.\(Int.random(in: 0..<5, using: &random))", queue: queue(),
            attempts: UInt32.random(in: 1...4, using: &random), salt: random.next(), arguments: arguments)
        created.priority = Int16.random(in: -2...2, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { created.due = later() }
        if Int.random(in: 0..<4, using: &random) == 0 { created.expires = later() }
        if Int.random(in: 0..<4, using: &random) == 0 {
            created.key = "key:\(Int.random(in: 0..<12, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0: created.uniqueness = .waiting
            case 1: created.uniqueness = .window(microseconds: Int64.random(in: 1...30_000_000, using: &random))
            default: break
            }
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            created.requestID = "request-\(random.next() % 40)-from-a-caller"
        }
        if Int.random(in: 0..<6, using: &random) == 0 { created.retry = RetryPolicy.fixed(.seconds(2)).description }
        if Bool.random(using: &random) { created.tenant = "t\(Int.random(in: 0..<4, using: &random))" }
        if Int.random(in: 0..<4, using: &random) == 0 {
            created.limitKeys = ["shop:\(Int.random(in: 0..<3, using: &random))"]
        }
        if Int.random(in: 0..<6, using: &random) == 0 { created.tags = ["red", "round"] }
        if Int.random(in: 0..<2, using: &random) == 0 { created.after = dependencies() }
        return created
    }

    private mutating func aboutBatch() -> Command {
        let actor = Actor.person("ann")
        guard let batch = batches.randomElement(using: &random), Int.random(in: 0..<3, using: &random) > 0 else {
            let jobs = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                var job = created()
                (job.key, job.requestID) = (nil, nil)
                return Box(job)
            }
            let outer = Bool.random(using: &random) ? batches.suffix(6).randomElement(using: &random) ?? 0 : 0
            let isOpen = Bool.random(using: &random)
            return .batch(Box(.create(NewBatch(name: "b", in: outer, isOpen: isOpen, jobs: jobs, actor: actor))))
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .batch(Box(.seal(batch, actor: actor)))
        case 1: return .batch(Box(.cancel(batch, reason: "no", actor: actor)))
        default:
            var job = created()
            job.batch = batch
            return .enqueue(Box(job), onConflict: .existing)
        }
    }

    /// Recent jobs are waited for by many.
    private mutating func dependencies() -> [Dependency] {
        var parents = Set(
            (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                jobs.suffix(4).randomElement(using: &random)
            })
        if let any = jobs.randomElement(using: &random) { parents.insert(any) }
        if let batch = batches.last { parents.insert(batch) }
        return parents.sorted().map {
            Dependency(.job($0), AfterCondition.allCases.randomElement(using: &random)!)
        }
    }

    private mutating func queue() -> String {
        ["default", "mail", "a.queue:with-a-longer-name"].randomElement(using: &random)!
    }

    private mutating func later() -> Instant {
        Instant(microseconds: now.microseconds + Int64.random(in: -1_000_000...20_000_000, using: &random))
    }
}
