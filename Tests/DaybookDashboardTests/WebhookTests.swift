import Daybook
import DaybookCrypto
import DaybookLog
import DaybookModel
import Foundation
import Synchronization
import Testing

@testable import DaybookDashboard

@Suite struct `A webhook` {
    @Test(arguments: [500, 302])
    func `is signed, tried again when refused, and names its episode`(_ status: Int) async throws {
        let secret = Array("a secret of some length".utf8)
        let got = Mutex<[DashboardRequest]>([])
        let server = try HTTPServer(listening: ListenAddress("127.0.0.1:0")!) { request in
            let number = got.withLock { got in
                got.append(request)
                return got.count
            }
            // Somebody else's page that says "elsewhere" has not taken it.
            return DashboardResponse(number == 1 ? status : 204)
        }
        defer { server.stop() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = EngineOptions()
        options.alerts = [.jobs(.enqueued, moreThan: 0)]
        options.alertDeliveries = [.webhook("http://\(server.address)/hook", secret: secret)]
        options.alertsEvery = .milliseconds(20)
        let engine = try JobEngine.open(folder.path(), program: "test", options: options)
        try await engine.enqueue("nobody", arguments: [])
        try await withThrowingTaskGroup { group in
            group.addTask { try await engine.watchAlerts() }
            while got.withLock({ $0.isEmpty }) { _ = try await engine.perform(.look) }
            var episode: JobSummary?
            while episode?.waitsFor != "retry" {
                episode = try engine.jobs(JobFilter(queue: OpenAlerts.queue)).first
                _ = try await engine.perform(.look)
            }
            let id = try #require(episode).id
            _ = try await engine.perform(
                .reschedule(
                    job: id.rawValue, until: Instant(microseconds: 0), expected: nil, reason: "now",
                    actor: .person("test")))
            while got.withLock({ $0.count < 2 }) { _ = try await engine.perform(.look) }
            let request = got.withLock { $0[1] }
            #expect(request.method == "POST" && request.target == "/hook")
            let tree = try JSONTree(request.body)
            #expect(tree["rule"]?.text == "jobs-enqueued" && tree["episode"]?.number(UInt64.self) == id.rawValue)

            let signature = try #require(request["daybook-signature"])
            let parts = signature.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1)[1] }
            let code = Hmac.sha256(of: Array("\(parts[0]).".utf8) + request.body, key: secret)
            #expect(parts[1] == Substring(code.withUnsafeBytes { Hexadecimal.text($0) }))
            engine.stop()
            try await group.waitForAll()
        }
        try await engine.close()
    }
}
