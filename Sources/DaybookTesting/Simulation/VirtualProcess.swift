internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// A process of the simulated machine: an engine, its tasks, and what the others see of it.
///
/// Unchecked because everything here happens on the simulation's one thread.
final class VirtualProcess: EngineDriver, @unchecked Sendable {
    /// Which of those that share the store at a time it is, or takes the place of.
    let slot: Int
    let number: Int32
    let boot: UInt8
    unowned let world: World
    let executor = VirtualExecutor()
    let signs: VirtualSigns
    private(set) var engine: JobEngine?
    private var driven: DrivenEngine?
    private var exits: [VirtualExits] = []
    private var working: Task<Void, Never>?

    /// Killed, or gone by itself.
    private(set) var isGone = false
    /// Whether its death has been dealt with, or there was none.
    var isForgotten = false
    /// Stopped until then.
    var stoppedUntil: UInt64 = 0
    /// When the writer hears the bell that has rung; it takes a moment to wake up.
    private var hearsAt: UInt64 = .max
    private var wakesAt: UInt64 = 0

    init(_ world: World, slot: Int, number: Int32, boot: UInt8) {
        self.world = world
        self.slot = slot
        self.number = number
        self.boot = boot
        signs = VirtualSigns(world.time)
    }

    /// The process as the log knows it.
    var event: SequenceNumber { signs.event }

    func start() throws {
        let seed = world.seed &* 1_000_003 &+ UInt64(number)
        let host = VirtualHost.facts(processID: number, boot: boot, time: world.time, seed: seed)
        var environment = EngineEnvironment(
            storage: ProcessStorage(self), bell: VirtualBell { [unowned self] in ring() }, signs: signs,
            neighbours: { [unowned self] in world.neighbours(of: self) },
            exits: { [unowned self] in watchExits($0) }, host: host, clock: world.time.clock, driver: self)
        environment.idleNanosecondsMax = .max / 4
        if let saboteur = world.saboteur {
            environment.rewrite = { [unowned self] in saboteur.rewrite($0, self) }
        }
        var options = EngineOptions()
        options.lease = world.plan.lease
        let engine = try JobEngine.open(in: environment, program: "simulated", options: options) { registry in
            world.plan.register(&registry, self)
        }
        self.engine = engine
        let workers = world.plan.workers
        working = Task(executorPreference: executor) { try? await engine.run(workers: workers) }
        Task(executorPreference: executor) { [world] in await world.plan.client(engine, self) }
    }

    func drive(_ engine: DrivenEngine) {
        driven = engine
        wakesAt = world.time.monotonicNanoseconds
    }

    private func watchExits(_ onEnd: @escaping @Sendable () -> Void) -> any ExitSignals {
        let watch = VirtualExits(onEnd)
        exits.append(watch)
        return watch
    }

    func ring() {
        guard hearsAt == .max else { return }
        hearsAt = world.time.monotonicNanoseconds + world.chance.below(60_000_000)
    }
    func tellOfExit() { for watch in exits { watch.tell() } }

    // MARK: What it can do next

    func isStopped(at now: UInt64) -> Bool { now < stoppedUntil }
    var hasStep: Bool { !executor.isIdle }
    func hasRound(at now: UInt64) -> Bool { driven != nil && now >= min(hearsAt, wakesAt) }

    /// When it does something by itself again, if nothing can happen now.
    func nextWake(after now: UInt64) -> UInt64 {
        if isStopped(at: now) { return stoppedUntil }
        return driven == nil ? .max : min(hearsAt, wakesAt)
    }

    func doStep(_ choose: (UInt64) -> UInt64) { _ = executor.runOne(width: 4, choose) }

    func doRound() {
        guard let driven else { return }
        hearsAt = .max
        guard let nanoseconds = driven.round() else {
            self.driven = nil
            if !isGone { world.writerEnded(self) }
            return
        }
        driven.lookForWaiters()
        let now = world.time.monotonicNanoseconds
        wakesAt = driven.fallAsleep() ? now + nanoseconds : now
    }

    /// Its client threw something. What a fault has brought about, or the end of the engine, is no fault of the client.
    func noteThrown(_ error: any Error) {
        guard !isGone, !VirtualProcess.isFault(error) else { return }
        world.thrown.note(error, after: world.lastEvent)
    }

    private static func isFault(_ error: any Error) -> Bool {
        if error is EngineClosed { return true }
        if let refusal = error as? Refusal { return refusal.code == .diskFull }
        guard let error = error as? LogError else { return false }
        return error.code == .diskFull || error.code == .unknownOutcome
    }

    // MARK: Its end

    /// From now on it does nothing and says nothing more.
    func end() {
        isGone = true
        signs.freeze()
    }

    /// Ends in good order.
    func leave() {
        guard let engine else { return }
        engine.stop()
        Task(executorPreference: executor) { [working, world] in
            await working?.value
            try? await engine.close()
            world.hasLeft(self)
        }
    }

    /// Lets go of what its tasks hold, after everything has been judged.
    func unwind() {
        end()
        engine?.stop()
        for _ in 0..<2 where driven != nil && driven?.round() == nil { driven = nil }
        var steps = 0
        while steps < 10_000, executor.runOne() { steps += 1 }
    }
}
