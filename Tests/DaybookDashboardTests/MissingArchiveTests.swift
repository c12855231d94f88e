import Daybook
import Foundation
import Testing

@testable import DaybookDashboard

struct MissingArchiveTests {
    @Test func `a job whose beginning is in an archive that is not there is shown as far as it is there`() async throws
    {
        let store = try TestStore()
        for _ in 0..<600 {
            _ = await store.ask("POST", "/api/v1/jobs", [("content-type", "application/json")], "{\"name\":\"later\"}")
        }
        let archive = try #require(try await store.engine.archive(before: .event(550)))
        try FileManager.default.removeItem(atPath: store.folder + "/archive")
        #expect(try store.engine.archives().map(\.state) == [.missing])
        let answer = await store.ask("GET", "/api/v1/jobs/3")
        #expect(answer.status == 200, "\(answer.json)")
        #expect(answer.json["name"] as? String == "later" && answer.json["cut"] as? Bool == true)
        #expect((answer.json["events"] as? [[String: Any]])?.first?["kind"] as? String == "carried")
        // What is in the archive alone is not here, and the answer says where it is.
        let events = await store.ask("GET", "/api/v1/events?after=2")
        #expect(events.status == 404, "\(events.json)")
        #expect((events.json["error"] as? String)?.contains("events-000000000001-") == true, "\(archive)")
        try await store.close()
    }
}
