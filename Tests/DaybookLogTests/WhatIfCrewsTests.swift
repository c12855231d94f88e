import DaybookLog
import DaybookModel
import Testing

/// Several processes that work side by side on a log in memory, in virtual time. Which of those that are free takes a
/// job is chance, and so they may claim some ahead, for which no worker is free yet; after a while they give them back.
/// They die, and are told to stop; each time another takes the place.
private final class Crews {
    struct Unexpected: Error {}

    private struct Crew {
        let process: SequenceNumber
        var running: [Run] = []
        /// Claimed, but not begun.
        var ahead: [(claimed: Claimed, until: Double)] = []
        var isStopping = false
    }

    private struct Run {
        let claimed: Claimed
        let worker: UInt32
        let seconds: Double
        let ends: Double
    }

    private enum Event { case load(Int), limit(LimitScope, Limit), death, stop, close, found(SequenceNumber), start }

    let storage = MemoryStorage()
    private let writer: LogWriter
    private let slots: Int
    private let aheadMax: Int
    private var chance: SeededGenerator
    private var crews: [Crew] = []
    private var dead: [Crew] = []
    private var events: [(at: Double, what: Event)] = []

    init(slots: Int, ahead: Int, seed: UInt64) throws {
        writer = try LogWriter.opened(storage)
        self.slots = slots
        aheadMax = ahead
        chance = SeededGenerator(seed: seed)
    }

    /// Three processes, and something that happens to one of them every second or so, unless these are quiet days.
    func work(seconds: Int, isQuiet: Bool = false) throws {
        for index in 0..<3 { events.append((2 + Double(index) / 100, .start)) }
        for index in 0..<seconds * 2 {
            events.append((3 + Double(index) / 2 + drawn(to: 0.4), .load(Int(drawn(to: 20 * Double(slots))) + 1)))
        }
        for index in 0..<(isQuiet ? 0 : seconds) {
            events.append((3.5 + Double(index) + drawn(to: 0.9), drawn(to: 1) < 0.6 ? .death : .stop))
        }
        events.sort { $0.at < $1.at }
        try play()
    }

    private func play() throws {
        while let now = next {
            while let first = events.first, first.at <= now {
                events.removeFirst()
                try perform(first.what, now)
            }
            for crew in crews.map(\.process).shuffled(using: &chance) { try look(crew, now) }
        }
    }

    /// More jobs than can be done in the time, of three tenants that may have two each at once.
    func workUnderLimit(seconds: Double) throws {
        events = [(2, .limit(LimitScope(text: "key:tenant:*")!, .concurrency(2))), (2.1, .load(500))]
        for index in 0..<3 { events.append((2.2 + Double(index) / 100, .start)) }
        for index in 0..<3 { events.append((2 + seconds + drawn(to: 0.1) * Double(index), .close)) }
        try play()
    }

    private var next: Double? {
        let ends = crews.flatMap { $0.running.map(\.ends) + $0.ahead.map(\.until) }
        return (ends + [events.first?.at].compactMap { $0 }).min()
    }

    private func drawn(to limit: Double) -> Double { Double.random(in: 0..<limit, using: &chance) }

    private func add(_ event: Event, at second: Double) {
        let place = events.firstIndex { $0.at > second } ?? events.count
        events.insert((second, event), at: place)
    }

    private func perform(_ event: Event, _ now: Double) throws {
        switch event {
        case .load(let count):
            try turn(at: now) { turn in
                for index in 0..<count {
                    var created = Created.example("load")
                    created.tenant = "t\(index * 7_919 % 3)"
                    _ = try turn.perform(.enqueue(created))
                }
            }
        case .limit(let scope, let limit):
            try turn(at: now) { _ = try $0.perform(.limit(scope, limit, reason: "", actor: .system)) }
        case .start:
            let started = ProcessStarted(
                processID: 1, host: "h", user: "u", program: "p", boot: "b", runs: ["load"])
            var process: SequenceNumber?
            try turn(at: now) {
                if case .done(let number) = try $0.perform(.startProcess(Box(started))) { process = number }
            }
            guard let process else { throw Unexpected() }
            crews.append(Crew(process: process))
        case .death:
            guard let place = crews.indices.randomElement(using: &chance) else { return }
            let crew = crews.remove(at: place)
            dead.append(crew)
            add(.found(crew.process), at: now + 0.02 + drawn(to: 0.02))
            add(.start, at: now + 0.1)
        case .stop:
            guard let place = crews.indices.randomElement(using: &chance) else { return }
            crews[place].isStopping = true
            add(.start, at: now + 0.3)
        case .close:
            if let place = crews.firstIndex(where: { !$0.isStopping }) { crews[place].isStopping = true }
        case .found(let process):
            guard let place = dead.firstIndex(where: { $0.process == process }) else { throw Unexpected() }
            let crew = dead.remove(at: place)
            try turn(at: now) { turn in
                for run in crew.running {
                    _ = try turn.perform(
                        .interrupt(
                            job: run.claimed.job, token: run.claimed.token, reason: "died", charged: true,
                            actor: .system))
                }
                for (claimed, _) in crew.ahead { try giveBack(claimed, "died", &turn) }
                _ = try turn.perform(.loseProcess(process, by: .system))
            }
        }
    }

    private func turn(at second: Double, _ body: (inout Turn) throws -> Void) throws {
        try writer.turn(now: .second(second), body)
    }

    /// A process ends what has run long enough, and takes others in their place; or goes, once it is told to and done.
    private func look(_ process: SequenceNumber, _ now: Double) throws {
        guard let place = crews.firstIndex(where: { $0.process == process }) else { throw Unexpected() }
        var crew = crews[place]
        let ended = crew.running.filter { $0.ends <= now }
        crew.running.removeAll { $0.ends <= now }
        begin(&crew, now)
        let unwanted = crew.ahead.filter { $0.until <= now || crew.isStopping }
        crew.ahead.removeAll { $0.until <= now || crew.isStopping }
        let free = slots - crew.running.count
        let claims = !crew.isStopping && free > 0
        let isDone = crew.isStopping && crew.running.isEmpty
        guard !ended.isEmpty || !unwanted.isEmpty || claims || isDone else { return }
        try turn(at: now) { turn in
            for run in ended {
                let outcome = Outcome.succeeded(Succeeded(ranMicroseconds: UInt64(run.seconds * 1_000_000)))
                _ = try turn.perform(
                    .finish(
                        job: run.claimed.job, token: run.claimed.token, outcome,
                        actor: .process(process, worker: run.worker)))
            }
            for (claimed, _) in unwanted { try self.giveBack(claimed, "no worker came free", &turn) }
            if isDone { _ = try turn.perform(.stopProcess(process)) }
            guard claims else { return }
            _ = try turn.releaseDue(limit: 100)
            let claim = Claim(process: process, queues: nil, slots: free + self.aheadMax, runs: Runnable(["load"]))
            guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { throw Unexpected() }
            crew.ahead += claimed.map { ($0, now + 0.025) }
            self.begin(&crew, now)
        }
        if isDone { crews.remove(at: place) } else { crews[place] = crew }
    }

    /// Workers that are free begin what was claimed.
    private func begin(_ crew: inout Crew, _ now: Double) {
        while crew.running.count < slots, !crew.ahead.isEmpty {
            let claimed = crew.ahead.removeFirst().claimed
            let worker = (1...slots).first { number in !crew.running.contains { $0.worker == number } }
            let seconds = 0.02 + drawn(to: 0.08)
            crew.running.append(
                Run(claimed: claimed, worker: UInt32(worker ?? 0), seconds: seconds, ends: now + seconds))
        }
    }

    private func giveBack(_ claimed: Claimed, _ reason: String, _ turn: inout Turn) throws {
        _ = try turn.perform(.release(job: claimed.job, token: claimed.token, reason: reason, actor: .system))
    }
}

/// One at a time: each takes a processor for as long as it runs, and others need one now and then.
@Suite(.serialized) struct `A recording of processes side by side` {
    @Test(arguments: 1...(runsEverything ? 20 : 5))
    func `gives what was recorded, whichever of them took a job`(seed: UInt64) throws {
        for slots in [1, 4] {
            let row = try row(slots: slots, ahead: 0, seed)
            #expect(row.simulated == row.recorded, "seed \(seed), \(slots) workers each")
        }
    }

    @Test(arguments: 1...(runsEverything ? 20 : 5))
    func `gives what was recorded where they claimed ahead, within three percent`(seed: UInt64) throws {
        for slots in [1, 4] {
            let row = try row(slots: slots, ahead: 2, isQuiet: true, seed)
            expect(row, within: 3, "seed \(seed), \(slots) workers each")
        }
    }

    /// Every second or so one of three dies here, or has to go, with what it had claimed ahead.
    @Test(arguments: 1...(runsEverything ? 20 : 5))
    func `has all that ran where they claimed ahead and died, and waits within eight percent`(seed: UInt64) throws {
        for slots in [1, 4] {
            let row = try row(slots: slots, ahead: 2, seed)
            expect(row, within: 8, "seed \(seed), \(slots) workers each")
        }
    }

    /// It does not say what a process would have taken at the moment at which it left off, so there may be a run more.
    @Test(arguments: 1...(runsEverything ? 5 : 2))
    func `has what ran within one percent where a limit held others up until the end`(seed: UInt64) throws {
        for (slots, ahead) in [(1, 2), (1, 0), (2, 2), (4, 0), (4, 2)] {
            let crews = try Crews(slots: slots, ahead: ahead, seed: seed)
            try crews.workUnderLimit(seconds: 4)
            let row = try #require(try report(crews).rows.first)
            let (was, would) = (row.recorded, row.simulated)
            let what: Comment = "seed \(seed), \(slots) workers each, \(ahead) ahead"
            #expect(was.unfinished > 20 && was.runs > 100, what)
            #expect(abs(would.runs - was.runs) * 100 <= was.runs, what)
            #expect(abs(would.succeeded - was.succeeded) * 100 <= was.succeeded, what)
            expectWaits(was, would, within: 8, what)
        }
    }

    private func expect(_ row: WhatIfReport.Row, within percent: Int64, _ what: Comment) {
        let (was, would) = (row.recorded, row.simulated)
        #expect(would.succeeded == was.succeeded && would.runs == was.runs && would.took == was.took, what)
        expectWaits(was, would, within: percent, what)
    }

    private func expectWaits(
        _ was: WhatIfReport.Measures, _ would: WhatIfReport.Measures, within percent: Int64, _ what: Comment
    ) {
        for (one, other) in [(was.waitHalf, would.waitHalf), (was.wait90, would.wait90)] {
            #expect(abs(one - other) * 100 <= one * percent, what)
        }
    }

    private func row(slots: Int, ahead: Int, isQuiet: Bool = false, _ seed: UInt64) throws -> WhatIfReport.Row {
        let crews = try Crews(slots: slots, ahead: ahead, seed: seed)
        try crews.work(seconds: 10, isQuiet: isQuiet)
        let report = try report(crews)
        let row = try #require(report.rows.first)
        #expect(row.recorded.jobs > 50)
        #expect(report.drawnRuns == 0)
        return row
    }

    private func report(_ crews: Crews) throws -> WhatIfReport {
        try WhatIfReport(of: crews.storage, WhatIf(), seed: 1)
    }
}
