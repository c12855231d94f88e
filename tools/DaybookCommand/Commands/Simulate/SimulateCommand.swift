import DaybookModel
import DaybookTesting

enum SimulateCommand {
    static let seed = Option("--seed", ValueKind<UInt64>.number("S", in: 0...UInt64.max), "the seed to run from")
    static let seeds = Option("--seeds", ValueKind<ClosedRange<UInt64>>.range, "several seeds, one after the other")
    static let hours = Option(
        "--hours", ValueKind<Int>.number("H", in: 1...10_000), "virtual hours in which things go wrong (6)")
    static let workers = Option(
        "--workers", ValueKind<Int>.number("W", in: 1...16), "processes that share the store (2 or 3, by the seed)")
    static let faults = Option(
        "--faults", .text("LIST"), "what goes wrong: crash, power, stop, clock, storage; all or none (all)")
    static let bug = Option("--bug", ValueKind<PlantedBug>.word("NAME"), "plants a mistake that has to be found")

    static let description = CommandDescription(
        "simulate", "runs the engine on a virtual machine where everything goes wrong, and checks its promises",
        discussion: [
            "The same seed is the same run. The last line says the hash of the log, how many events it has, and "
                + "how many "
                + "promises were not kept.",
            "With --seeds A-B the sums and averages over all of them; with --bug it stops at the first seed that finds "
                + "it.",
        ],
        options: [
            seed.description, seeds.description, hours.description, workers.description, faults.description,
            bug.description,
        ]
    ) { call, context in
        var simulation = SeededSimulation(seed: 0)
        simulation.hours = Double(try call.value(hours) ?? 6)
        simulation.processes = try call.value(workers)
        simulation.bug = try call.value(bug)
        if let list = try call.value(faults) {
            guard let faults = SimulationFaults(names: list) else {
                throw Failure.wrongCall(
                    "--faults needs some of crash, power, stop, clock, storage, or all, or none, separated by commas.")
            }
            simulation.faults = faults
        }
        let range: ClosedRange<UInt64>
        switch (try call.value(seed), try call.value(seeds)) {
        case (let seed?, nil): range = seed...seed
        case (nil, let seeds?): range = seeds
        default: throw Failure.wrongCall("Say from which seed: --seed S, or --seeds A-B.")
        }
        try SimulatedSeeds(simulation, range, context).run()
    }
}

extension ValueKind where Value == ClosedRange<UInt64> {
    /// Two numbers with a dash between them.
    static var range: ValueKind {
        ValueKind("A-B") { text, label throws(Failure) in
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
                throw .wrongCall("\(label) needs a first and a last seed, such as 1-1000, not \(quoted(text)).")
            }
            return first...last
        }
    }
}
