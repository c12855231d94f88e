public import Daybook
internal import DaybookModel

/// Your jobs on a machine where everything goes wrong, in virtual time, and the same each time.
///
///     let report = try Simulation(seed: 7) { registry in
///         registry.register(ChargeCard.self)
///     } client: { engine, client in
///         try await engine.enqueue(ChargeCard(order: 1), .key("order-1"))
///         try await client.sleep(for: .seconds(60))
///         try await engine.enqueue(ChargeCard(order: 2), .key("order-2"))
///     }.run(hours: 24)
///     #expect(report.violations.isEmpty)
///
/// Several processes share a store; they are killed, stopped and started anew, the clock is set, commits fail, all as
/// the seed has it. `client` runs in each process whenever it starts. Afterwards the faults stop, all that is left is
/// done, and the log is checked against the engine's promises; check your own with what your jobs left behind.
///
/// What a client throws is a violation, a refused `enqueue` too, unless a fault is behind it: its process dies, ends or
/// has lost the store, or a commit met a full disk.
///
/// Everything happens on the calling thread. Jobs and clients wait with `JobContext.sleep(for:)` and
/// ``SimulatedClient/sleep(for:)``, and start no tasks that run elsewhere: what waits for the real world is taken for
/// hanging.
public struct Simulation: Sendable {
    private let seed: UInt64
    private let plan: SimulationPlan
    private let faults: SimulationFaults

    /// What is simulated. `workers` is how many jobs each process runs at a time.
    public init(
        seed: UInt64, processes: Int = 2, workers: Int = 4, lease: Duration = .seconds(60),
        faults: SimulationFaults = .all, register: @escaping @Sendable (inout JobRegistry) -> Void,
        client: @escaping @Sendable (JobEngine, SimulatedClient) async throws -> Void
    ) {
        self.seed = seed
        self.faults = faults
        plan = SimulationPlan(
            processes: max(1, processes), workers: max(1, workers), lease: lease,
            register: { registry, _ in register(&registry) },
            client: { engine, process in
                do {
                    try await client(engine, SimulatedClient(process))
                } catch {
                    process.noteThrown(error)
                }
            })
    }

    /// Lets so many hours pass, and then as many as it takes to finish what is left. Throws if that is no number of
    /// hours that can pass, from 0 to ten thousand.
    public func run(hours: Double) throws -> SimulationReport {
        try SeededSimulation(seed: seed, hours: hours, faults: faults).play(plan, nil)
    }
}

/// What a client of a simulation knows of its world.
public struct SimulatedClient: Sendable {
    private let process: VirtualProcess

    init(_ process: VirtualProcess) {
        self.process = process
    }

    /// What time it is.
    public var now: Instant { process.world.time.now }
    /// Whether the faults have stopped and no new work should come.
    public var isEnding: Bool { process.world.isSettling }

    /// Waits in virtual time.
    public func sleep(for duration: Duration) async throws { try await process.world.time.sleep(for: duration) }
}
