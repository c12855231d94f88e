import DaybookLog
import DaybookModel
import Testing

/// Plays random commands of two processes and keeps its own count of what runs under each key.
struct LimitOracle {
    private let seed: UInt64
    private var random: SeededGenerator
    private let storage = MemoryStorage()
    private let writer: LogWriter
    private var processes: [SequenceNumber] = []
    private var jobs: [SequenceNumber: Set<String>] = [:]
    private var running: [SequenceNumber: (claimed: Claimed, process: SequenceNumber)] = [:]
    private var limits: [String: Int] = [:]
    private var now = 1.0

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        writer = try LogWriter.opened(storage)
    }

    mutating func run(rounds: Int) throws {
        for _ in 0..<2 { try startProcess() }
        for _ in 0..<rounds {
            now += Double.random(in: 0...2, using: &random)
            try act()
        }
        try drain()
        let replay = Replay(storage)
        try replay.advance(to: .sequence(try storage.read { try $0.last }))
        #expect(try replay.dump.text() == storage.liveDump(), "seed \(seed)")
    }

    private mutating func startProcess() throws {
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        if case .done(let process) = try perform(.startProcess(Box(started))) { processes.append(process) }
    }

    private mutating func perform(_ command: Command) throws -> Answer { try writer.perform(command, at: now) }

    private mutating func act() throws {
        let actor = Actor.process(processes[0])
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<7: try enqueue()
        case 7..<13: try claim(slots: Int.random(in: 1...6, using: &random))
        case 13..<19: try endOne()
        case 19: try setLimit()
        case 20:
            if let job = jobs.keys.sorted().randomElement(using: &random) {
                _ = try perform(.cancel(job: job, expected: nil, reason: "", actor: actor))
                running[job] = nil
            }
        case 21:
            if let job = jobs.keys.sorted().randomElement(using: &random) {
                _ = try perform(.requeue(job: job, expected: nil, reason: "", actor: actor))
            }
        case 22: try die()
        default: _ = try writer.turn(now: .second(now)) { try $0.releaseDue(limit: 50) }
        }
    }

    private mutating func enqueue() throws {
        var created = Created.example(
            "job.\(Int.random(in: 0..<2, using: &random))", queue: Bool.random(using: &random) ? "a" : "b")
        created.priority = Int16.random(in: 0...1, using: &random)
        created.attempts = 100
        created.tenant = "t\(Int.random(in: 0..<3, using: &random))"
        if Bool.random(using: &random) { created.limitKeys = ["shop:\(Int.random(in: 0..<2, using: &random))"] }
        guard case .created(let job) = try perform(.enqueue(created)) else { return }
        jobs[job] = Set(created.limitScopes + ["name:" + created.name, "queue:" + created.queue])
    }

    @discardableResult
    private mutating func claim(slots: Int) throws -> Int {
        let process = processes.randomElement(using: &random)!
        guard case .claimed(let claimed) = try perform(.claim(Claim(process: process, queues: nil, slots: slots)))
        else {
            return 0
        }
        for one in claimed {
            for scope in jobs[one.job] ?? [] {
                guard let limit = limit(of: scope) else { continue }
                let count = running.keys.filter { jobs[$0]!.contains(scope) }.count
                #expect(count < limit, "seed \(seed): job \(one.job) is number \(count + 1) of \(limit) in \(scope)")
            }
            running[one.job] = (one, process)
        }
        return claimed.count
    }

    private func limit(of scope: String) -> Int? {
        if let own = limits[scope] { return own }
        return scope.hasPrefix("key:tenant:") ? limits["key:tenant:*"] : nil
    }

    private mutating func endOne() throws {
        guard let job = running.keys.sorted().randomElement(using: &random), let run = running[job] else { return }
        let (claimed, actor) = (run.claimed, Actor.process(run.process))
        func finish(_ outcome: Outcome) -> Command {
            .finish(job: job, token: claimed.token, outcome, actor: actor)
        }
        let failure = Outcome.Failure(errorType: "E", error: "e", ranMicroseconds: 1, salt: 1, random: 0)
        let command: Command =
            switch Int.random(in: 0..<7, using: &random) {
            case 0: .release(job: job, token: claimed.token, reason: "no slot", actor: actor)
            case 1: finish(.snoozed(microseconds: 1_000_000))
            case 2: finish(.failed(Box(failure)))
            case 3: .interrupt(job: job, token: claimed.token, reason: "lease", charged: false, actor: actor)
            default: finish(.succeeded(Succeeded(ranMicroseconds: 1)))
            }
        _ = try perform(command)
        running[job] = nil
    }

    /// A process ends with all that it runs.
    private mutating func die() throws {
        let process = processes.randomElement(using: &random)!
        for (job, run) in running.sorted(by: { $0.key < $1.key }) where run.process == process {
            _ = try perform(
                .interrupt(job: job, token: run.claimed.token, reason: "died", charged: false, actor: .system))
            running[job] = nil
        }
    }

    private mutating func setLimit() throws {
        let scopes: [LimitScope] = [.keys("tenant"), .key("tenant:t1"), .key("shop:0"), .job("job.0"), .queue("a")]
        let scope = scopes.randomElement(using: &random)!
        let count = Int.random(in: 0...4, using: &random)
        var limit: Limit? =
            count == 0
            ? nil : count == 1 && scope != .queue("a") && Bool.random(using: &random) ? .serial : .concurrency(count)
        if scope != .queue("a"), limit?.keepsOrder == false, Bool.random(using: &random) {
            limit?.weight = Int.random(in: 1...3, using: &random)
        }
        if case .done = try perform(.limit(scope, limit, reason: "", actor: .system)) {
            limits[scope.text] = limit?.concurrency
        }
    }

    /// Everything that is left can run to its end.
    private mutating func drain() throws {
        var idle = 0
        while idle < 3 {
            now += 5_000
            _ = try writer.turn(now: .second(now)) { try $0.releaseDue(limit: 1_000) }
            let before = try storage.read { try $0.last }
            try claim(slots: 50)
            for (job, run) in running.sorted(by: { $0.key < $1.key }) {
                _ = try perform(
                    .finish(
                        job: job, token: run.claimed.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                        actor: .process(run.process)))
                running[job] = nil
            }
            idle = try storage.read { try $0.last } == before ? idle + 1 : 0
        }
        let left = try storage.read { log in
            try jobs.keys.filter { try Books.storedJob($0, in: log)?.state.isFinished == false }.sorted()
        }
        #expect(left == [], "seed \(seed): these are stranded")
    }
}
