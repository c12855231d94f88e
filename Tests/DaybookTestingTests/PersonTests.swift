import Daybook
import DaybookTesting
import Testing

@Suite struct `Who did it` {
    @Test func `stands in the log, also of what is done with a batch or a handle`() async throws {
        let test = try TestEngine { _ in }
        let batch = try await test.engine.openBatch("import")
        let other = try await test.engine.openBatch("export")
        let job = try await test.engine.enqueue("late", arguments: [], [.delay(.seconds(60))])
        try await batch.seal(by: "ada")
        try await other.cancel(reason: "wrong files", by: "bob")
        try await job.cancel(reason: "too late", by: "eve")

        var people: [EventKind: String] = [:]
        let last = try #require(try test.engine.timeline(of: job.id).last)
        for try await event in test.engine.events() {
            if let kind = event.kind, let person = event.actor.person { people[kind] = person }
            if event.sequence == last.sequence { break }
        }
        #expect(people == [.batchSealed: "ada", .batchCancelled: "bob", .cancelled: "eve"])
    }
}
