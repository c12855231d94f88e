import Daybook
import DaybookTesting
import Synchronization
import Testing

private struct Note: Job {
    static let jobName = "note"
    var text: String

    func run(_ context: JobContext) async throws -> String {
        if text == "slow" { try await context.sleep(for: .seconds(600)) }
        if text == "real" { await Task.detached {}.value }
        return text
    }
}

@Suite struct `An engine under test` {
    @Test func `runs nothing before it is told to`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let handle = try await test.engine.enqueue(Note(text: "hello"))
        try test.expect(handle.id, is: .enqueued)
        try await test.drain()
        try test.expect(handle.id, is: .succeeded)
        #expect(try await handle.result() == "hello")
    }

    @Test func `lets time pass only as far as jobs sleep`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let start = test.now
        let slow = try await test.engine.enqueue(Note(text: "slow"))
        let later = try await test.engine.enqueue(Note(text: "later"), .delay(.seconds(700)))
        try await test.drain()
        try test.expect(slow.id, is: .succeeded)
        try test.expect(later.id, is: .scheduled)
        #expect(test.now.microseconds - start.microseconds == 600_000_000)
    }

    @Test func `is done only when what a large cancellation sets off is done`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let notes = (0..<12_000).map { _ in JobRequest("nobody", arguments: []) }
        let batch = try await test.engine.enqueue(batch: "many", notes)
        let after = try await test.engine.enqueue(Note(text: "after"), .after(batch, .any))
        try await batch.cancel()
        try await test.drain()
        try test.expect(after.id, is: .succeeded)
    }

    @Test func `waits for a job that waits for the real world`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        let real = try await test.engine.enqueue(Note(text: "real"))
        try await test.drain()
        try test.expect(real.id, is: .succeeded)
    }

    @Test(arguments: [LimitScope.job("note"), .queue("default")])
    func `leaves what waits for a rate until time passes`(_ scope: LimitScope) async throws {
        let test = try TestEngine { $0.register(Note.self) }
        try await test.engine.limit(scope, to: .rate(1, per: .seconds(60)))
        let first = try await test.engine.enqueue(Note(text: "one"))
        let second = try await test.engine.enqueue(Note(text: "two"))
        try await test.drain()
        try test.expect(first.id, is: .succeeded)
        try test.expect(second.id, is: .enqueued)
        try await test.advance(by: .seconds(60))
        try test.expect(second.id, is: .succeeded)
    }

    @Test func `says what is there when it is not what was expected`() async throws {
        let test = try TestEngine { $0.register(Note.self) }
        try await test.engine.enqueue(Note(text: "one"))
        #expect(throws: UnmetExpectation.self) { try test.expectEnqueued(Note.self) { $0.text == "two" } }
        #expect(throws: UnmetExpectation.self) { try test.expectNotEnqueued(Note.self) }
        try test.expectNotEnqueued(Note.self) { $0.text == "two" }
    }

    @Test func `takes commands from many tasks at once`() async throws {
        let test = try TestEngine(workers: 4) { $0.register(Note.self) }
        try await withThrowingTaskGroup { group in
            for number in 1...200 {
                group.addTask { try await test.engine.enqueue(Note(text: "\(number)")) }
            }
            try await group.waitForAll()
        }
        try await test.drain()
        let jobs = try test.jobs(Note.self)
        #expect(jobs.count == 200)
        #expect(jobs.allSatisfy { $0.state == .succeeded })
    }

    @Test func `finds jobs whose arguments do not say how they are done`() async throws {
        let test = try TestEngine { _ in }
        try await test.engine.enqueue(Letter(to: ["ada"]))
        try test.expectEnqueued(Letter.self) { $0.to == ["ada"] }
        try test.expectNotEnqueued(Letter.self) { $0.to == ["bob"] }
        #expect(try test.jobs(Letter.self).map(\.job.to) == [["ada"]])
    }

    @Test func `reads older arguments as a worker would, and names what nobody can read`() async throws {
        let test = try TestEngine { _ in }
        func enqueue(_ json: String, version: Int) async throws -> JobID {
            try await test.engine.enqueue("letter", arguments: Array(json.utf8), [.argumentsVersion(version)]).id
        }
        let old = try await enqueue(#"{"to":"ada"}"#, version: 2)
        let torn = try await enqueue(#"{"to":7}"#, version: 3)
        let ancient = try await enqueue(#"{"to":"ada"}"#, version: 1)
        let future = try await enqueue(#"{"to":["ada"]}"#, version: 4)
        #expect(try test.expectEnqueued(Letter.self) { $0.to == ["ada"] }.id == old)
        #expect(try test.jobs(Letter.self).map(\.id) == [old])
        #expect {
            try test.expectEnqueued(Letter.self) { $0.to == ["bob"] }
        } throws: { error in
            let text = "\(error)"
            return text.contains("reads versions 2 to 3") && text.contains("job \(torn) (version 3)")
                && text.contains("job \(ancient) (version 1)") && text.contains("job \(future) (version 4)")
                && !text.contains("job \(old) ")
        }
    }
}

private struct Letter: JobArguments {
    static let jobName = "letter"
    static let jobVersion = 3
    static let upcasts: [JobUpcast] = [.from(2, Old.self) { Letter(to: [$0.to]) }]
    var to: [String]

    struct Old: Codable { var to: String }
}
