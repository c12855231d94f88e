import DaybookTesting
import Foundation
import Testing

@Suite struct `A simulation` {
    @Test func `is the same run for the same seed, and another for another`() throws {
        let first = try SeededSimulation(seed: 4, hours: 2).run()
        let again = try SeededSimulation(seed: 4, hours: 2).run()
        let other = try SeededSimulation(seed: 5, hours: 2).run()
        #expect(first.hash == again.hash)
        #expect(first.events == again.events)
        #expect(first.hash != other.hash)
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
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
        ProcessInfo.processInfo.environment["DAYBOOK_TESTS"] == "all"
        ? PlantedBug.allCases : [.noFence, .timerSkipped, .slotTwice, .callHalfVisible]

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
}
