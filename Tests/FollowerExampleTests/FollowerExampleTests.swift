import Daybook
import DaybookDashboard
import Foundation
import Testing

@testable import FollowerExamples

/// The board as its first version was.
private struct FirstHourlyFailures: Follower {
    static let name = "hourly-failures"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.run != nil else { return }
        try rows.add(1, to: Packed("runs"))
    }
}

private struct Broken: Error {}

@Suite struct `The examples of followers` {
    /// A store with 6 good runs and 3 bad ones for two customers, and what is looked at, followed to its end.
    private func withShop(_ body: (String, JobEngine, SequenceNumber) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "daybook-examples-\(UInt64.random(in: 0...(.max)))").path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let engine = try JobEngine.open(folder, program: "shop") { jobs in
            jobs.register("mail") { _, _ in }
            jobs.register("charge") { _, _ in throw Broken() }
        }
        for number in 1...6 {
            try await engine.enqueue("mail", arguments: [], [.tenant(number % 3 == 0 ? "eve" : "ada")])
        }
        for _ in 1...3 { try await engine.enqueue("charge", arguments: [], [.attempts(1), .tenant("ada")]) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.run(workers: 1) }
            try await engine.waitUntilDrained()
            engine.stop()
            try await group.waitForAll()
        }
        let last = try await engine.enqueue("never", arguments: []).event
        try await body(folder, engine, last)
        try await engine.close()
    }

    @Test func `the board counts by hour and name`() async throws {
        try await withShop { _, engine, last in
            try engine.follow(HourlyFailures.self)
            try await engine.wait(for: HourlyFailures.self, through: last)
            let board = try HourlyFailures.board(engine)
            // The hour may turn in between.
            let mail = board.filter { $0.name == "mail" }
            let charge = board.filter { $0.name == "charge" }
            #expect(mail.map(\.good).reduce(0, +) == 6 && mail.allSatisfy { $0.bad == 0 && $0.percent == 0 })
            #expect(charge.map(\.bad).reduce(0, +) == 3 && charge.allSatisfy { $0.good == 0 && $0.percent == 100 })
            #expect(board.allSatisfy { $0.hour.microseconds % HourlyFailures.hourMicroseconds == 0 })
        }
    }

    @Test func `a ledger knows each customer's runs, and forgets one that has left`() async throws {
        try await withShop { _, engine, last in
            try engine.follow(CustomerLedger.self)
            try await engine.wait(for: CustomerLedger.self, through: last)
            let ada = try CustomerLedger.account(of: "ada", engine)
            #expect(ada.runs == 7)
            #expect(ada.entries.filter { $0 == "mail succeeded" }.count == 4)
            #expect(ada.entries.filter { $0 == "charge failed" }.count == 3)
            #expect(try CustomerLedger.account(of: "eve", engine).runs == 2)

            let farewell = try await engine.enqueue("never", arguments: [], [.tenant("ada")])
            let gone = try await engine.perform(
                .delete(job: farewell.id.rawValue, reason: "customer left", actor: .person("test")))
            guard case .done(let event) = gone else {
                Issue.record("\(gone)")
                return
            }
            try await engine.wait(for: CustomerLedger.self, through: event)
            #expect(try CustomerLedger.account(of: "ada", engine) == CustomerLedger.Account())
            #expect(try CustomerLedger.account(of: "eve", engine).runs == 2)
        }
    }

    @Test func `a new version is built beside the old one`() async throws {
        try await withShop { _, engine, last in
            try engine.follow(FirstHourlyFailures.self)
            try await engine.wait(for: FirstHourlyFailures.self, through: last)
            try engine.follow(HourlyFailures.self)
            try await engine.wait(for: HourlyFailures.self, through: last)
            #expect(try HourlyFailures.board(engine).map(\.good).reduce(0, +) == 6)
            // Programs of the old release still have theirs.
            let runs = try engine.view(of: FirstHourlyFailures.self) { rows in
                try rows[Packed("runs")]?.unpacked(as: Int.self)
            }
            #expect(runs == 9)
            #expect(Set(try engine.views().map(\.version)) == [1, 2])
        }
    }

    @Test func `any process can look`() async throws {
        try await withShop { folder, engine, last in
            try engine.follow(HourlyFailures.self)
            try engine.follow(CustomerLedger.self)
            try await engine.wait(for: HourlyFailures.self, through: last)
            try await engine.wait(for: CustomerLedger.self, through: last)
            #expect(try output(folder, "board").contains("3 of 3 failed, 100%"))
            #expect(try output(folder, "account", "eve") == "eve: 2 runs\n  mail succeeded\n  mail succeeded\n")
        }
    }

    @Test func `whoever looks before anybody has followed is told so, and nothing crashes`() async throws {
        try await withShop { folder, _, _ in
            let (said, status) = try run([folder, "board"], \.standardError)
            #expect(status == 1)
            #expect(said.hasPrefix("follower-examples: ") && said.contains("hourly-failures"), "\(said)")
        }
    }

    @Test func `a dashboard shows both, and each customer his own`() async throws {
        try await withShop { _, engine, _ in
            var options = DashboardOptions()
            options.panels = ShopPanels.all
            options.access = .asking { request in
                let name = request["x-user"] ?? ""
                return name == "boss"
                    ? Principal(name: name, roles: [.viewer])
                    : Principal(name: name, panels: ["panels.usage"], tenant: name)
            }
            let dashboard = try Dashboard(engine, options)
            func ask(_ panel: String, as user: String) async throws -> (status: Int, text: String) {
                let request = DashboardRequest(
                    method: "GET", target: "/api/v1/panels/\(panel)",
                    fields: [HTTPField("host", "localhost"), HTTPField("x-user", user)])
                let response = await dashboard.respond(to: request)
                guard case .bytes(let bytes) = response.body else { return (response.status, "") }
                return (response.status, String(decoding: bytes, as: UTF8.self))
            }
            #expect(try await ask("failures", as: "boss").text.contains("\"charge\",3,3,100]"))
            #expect(try await ask("failures", as: "boss").text.contains("\"mail\",0,6,0]"))
            #expect(try await ask("failure-rate", as: "boss").text.contains("\"value\":33.3"))
            #expect(try await ask("runs", as: "boss").text.contains("\"value\":9.0"))
            #expect(try await ask("usage", as: "eve").text.contains("\"rows\":[[2,"))
            #expect(try await ask("usage", as: "boss").status == 403)
            #expect(try await ask("failures", as: "eve").status == 403)
            await dashboard.stop()
        }
    }

    /// The program lies beside the program that runs the tests.
    private func output(_ arguments: String...) throws -> String {
        let (said, status) = try run(arguments, \.standardOutput)
        #expect(status == 0)
        return said
    }

    private func run(
        _ arguments: [String], _ channel: ReferenceWritableKeyPath<Process, Any?>
    ) throws -> (said: String, status: Int32) {
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(filePath: runner).deletingLastPathComponent().appending(path: "FollowerExamples")
        process.arguments = arguments
        let pipe = Pipe()
        process[keyPath: channel] = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}
