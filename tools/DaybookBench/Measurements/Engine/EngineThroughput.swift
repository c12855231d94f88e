import Daybook
import DaybookModel

/// Jobs through the whole engine: enqueue awaited, claimed, a no-op run, success recorded.
let engineThroughput: [Measurement] = [
    Measurement(
        suite: "engine", name: "end to end, raw payload, 1024 in flight", unit: .perSecond,
        target: .ratio(floor: 0.55, aim: 0.85),
        ours: { place in
            try await endToEnd(place.operations(200_000), in: place) { engine in
                _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
            }
        },
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: 200_000, batch: 1000) }),
    Measurement(
        suite: "engine", name: "end to end, typed JSON payload, 1024 in flight", unit: .perSecond,
        target: .ratio(floor: 0.30, aim: 0.45),
        ours: { place in
            try await endToEnd(place.operations(100_000), in: place) { engine in
                try await engine.enqueue(
                    Mail(to: "ada@example.org", subject: "Your invoice", number: 1843, copies: [2, 5]))
            }
        },
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: 200_000, batch: 1000) }),
    Measurement(
        suite: "engine", name: "burn-down of 1 M waiting jobs", unit: .perSecond,
        target: .ratio(floor: 0.55, aim: 0.85),
        ours: { try await burnDown($0.operations(1_000_000), in: $0) },
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: 200_000, batch: 1000) }),
    Measurement(
        suite: "engine", name: "await enqueue from 1024 tasks", unit: .perSecond,
        target: .ratio(floor: 0.60, aim: 0.85),
        ours: { place in
            try await enqueueing(place.operations(200_000), in: place) { count, engine in
                try await EngineLoad.enqueue(count, tasks: 1024, engine)
            }
        },
        baseline: { try Baseline.enqueue.run(in: $0, operations: 200_000, batch: 500) }),
    Measurement(
        suite: "engine", name: "bulk enqueue of 100 k", unit: .perSecond,
        target: .ratio(floor: 0.70, aim: 0.90),
        ours: { place in
            try await enqueueing(place.operations(100_000), in: place) { count, engine in
                try await EngineLoad.fill(engine, count)
            }
        },
        baseline: { try Baseline.enqueue.run(in: $0, operations: 200_000, batch: 500) }),
    Measurement(
        suite: "engine", name: "8 callers, each its own await enqueue / one caller", unit: .perSecond,
        target: .ratio(floor: 5, aim: nil),
        ours: { place in
            try await enqueueing(place.operations(16_000), in: place) { count, engine in
                try await EngineLoad.enqueue(count, tasks: 8, engine)
            }
        },
        baseline: { place in
            try await enqueueing(place.operations(2_000), in: place) { count, engine in
                try await EngineLoad.enqueue(count, tasks: 1, engine)
            }
        }),
    Measurement(
        suite: "engine", name: "enqueue with unique key, 1 M live keys", unit: .perSecond,
        target: .ours(floor: 15_000, aim: nil), prepare: WaitingStore.makeKeyed,
        ours: { place in
            let engine = try EngineLoad.engine(WaitingStore.keyed(place))
            let count = place.operations(50_000)
            let sample = try await timed(operations: count) {
                try await withThrowingTaskGroup { group in
                    for task in 0..<512 {
                        group.addTask {
                            for number in 0..<count / 512 {
                                let key = "new:\(UInt64.random(in: 0...(.max))):\(task):\(number)"
                                _ = try await engine.enqueue(
                                    EngineLoad.name, arguments: EngineLoad.payload, [.key(key), .queue("keyed")])
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await engine.close()
            return sample
        }),
]

/// A job with a payload of about as many bytes as the raw one's.
private struct Mail: Job {
    static let jobName = "mail.typed"
    var to: String
    var subject: String
    var number: Int
    var copies: [Int]

    func run(_ context: JobContext) async throws { Mail.window?.leave() }

    /// Set before any job runs, and read by all.
    nonisolated(unsafe) static var window: Window?
}

private func endToEnd(
    _ count: Int, in place: Place, _ enqueue: @escaping @Sendable (JobEngine) async throws -> Void
) async throws -> Sample {
    let window = Window(1024)
    Mail.window = window
    let engine = try JobEngine.open(try place.emptyFolder() + "/store", program: "daybook-bench") {
        $0.register(EngineLoad.name) { _, _ in window.leave() }
        $0.register(Mail.self)
    }
    let sample = try await timed(operations: count) {
        try await EngineLoad.throughWindow(count, engine, window, drains: true) { try await enqueue(engine) }
    }
    try await engine.close()
    return sample
}

private func burnDown(_ count: Int, in place: Place) async throws -> Sample {
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store")
    try await EngineLoad.fill(engine, count)
    let sample = try await timed(operations: count) {
        try await EngineLoad.working(engine) { try await engine.waitUntilDrained() }
    }
    try await engine.close()
    return sample
}

private func enqueueing(
    _ count: Int, in place: Place, _ body: (Int, JobEngine) async throws -> Void
) async throws -> Sample {
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store")
    let sample = try await timed(operations: count) { try await body(count, engine) }
    try await engine.close()
    return sample
}
