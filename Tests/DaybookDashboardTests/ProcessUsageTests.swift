import Daybook
import DaybookLog
import DaybookModel
import Testing

@testable import DaybookDashboard

@Suite struct `What processes use` {
    private func stat(_ name: String, user: Int, system: Int, pages: Int) -> String {
        "7 (\(name)) S 1 7 7 0 -1 0 0 0 0 0 \(user) \(system) 0 0 20 0 4 0 100 999 \(pages) 0 0"
    }

    @Test func `is read of what Linux says, whatever the program is called`() throws {
        for name in ["daybook", "a b", "x) S 9 9 9 (y"] {
            let text = stat(name, user: 150, system: 50, pages: 3)
            let usage = try #require(ProcessUsage(stat: text, ticksPerSecond: 100, pageBytes: 4_096))
            #expect(usage.processorSeconds == 2 && usage.memoryBytes == 12_288, "\(name)")
        }
        #expect(ProcessUsage(stat: "7 (x) S 1", ticksPerSecond: 100, pageBytes: 4_096) == nil)
        #expect(ProcessUsage(stat: "", ticksPerSecond: 100, pageBytes: 4_096) == nil)
    }

    @Test func `has a share of the time since it was looked at before`() throws {
        let desk = ProcessUsageDesk()
        func look(_ ticks: Int, _ seconds: UInt64) throws -> Double? {
            let text = stat("x", user: ticks, system: 0, pages: 1)
            let usage = try #require(ProcessUsage(stat: text, ticksPerSecond: 100, pageBytes: 4_096))
            return desk.note(usage, of: 7, at: seconds * 1_000_000_000).share
        }
        #expect(try look(0, 10) == nil)
        #expect(try look(100, 14) == 0.25)
        // Who looks again at once is told of the time before as well.
        #expect(try look(150, 15) == 0.3)
        // Less than before is another process.
        #expect(try look(10, 20) == nil)
    }

    @Test func `stands on the pages and in the API`() async throws {
        let pages = try PageStore()
        let process = pages.engine.process
        let admin = try #require(pages.tokens["admin"])
        let one = await pages.store.call(admin, "GET", "/api/v1/processes/\(process)").json
        #expect(one["process"] as? Int == Int(process) && one["thisOne"] as? Bool == true)
        let page = try await pages.page("/processes/\(process)").text
        #expect(page.contains("Process \(process)"))
        #if os(Linux)
            #expect(one["memoryBytes"] as? Int ?? 0 > 1 << 20 && one["processorSeconds"] != nil)
            #expect(page.contains("Memory: "))
            let all = await pages.store.call(admin, "GET", "/api/v1/processes").json["processes"] as? [[String: Any]]
            #expect(all?.first?["memoryBytes"] as? Int ?? 0 > 1 << 20)
        #endif
        #expect(try await pages.page("/processes").text.contains("/processes/\(process)\""))
        #expect(try await pages.page("/processes/999999").status == 404)
        try await pages.close()
    }
}
