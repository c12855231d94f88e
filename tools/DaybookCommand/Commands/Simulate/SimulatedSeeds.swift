import DaybookModel
import DaybookTesting

/// Runs one seed after the other and adds up what they did.
struct SimulatedSeeds {
    private let simulation: SeededSimulation
    private let seeds: ClosedRange<UInt64>
    private let context: CommandContext

    private var runs = 0
    private var events = 0
    private var crashes = 0
    private var clockSteps = 0
    private var processes = 0
    private var hours = 0.0
    private var violations = 0
    /// All seeds' hashes, mixed in order.
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var lastHash = ""

    init(_ simulation: SeededSimulation, _ seeds: ClosedRange<UInt64>, _ context: CommandContext) {
        self.simulation = simulation
        self.seeds = seeds
        self.context = context
    }

    consuming func run() throws {
        var progress = self
        try progress.runAll()
    }

    private mutating func runAll() throws {
        for seed in seeds {
            var one = simulation
            one.seed = seed
            let report = try one.run()
            add(report)
            try tell(report)
            // A planted bug is found or not; once is enough.
            if let bug = simulation.bug, report.violations.contains(where: { $0.promise == bug.breaks }) { break }
        }
        try sum()
        guard violations == 0 else {
            throw Failure.no(
                "\(violations) promises were not kept; `daybook simulate --seed` with the seed in front of each "
                    + "shows it again."
            )
        }
    }

    private mutating func add(_ report: SimulationReport) {
        runs += 1
        events += report.events
        crashes += report.crashes
        clockSteps += report.clockSteps
        processes += report.processes
        hours += report.hours
        violations += report.violations.count
        lastHash = report.hash
        for byte in report.hash.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    private func tell(_ report: SimulationReport) throws {
        guard !context.isJSON else { return }
        for violation in report.violations {
            let found = simulation.bug.map { violation.promise == $0.breaks ? " (\($0.rawValue))" : "" } ?? ""
            try context.output.line("seed \(report.seed): \(violation)\(found)")
        }
    }

    private func sum() throws {
        let hash = runs == 1 ? lastHash : String(hash, radix: 16)
        if context.isJSON {
            var json = JSONWriter()
            json.object { json in
                json.field("seeds", runs)
                json.field("hash", hash)
                json.field("events", events)
                json.field("crashes", crashes)
                json.field("clockSteps", clockSteps)
                json.field("processes", processes)
                json.field("violations", violations)
            }
            return try context.output.line(json.bytes)
        }
        if runs > 1 {
            func average(_ sum: Int) -> String { "\((Double(sum) / Double(runs) * 10).rounded() / 10)" }
            try context.output.line(
                "seeds=\(runs) a seed on average: events=\(average(events)) crashes=\(average(crashes)) "
                    + "clockSteps=\(average(clockSteps)) processes=\(average(processes)) "
                    + "virtualHours=\((hours / Double(runs) * 10).rounded() / 10)")
        }
        try context.output.line("hash=\(hash) events=\(events) violations=\(violations)")
    }
}
