import Daybook
import Foundation
import Testing

/// As an embedding program would write it, with nothing imported but `Daybook`.
private struct Failures: Follower {
    static let name = "failures"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard let run = event.run, let job = try event.creation else { return }
        let hour = event.time.microseconds / 3_600_000_000
        try rows.add(1, to: Packed(job.name, run.isSuccess ? "good" : "bad", hour))
    }
}

private struct Customers: Follower {
    static let name = "customers"
    static let version = 3

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        guard event.kind == .created, let job = try event.creation, let customer = job.tenant else { return }
        let row = Packed("customer", customer)
        let (jobs, bytes) = try rows[row]?.unpacked(as: Int.self, Int.self) ?? (0, 0)
        try rows.put(row, Packed(jobs + 1, bytes + job.arguments.count))
    }
}

private struct Refusing: Follower {
    static let name = "refusing"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) throws {
        if event.kind == .created { throw Broken() }
    }
}

/// Another follower under a name that is taken.
private struct OtherFailures: Follower {
    static let name = "failures"
    static let version = 1

    mutating func apply(_ event: FollowedEvent, to rows: inout FollowerRows) {}
}

private struct Broken: Error {}

@Suite struct `The followers of an engine` {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UInt64.random(in: 0...(.max)))")
            .path()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// How many runs of jobs of that name went so.
    private func count(_ name: String, _ how: String, _ engine: JobEngine) throws -> Int {
        try engine.view(of: Failures.self) { rows in
            var count = 0
            try rows.walk(Packed(name, how)) { _, value in
                count += try value.unpacked(as: Int.self)
                return true
            }
            return count
        }
    }

    @Test func `show what happened, as of the event that one waits for`() async throws {
        try await withFolder { folder in
            let engine = try JobEngine.open(folder, program: "test") { jobs in
                jobs.register("good") { _, _ in }
                jobs.register("bad") { _, _ in throw Broken() }
            }
            try engine.follow(Failures.self)
            try engine.follow(Customers.self)
            for _ in 0..<20 {
                try await engine.enqueue("good", arguments: [1, 2, 3], [.tenant("ada")])
                try await engine.enqueue("bad", arguments: [], [.attempts(1), .tenant("eve")])
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await engine.run(workers: 2) }
                try await engine.waitUntilDrained()
                engine.stop()
                try await group.waitForAll()
            }
            let last = try await engine.enqueue("good", arguments: [], [.tenant("ada")]).event
            try await engine.wait(for: Failures.self, through: last)
            try await engine.wait(for: Customers.self, through: last)
            #expect(try count("good", "good", engine) == 20)
            #expect(try count("bad", "bad", engine) == 20)
            #expect(try count("bad", "good", engine) == 0)
            let ada = try engine.view(of: Customers.self) { rows in
                try rows[Packed("customer", "ada")]?.unpacked(as: Int.self, Int.self) ?? (0, 0)
            }
            #expect(ada == (21, 60))
            let states = try engine.views()
            #expect(states.map(\.name) == ["customers", "failures"])
            #expect(states.map(\.version) == [3, 1])
            #expect(states.map(\.owner) == [getpid(), getpid()])
            #expect(states.map(\.failure) == [nil, nil])
            try await engine.close()
        }
    }

    @Test func `go on where they were when the engine is opened again`() async throws {
        try await withFolder { folder in
            for round in 1...3 {
                let engine = try JobEngine.open(folder, program: "test")
                let event = try await engine.enqueue("job", arguments: [], [.tenant("ada")]).event
                try engine.follow(Customers.self)
                try await engine.wait(for: Customers.self, through: event)
                let row = try engine.view(of: Customers.self) { rows in try rows[Packed("customer", "ada")] }
                #expect(row == Packed(round, 0))
                try await engine.close()
            }
        }
    }

    @Test func `can be looked at without following, once somebody has followed`() async throws {
        try await withFolder { folder in
            let first = try JobEngine.open(folder, program: "test")
            #expect(throws: (any Error).self) { try first.view(of: Customers.self) { _ in } }
            let event = try await first.enqueue("job", arguments: [], [.tenant("ada")]).event
            try first.follow(Customers.self)
            try await first.wait(for: Customers.self, through: event)
            try await first.close()
            let second = try JobEngine.open(folder, program: "test")
            let (position, behind) = try second.view(of: Customers.self) { ($0.position, $0.eventsBehind) }
            #expect(position >= event)
            // The first has said goodbye since, and the second has said hello.
            #expect(behind >= 1)
            #expect(try second.views().map(\.owner) == [nil])
            try await second.close()
        }
    }

    @Test func `stop when their code throws, and say so to whoever waits or looks`() async throws {
        try await withFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            try engine.follow(Refusing.self)
            let event = try await engine.enqueue("job", arguments: []).event
            await #expect(throws: (any Error).self) { try await engine.wait(for: Refusing.self, through: event) }
            let state = try engine.views().first
            #expect(state?.failure?.contains("event \(event)") == true, "\(String(describing: state))")
            #expect(state?.owner == nil)
            try await engine.close()
        }
    }

    @Test func `are refused a name that another one has`() async throws {
        try await withFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            try engine.follow(Failures.self)
            try engine.follow(Failures.self)
            #expect(throws: (any Error).self) { try engine.follow(OtherFailures.self) }
            try await engine.close()
            #expect(throws: (any Error).self) { try engine.follow(Customers.self) }
        }
    }

    @Test func `cannot be waited for unless they are followed, nor beyond the engine's end`() async throws {
        try await withFolder { folder in
            let engine = try JobEngine.open(folder, program: "test")
            await #expect(throws: (any Error).self) { try await engine.wait(for: Failures.self, through: 1) }
            try engine.follow(Failures.self)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    await #expect(throws: (any Error).self) {
                        try await engine.wait(for: Failures.self, through: 1_000_000)
                    }
                }
                try await engine.close()
                try await group.waitForAll()
            }
        }
    }
}
