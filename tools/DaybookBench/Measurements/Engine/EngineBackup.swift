import CDaybookPlatform
import Daybook
import Synchronization

/// What a hot backup leaves of the writer's speed: 256 tasks enqueue all the time into a store of a million jobs.
let engineBackup = [
    Measurement(
        suite: "keeping", name: "`await enqueue` from 256 tasks during a backup / without one", unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil),
        ours: { place in
            try await rate(place) { engine in
                _ = try await engine.backUp(to: try place.emptyFolder() + "/copy")
            }
        },
        baseline: { place in
            try await rate(place) { _ in try await Task.sleep(for: .seconds(3)) }
        })
]

/// Jobs enqueued a second while `body` goes on.
private func rate(_ place: Place, during body: (JobEngine) async throws -> Void) async throws -> Sample {
    let engine = try EngineLoad.engine(place.emptyFolder())
    try await EngineLoad.fill(engine, place.operations(1_000_000))
    let callers = Callers()
    let sample = try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<256 {
            group.addTask {
                while !callers.isOver.load(ordering: .relaxed) {
                    try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
                    callers.enqueued.add(1, ordering: .relaxed)
                }
            }
        }
        // All of them have begun.
        while callers.enqueued.load(ordering: .relaxed) < 10_000 { await Task.yield() }
        let before = callers.enqueued.load(ordering: .relaxed)
        let began = daybook_monotonic_nanoseconds()
        try await body(engine)
        let elapsed = daybook_monotonic_nanoseconds() - began
        let sample = Sample.perSecond(
            operations: callers.enqueued.load(ordering: .relaxed) - before, elapsedNanoseconds: elapsed)
        callers.isOver.store(true, ordering: .relaxed)
        try await group.waitForAll()
        return sample
    }
    try await engine.close()
    return sample
}

private final class Callers: Sendable {
    let enqueued = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
}
