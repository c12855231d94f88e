// One machine, its processes and its time, on one thread. There is always a list of what could happen next: a step of a
// task, a round of a writer. Chance picks one, a little time passes, and so on; when nothing can happen, time jumps to
// where something will. Everything that decides is drawn from the seed, so the same seed is the same run.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// What the processes of a simulation are to do.
struct SimulationPlan: Sendable {
    var processes: Int
    var workers: Int
    var lease: Duration
    var register: @Sendable (inout JobRegistry, VirtualProcess) -> Void
    var client: @Sendable (JobEngine, VirtualProcess) async -> Void

    /// As the engine takes it, which knows a least.
    var leaseNanoseconds: UInt64 {
        var options = EngineOptions()
        options.lease = lease
        return options.leaseNanoseconds
    }
}

/// Unchecked because everything here happens on the simulation's one thread.
final class World: @unchecked Sendable {
    let seed: UInt64
    let time = VirtualTime()
    let memory: MemoryStorage
    let plan: SimulationPlan
    let saboteur: Saboteur?
    var faults: SimulationFaults
    var chance: Chance
    private(set) var isSettling = false
    private(set) var report: SimulationReport
    private(set) var commits: [VirtualCommit] = []
    /// Everyone who ever was.
    private(set) var processes: [VirtualProcess] = []
    /// Those whose end has not been dealt with.
    private var visible: [VirtualProcess] = []
    /// Who is alive, by slot.
    private var slots: [VirtualProcess?]
    private var boot: UInt8 = 1
    private var agenda = Agenda()
    private let chaosMean: UInt64
    private let nanoseconds: UInt64
    /// What clients threw that no fault explains.
    var thrown = ThrownErrors()
    /// A step of the wall clock that waits for the next commit, so that it comes while something goes on.
    private var pendingStep: Int64 = 0

    static let hour: UInt64 = 3_600_000_000_000

    init(
        seed: UInt64, nanoseconds: UInt64, faults: SimulationFaults, plan: SimulationPlan, saboteur: Saboteur?
    ) throws {
        self.seed = seed
        self.nanoseconds = nanoseconds
        self.faults = faults
        self.plan = plan
        self.saboteur = saboteur
        chance = Chance(seed: seed)
        memory = try VirtualHost.store(time, identity: seed)
        slots = Array(repeating: nil, count: plan.processes)
        report = SimulationReport(seed: seed)
        report.processes = plan.processes
        chaosMean = max(1, nanoseconds / 20)
    }

    // MARK: Running

    /// Lets its time pass with all that may go wrong, then lets everything come to its end without.
    func run() {
        let start = time.monotonicNanoseconds
        for slot in slots.indices { agenda.add(.start(slot: slot), at: start + chance.below(1_000_000_000)) }
        agenda.add(.chaos, at: start + chance.span(mean: chaosMean))
        pass(until: start + nanoseconds)
        settle()
        report.hours = Double(time.monotonicNanoseconds - start) / Double(World.hour)
    }

    /// No faults from here on: what is not finished after this never will be.
    private func settle() {
        isSettling = true
        faults = []
        pendingStep = 0
        agenda = Agenda()
        for slot in slots.indices {
            slots[slot]?.stoppedUntil = 0
            // All are replaced by processes that can run everything.
            if let process = slots[slot] { kill(process, counts: false) }
            agenda.add(.start(slot: slot), at: time.monotonicNanoseconds)
        }
        for _ in 0..<400 {
            pass(until: time.monotonicNanoseconds + World.hour / 2)
            if isQuiet { break }
        }
    }

    /// Whether no job waits for anything but people.
    private var isQuiet: Bool {
        let queues = try? memory.read { log in
            var books = Books()
            return try books.allQueues(in: log)
        }
        return queues?.allSatisfy {
            $0[.processing] + $0[.scheduled] == 0 && ($0[.enqueued] == 0 || $0.isPaused)
        } ?? true
    }

    private func pass(until end: UInt64) {
        while true {
            let now = time.monotonicNanoseconds
            guard now < end else { return }
            while let action = agenda.takeDue(now) { perform(action, now) }
            time.wakeSleepers()
            if !doSomething(now) { jump(from: now, to: end) }
        }
    }

    /// Picks one of the things that could happen. False if there is none.
    private func doSomething(_ now: UInt64) -> Bool {
        var count: UInt64 = 0
        for process in slots {
            guard let process, !process.isStopped(at: now) else { continue }
            if process.hasStep { count += 1 }
            if process.hasRound(at: now) { count += 1 }
        }
        guard count > 0 else { return false }
        var chosen = count == 1 ? 0 : chance.below(count)
        for process in slots {
            guard let process, !process.isStopped(at: now) else { continue }
            if process.hasStep {
                if chosen == 0 {
                    process.doStep { chance.below($0) }
                    time.advance(to: now + 1_000 + chance.below(100_000))
                    return true
                }
                chosen -= 1
            }
            if process.hasRound(at: now) {
                if chosen == 0 {
                    process.doRound()
                    time.advance(to: now + 50_000 + chance.below(2_000_000))
                    return true
                }
                chosen -= 1
            }
        }
        return false
    }

    private func jump(from now: UInt64, to end: UInt64) {
        var next = min(end, agenda.next ?? end, time.nextWake ?? end)
        for process in slots { if let process { next = min(next, process.nextWake(after: now)) } }
        time.advance(to: max(next, now + 1_000))
    }

    /// Where the log ends.
    var lastEvent: SequenceNumber { (try? memory.read { try $0.last }) ?? 0 }

    // MARK: What processes do to each other

    func neighbours(of one: VirtualProcess) -> [Neighbour] {
        visible.removeAll { $0.isForgotten }
        return visible.compactMap { other in
            guard other !== one, other.event != 0 else { return nil }
            let report = saboteur?.report(other) ?? other.signs.report
            return Neighbour(
                event: other.event, processID: other.number, isAlive: !other.isGone,
                boot: [UInt8](repeating: other.boot, count: 16), timeNamespace: 1, report: report,
                forget: { other.isForgotten = true })
        }
    }

    func noteCommit(_ events: ClosedRange<SequenceNumber>, by process: VirtualProcess, _ past: MemoryStorage.Past?) {
        commits.append(
            VirtualCommit(events: events, monotonic: time.monotonicNanoseconds, process: process.event))
        saboteur?.noteCommit(by: process, past)
        for other in slots where other !== process { other?.ring() }
        if pendingStep != 0 {
            step(pendingStep)
            pendingStep = 0
        }
    }

    /// A process whose store is lost to it is of no use any more; it ends soon, and another comes.
    func writerEnded(_ process: VirtualProcess) {
        agenda.add(.crash(process), at: time.monotonicNanoseconds + chance.below(5_000_000_000))
    }

    func kill(_ process: VirtualProcess, counts: Bool = true) {
        guard !process.isGone else { return }
        process.end()
        if saboteur?.forgetsLastCommit(of: process, memory) == true { commits.removeLast() }
        if counts { report.crashes += 1 }
        if process.event == 0 { process.isForgotten = true }
        vacate(process)
        // Whoever watches the process hears of it at once; who does not sees it at the next look around.
        for other in slots where chance.once(in: 2) { other?.tellOfExit() }
    }

    func hasLeft(_ process: VirtualProcess) {
        guard !process.isGone else { return }
        process.end()
        process.isForgotten = !process.signs.isLeftToOthers
        vacate(process)
    }

    private func vacate(_ process: VirtualProcess) {
        guard slots[process.slot] === process else { return }
        slots[process.slot] = nil
        let pause = chance.once(in: 3) ? chance.below(1_000_000) : chance.below(120_000_000_000)
        agenda.add(.start(slot: process.slot), at: time.monotonicNanoseconds + pause)
    }

    // MARK: What goes wrong

    func drawCommitFault() -> CommitFault? {
        guard !faults.isDisjoint(with: [.crash, .storage]), chance.once(in: 100) else { return nil }
        switch chance.below(5) {
        case 0 where faults.contains(.crash): return .crashBefore
        case 1 where faults.contains(.crash): return .crashAfter
        case 2 where faults.contains(.storage): return .unknownLost
        case 3 where faults.contains(.storage): return .unknownKept
        case 4 where faults.contains(.storage): return .full
        default: return nil
        }
    }

    private func perform(_ action: Agenda.Action, _ now: UInt64) {
        switch action {
        case .start(let slot): start(slot)
        case .crash(let process): kill(process)
        case .clock(let microseconds): step(microseconds)
        case .chaos:
            agenda.add(.chaos, at: now + chance.span(mean: chaosMean))
            goWrong(now)
        }
    }

    private func start(_ slot: Int) {
        guard slots[slot] == nil else { return }
        let process = VirtualProcess(self, slot: slot, number: Int32(1_000 + processes.count), boot: boot)
        processes.append(process)
        visible.append(process)
        slots[slot] = process
        do {
            try process.start()
        } catch {
            kill(process, counts: false)
        }
    }

    private func goWrong(_ now: UInt64) {
        let index = Int(chance.below(UInt64(slots.count)))
        guard let victim = slots[index] else { return }
        // Where only some things may go wrong, those do.
        switch (0..<8).lazy.map({ _ in self.chance.below(20) }).first(where: mayHappen) {
        case .some(0..<10): kill(victim)
        case .some(10..<14):
            report.stops += 1
            victim.stoppedUntil = now + chance.below(3 * min(plan.leaseNanoseconds, World.hour))
        case .some(14..<17):
            let spans: [UInt64] = [1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000]
            let span = Int64(chance.below(spans[Int(chance.below(4))]) + 1)
            let by = chance.once(in: 2) ? span : -span
            if chance.once(in: 2) { step(by) } else { pendingStep = by }
            // Most who set a clock wrongly set it right again.
            if chance.below(4) > 0 { agenda.add(.clock(-by), at: now + chance.below(World.hour)) }
        case 17:
            boot &+= 1
            for process in slots { if let process { kill(process) } }
        case .some(18...): victim.leave()
        default: break
        }
    }

    private func mayHappen(_ choice: UInt64) -> Bool {
        switch choice {
        case 0..<10: faults.contains(.crash)
        case 10..<14: faults.contains(.stop)
        case 14..<17: faults.contains(.clock)
        case 17: faults.contains(.power)
        default: !isSettling
        }
    }

    private func step(_ microseconds: Int64) {
        report.clockSteps += 1
        time.stepWallClock(microseconds: microseconds)
        // A clock that was set wakes nobody, but some happen to wake.
        for process in slots where chance.once(in: 2) { process?.ring() }
    }

    // MARK: The end of the world

    /// Lets go of all tasks. Nothing that happens here is looked at.
    func unwind() {
        for process in processes { process.end() }
        time.endAllSleep()
        for process in processes { process.unwind() }
    }
}
