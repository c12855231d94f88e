internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// The simulation that Daybook checks itself with: its own jobs, all faults, and, on request, a planted bug that
/// must be found.
package struct SeededSimulation: Sendable {
    package var seed: UInt64
    package var hours: Double
    /// How many processes share the store at a time; drawn from the seed if nil.
    package var processes: Int?
    package var faults: SimulationFaults
    package var bug: PlantedBug?

    package init(
        seed: UInt64, hours: Double = 6, processes: Int? = nil, faults: SimulationFaults = .all,
        bug: PlantedBug? = nil
    ) {
        self.seed = seed
        self.hours = hours
        self.processes = processes
        self.faults = faults
        self.bug = bug
    }

    /// Bursts of jobs in one run, over all processes.
    private static let bursts: UInt64 = 22

    package func run() throws -> SimulationReport {
        var chance = Chance(seed: ~seed)
        let testimony = Testimony()
        let count = processes ?? Int(chance.within(2...3))
        let meanPause = try nanoseconds() * UInt64(count) / SeededSimulation.bursts
        let plan = SimulationPlan(
            processes: count, workers: Int(chance.within(1...6)), lease: .seconds(Int(chance.within(60...600))),
            register: { registry, process in
                let scenario = Scenario(world: process.world, process: process, testimony: testimony)
                registry.register("work", scenario.run)
                ScenarioRecurring.register(in: &registry, process)
                if process.number % 2 == 0 || process.world.isSettling { registry.register("rare", scenario.run) }
            },
            client: { engine, process in
                await ScenarioClient(
                    world: process.world, process: process, testimony: testimony, engine: engine,
                    meanPause: meanPause
                ).run()
            })
        return try play(plan, testimony)
    }

    func play(_ plan: SimulationPlan, _ testimony: Testimony?) throws -> SimulationReport {
        let world = try World(
            seed: seed, nanoseconds: nanoseconds(), faults: faults, plan: plan,
            saboteur: bug.map { Saboteur($0, seed: seed) })
        world.run()
        var report = world.report
        try Oracle(world, testimony).judge(&report)
        report.violations += world.thrown.violations
        world.unwind()
        return report
    }

    private static let hoursMax = 10_000.0

    private func nanoseconds() throws -> UInt64 {
        // What is no number is in no range.
        guard (0...SeededSimulation.hoursMax).contains(hours) else {
            throw Refusal(
                .badOption, "A simulation lasts 0 to 10,000 hours, and \(hours) is not among them; give another number."
            )
        }
        return UInt64(hours * Double(World.hour))
    }
}
