import DaybookLog
import DaybookModel
import Testing

/// Processes that work one after the other on a log in memory, in virtual time, and end in some way.
private final class Shifts {
    enum Ending { case stop, giveUp, death }

    struct Unexpected: Error {}

    private struct Run {
        let claimed: Claimed
        let worker: UInt32
        let ends: Double
    }

    let storage = MemoryStorage()
    private let writer: LogWriter
    private var running: [Run] = []
    private var process: SequenceNumber = 0

    init() throws { writer = try LogWriter.opened(storage) }

    func enqueue(_ count: Int, dueEvery second: Double? = nil, _ change: (inout Created) -> Void = { _ in }) throws {
        try writer.turn(now: .second(1)) { turn in
            for index in 0..<count {
                var created = Created.example("load")
                change(&created)
                if let second { created.due = .second(2 + second * Double(index)) }
                _ = try turn.perform(.enqueue(created))
            }
        }
    }

    /// Works from one second until another with three workers, then ends. Who dies is found dead when the next begins.
    func work(
        from begin: Double, until end: Double, _ ending: Ending, quiet: Range<Double>? = nil
    ) throws {
        try turn(at: begin) { turn in
            for run in self.running {
                _ = try turn.perform(
                    .interrupt(
                        job: run.claimed.job, token: run.claimed.token, reason: "died", charged: true, actor: .system))
            }
            if !self.running.isEmpty { _ = try turn.perform(.loseProcess(self.process, by: .system)) }
            self.running = []
            let started = ProcessStarted(
                processID: 1, host: "h", user: "u", program: "p", boot: "b", runs: ["load"])
            guard case .done(let process) = try turn.perform(.startProcess(Box(started))) else { throw Unexpected() }
            self.process = process
        }
        var next: Double? = begin
        var wishes: [(at: Double, wish: ProcessWish)] = []
        if let quiet { wishes = [(quiet.lowerBound, .quiet), (quiet.upperBound, .resume)] }
        while let now = [next, wishes.first?.at].compactMap({ $0 }).min(), now <= end {
            if let first = wishes.first, first.at == now {
                let command = Command.askProcess(process, first.wish, reason: "", actor: .person("ann"))
                try turn(at: now) { _ = try $0.perform(command) }
                wishes.removeFirst()
            }
            next = try look(at: now, claims: quiet?.contains(now) != true)
        }
        switch ending {
        case .death: break
        case .giveUp:
            try turn(at: end) { turn in
                for run in self.running {
                    _ = try turn.perform(
                        .interrupt(
                            job: run.claimed.job, token: run.claimed.token, reason: "stopping", charged: false,
                            actor: .process(self.process, worker: run.worker)))
                }
                _ = try turn.perform(.stopProcess(self.process))
            }
            running = []
        case .stop:
            var now = end
            var next = running.map(\.ends).min()
            while !running.isEmpty, let soonest = next {
                now = soonest
                next = try look(at: now, claims: false)
            }
            try turn(at: now) { _ = try $0.perform(.stopProcess(self.process)) }
        }
    }

    /// Somebody asks the process to take nothing more; whether it hears that is another thing.
    func ask(quietAt second: Double) throws {
        try writer.perform(.askProcess(process, .quiet, reason: "", actor: .person("ann")), at: second)
    }

    /// So many may start in each second.
    func limit(perSecond count: Int) throws {
        let limit = Limit.rate(count, per: .seconds(1))
        try writer.perform(.limit(LimitScope(text: "name:load")!, limit, reason: "", actor: .person("ann")))
    }

    /// Somebody writes something that is no work.
    func write(at second: Double) throws {
        try writer.perform(.pauseQueue("other", reason: "", actor: .person("ann")), at: second)
    }

    private func turn(at second: Double, _ body: (inout Turn) throws -> Void) throws {
        try writer.turn(now: .second(second), body)
    }

    /// Ends what has run long enough, and claims in its place. Answers when to look again.
    private func look(at now: Double, claims: Bool) throws -> Double? {
        var due: Instant?
        try turn(at: now) { turn in
            for run in self.running where run.ends <= now {
                let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: UInt64(Shifts.seconds(run) * 1_000_000)))
                _ = try turn.perform(
                    .finish(
                        job: run.claimed.job, token: run.claimed.token, outcome,
                        actor: .process(self.process, worker: run.worker)))
            }
            self.running.removeAll { $0.ends <= now }
            due = try turn.releaseDue(limit: 100)
            if claims { try self.claim(&turn, now) }
            due = [due, try turn.nextOpening()].compactMap(\.self).min()
        }
        return (running.map(\.ends) + [due].compactMap { $0.map(Shifts.second) }).min()
    }

    private func claim(_ turn: inout Turn, _ now: Double) throws {
        let claim = Claim(process: process, queues: nil, slots: 3 - running.count, runs: Runnable(["load"]))
        guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { throw Unexpected() }
        for one in claimed {
            let worker = (1...3).first { number in !running.contains { $0.worker == number } }
            let run = Run(claimed: one, worker: UInt32(worker ?? 0), ends: 0)
            running.append(Run(claimed: one, worker: run.worker, ends: now + Shifts.seconds(run)))
        }
    }

    private static func seconds(_ run: Run) -> Double {
        run.claimed.job % 10 == 0 ? 3 : 0.2 + Double(run.claimed.job * 7_919 % 100) / 1_000
    }

    private static func second(_ instant: Instant) -> Double {
        Double(instant.microseconds - Instant.second(0).microseconds) / 1_000_000
    }

    /// The recording under the policy that there was, for all jobs together.
    func report() throws -> WhatIfReport.Row { try WhatIfReport(of: storage, WhatIf(), seed: 1).rows[0] }

    func expectSame(_ row: WhatIfReport.Row, runs: ClosedRange<Int>) {
        #expect(row.simulated == row.recorded)
        #expect(runs.contains(row.recorded.runs), "\(row.recorded.runs) runs")
    }
}

@Suite struct `A recording whose processes end` {
    @Test func `has none of them take a job once it was told to stop`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(300)
        for begin in [2.0, 10, 18] { try shifts.work(from: begin, until: begin + 4, .stop) }
        shifts.expectSame(try shifts.report(), runs: 60...150)
    }

    @Test func `has none of them work between its death and the moment at which it was found`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(300)
        for begin in [2.0, 20, 40] { try shifts.work(from: begin, until: begin + 4.1, .death) }
        // The last was found by nobody; somebody wrote a minute later.
        try shifts.write(at: 100)
        shifts.expectSame(try shifts.report(), runs: 30...60)
    }

    @Test func `has runs that were given up hold their workers until then`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(300)
        for begin in [2.0, 10, 18] { try shifts.work(from: begin, until: begin + 4.1, .giveUp) }
        shifts.expectSame(try shifts.report(), runs: 60...150)
    }

    @Test func `has jobs wait that came due while nobody was there`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(100, dueEvery: 0.5)
        for begin in [2.0, 24] { try shifts.work(from: begin, until: begin + 10.07, .death) }
        try shifts.write(at: 100)
        let row = try shifts.report()
        shifts.expectSame(row, runs: 40...90)
        #expect(row.recorded.waitMost > 5_000_000)
    }

    @Test func `has a death end a job whose last attempt it took`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(100) { $0.attempts = 1 }
        for begin in [2.0, 10, 18] { try shifts.work(from: begin, until: begin + 4.1, .death) }
        try shifts.work(from: 26, until: 30, .stop)
        let row = try shifts.report()
        shifts.expectSame(row, runs: 30...100)
        #expect(row.recorded.failed >= 5)
    }

    @Test func `has no job expire while nobody is there to see it`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(100) { $0.expires = .second(10) }
        try shifts.work(from: 2, until: 6, .stop)
        try shifts.write(at: 20)
        let row = try shifts.report()
        shifts.expectSame(row, runs: 15...60)
        #expect(row.recorded.cancelled == 0 && row.recorded.unfinished > 40)
    }

    @Test func `has jobs expire while somebody waits for his last runs`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(100) { $0.expires = .second(8) }
        try shifts.work(from: 2, until: 7.9, .stop)
        try shifts.write(at: 20)
        let row = try shifts.report()
        shifts.expectSame(row, runs: 15...60)
        #expect(row.recorded.cancelled > 40 && row.recorded.unfinished == 0)
    }

    @Test func `has nobody awake who died, though he was asked to be quiet after that`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(100) { $0.expires = .second(10) }
        try shifts.work(from: 2, until: 4.1, .death)
        try shifts.ask(quietAt: 6)
        try shifts.write(at: 20)
        let row = try shifts.report()
        shifts.expectSame(row, runs: 5...60)
        #expect(row.recorded.cancelled == 0)
    }

    /// A window that nobody opens is not waited for.
    @Test(.timeLimit(.minutes(1)))
    func `comes to its own end where a rate holds jobs up and nobody is there for an hour`() throws {
        let shifts = try Shifts()
        try shifts.limit(perSecond: 2)
        try shifts.enqueue(300)
        for begin in [2.0, 3_600] { try shifts.work(from: begin, until: begin + 6.9, .death) }
        shifts.expectSame(try shifts.report(), runs: 15...60)
    }

    @Test func `has a process that was asked to be quiet take nothing`() throws {
        let shifts = try Shifts()
        try shifts.enqueue(300)
        try shifts.work(from: 2, until: 6, .stop, quiet: 3.03..<5.05)
        shifts.expectSame(try shifts.report(), runs: 15...60)
    }

    @Test func `comes to its own end where thousands of jobs are there at once that only another can run`() throws {
        let storage = MemoryStorage()
        let writer = try LogWriter.opened(storage)
        var processes: [String: SequenceNumber] = [:]
        for name in ["mine", "theirs"] {
            let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b", runs: [name])
            guard case .done(let process) = try writer.perform(.startProcess(Box(started))) else { continue }
            processes[name] = process
        }
        func run(_ name: String, at second: Double) throws {
            let process = try #require(processes[name])
            let claim = Claim(process: process, queues: nil, slots: 1, runs: Runnable([name]))
            var claimed: [Claimed] = []
            for _ in 0..<9 where claimed.isEmpty {
                if case .claimed(let jobs) = try writer.perform(.claim(claim), at: second) { claimed = jobs }
            }
            let job = try #require(claimed.first)
            let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: 1_000_000))
            try writer.perform(
                .finish(job: job.job, token: job.token, outcome, actor: .process(process, worker: 1)), at: second + 1)
        }
        for name in ["mine", "theirs"] {
            try writer.perform(.enqueue(.example(name)), at: 2)
            try run(name, at: 2)
        }
        try writer.turn(now: .second(4)) { turn in
            for _ in 0..<3_000 { _ = try turn.perform(.enqueue(.example("theirs"))) }
            _ = try turn.perform(.enqueue(.example("mine")))
        }
        try run("mine", at: 4)
        let row = try #require(try WhatIfReport(of: storage, WhatIf(), seed: 1).rows.first { $0.name == "mine" })
        #expect(row.recorded.succeeded == 2 && row.simulated.succeeded == 2)
    }
}
