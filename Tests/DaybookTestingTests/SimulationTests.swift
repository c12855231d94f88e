import Daybook
import DaybookTesting
import Foundation
import Testing

private let runsEverything = ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all"

@Suite struct `A simulation` {
    @Test func `is the same run for the same seed, and another for another`() throws {
        let hours = runsEverything ? 2 : 1.0
        let first = try SeededSimulation(seed: 4, hours: hours).run()
        let again = try SeededSimulation(seed: 4, hours: hours).run()
        let other = try SeededSimulation(seed: 5, hours: hours).run()
        #expect(first.hash == again.hash)
        #expect(first.events == again.events)
        #expect(first.hash != other.hash)
    }

    @Test(arguments: (runsEverything ? [11, 12, 13] : [11]) as [UInt64])
    func `finds every promise kept`(seed: UInt64) throws {
        let report = try SeededSimulation(seed: seed).run()
        #expect(report.violations.isEmpty, "seed \(seed)")
        #expect(report.events > 500)
        #expect(report.processes >= 2)
    }

    @Test func `without faults has no crashes and still does everything`() throws {
        let report = try SeededSimulation(seed: 21, hours: 2, faults: []).run()
        #expect(report.violations.isEmpty)
        #expect(report.crashes == 0)
        #expect(report.clockSteps == 0)
    }

    /// All of them in the long form.
    private static let bugs: [PlantedBug] =
        runsEverything ? PlantedBug.allCases : [.noFence, .timerSkipped, .slotTwice, .callHalfVisible]

    @Test(arguments: bugs)
    func `finds a planted bug by the check it belongs to`(bug: PlantedBug) throws {
        // This one shows only when somebody sets the clock while jobs run.
        let faults: SimulationFaults = bug == .leaseOnWallClock ? .clock : .all
        for seed in 1...40 as ClosedRange<UInt64> {
            let report = try SeededSimulation(seed: seed, faults: faults, bug: bug).run()
            if report.violations.contains(where: { $0.promise == bug.breaks }) { return }
        }
        Issue.record("\(bug) was not found in 40 seeds")
    }

    @Test func `reads the names of its faults`() throws {
        #expect(SimulationFaults(names: "crash,clock") == [.crash, .clock])
        #expect(SimulationFaults(names: "all") == .all)
        #expect(SimulationFaults(names: "none") == [])
        #expect(SimulationFaults(names: "rain") == nil)
        #expect(SimulationFaults(names: "") == nil)
        #expect(SimulationFaults(names: "crash,,clock") == nil)
    }

    /// What a client throws of its own accord.
    private struct Mistake: Error {}

    private func violations(
        _ seed: UInt64, _ client: @escaping @Sendable (JobEngine, SimulatedClient) async throws -> Void
    ) throws -> [Violation] {
        try Simulation(seed: seed, register: { _ in }, client: client).run(hours: 1).violations
    }

    @Test func `tells what a client throws, once`() throws {
        let thrown = try violations(3) { _, client in
            try await client.sleep(for: .seconds(1))
            throw Mistake()
        }
        #expect(thrown.count == 1 && thrown[0].promise == .clients)
        #expect(thrown.first?.description.contains("a client threw Mistake") == true)
        #expect(thrown.first?.sentence.contains("times)") == true)
    }

    @Test func `tells of a client whose job is refused, and why`() throws {
        let thrown = try violations(4) { engine, _ in
            try await engine.enqueue("no name", arguments: [])
        }
        #expect(thrown.count == 1 && thrown[0].sentence.contains("Refusal"))
        #expect(thrown.first?.sentence.contains("is not a name") == true)
    }

    /// Clients that wait for nothing but the store: only faults can throw.
    @Test(arguments: 1...(runsEverything ? 6 : 2) as ClosedRange<UInt64>)
    func `does not blame a client for the faults it meets`(_ seed: UInt64) throws {
        let thrown = try Simulation(seed: seed, processes: 3) { registry in
            registry.register("quick") { _, _ in }
        } client: { engine, client in
            while !client.isEnding {
                try await engine.enqueue("quick", arguments: [])
                _ = try engine.queues()
                try await client.sleep(for: .seconds(60))
            }
        }.run(hours: 4)
        #expect(thrown.violations.isEmpty, "seed \(seed): \(thrown.violations)")
        #expect(thrown.crashes > 0)
    }

    /// Processes come and go in good order even where nothing goes wrong.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `does not blame a client for the end of its process`(_ seed: UInt64) throws {
        let thrown = try Simulation(seed: seed, faults: []) { registry in
            registry.register("quick") { _, _ in }
        } client: { engine, client in
            try await engine.pause(queue: "held", reason: "for ever")
            try await engine.enqueue("quick", arguments: [], [.queue("held")])
            // Nobody runs it, so this waits until the engine is stopped.
            try await engine.waitUntilDrained(["held"])
            while true { try await engine.enqueue("quick", arguments: []) }
        }.run(hours: 6)
        #expect(thrown.violations.isEmpty, "seed \(seed): \(thrown.violations)")
    }

    @Test(arguments: [-1, .nan, .infinity, -.infinity, 1e300, 10_001])
    func `refuses hours that cannot pass`(_ hours: Double) {
        let simulation = Simulation(seed: 1) { _ in
        } client: { _, _ in
        }
        #expect { try simulation.run(hours: hours) } throws: { "\($0)".contains("0 to 10,000 hours") }
    }

    @Test(arguments: [0, 1e-13, 1e-12, 1e-9])
    func `is over at once if its hours are none to speak of`(_ hours: Double) throws {
        let report = try Simulation(seed: 1) { _ in
        } client: { _, _ in
        }.run(hours: hours)
        #expect(report.violations.isEmpty)
    }

    @Test(arguments: [.zero, .seconds(-1), .seconds(Int64.max)] as [Duration])
    func `takes any lease`(_ lease: Duration) throws {
        let report = try Simulation(seed: 5, lease: lease, faults: .stop) { _ in
        } client: { _, _ in
        }.run(hours: runsEverything ? 1 : 0.2)
        #expect(report.stops > 0)
    }
}
