import Daybook
import DaybookModel

/// The same work with few and with many jobs waiting.
let engineBacklog: [Measurement] = [
    Measurement(
        suite: "engine", name: "end to end with 1 M jobs waiting / with 1 k", unit: .perSecond,
        target: .ratio(floor: 0.85, aim: 0.95), prepare: WaitingStore.both(1_000_000),
        ours: { try await passing(behind: 1_000_000, in: $0) },
        baseline: { try await passing(behind: 1_000, in: $0) }),
    Measurement(
        suite: "engine", name: "end to end with 10 M jobs waiting / with 1 k", unit: .perSecond,
        target: .ratio(floor: 0.65, aim: 0.80), prepare: WaitingStore.both(10_000_000),
        ours: { try await passing(behind: 10_000_000, in: $0) },
        baseline: { try await passing(behind: 1_000, in: $0) }),
    Measurement(
        suite: "engine", name: "anonymous memory with 1 M jobs waiting", unit: .megabytes,
        target: .ours(floor: 48, aim: 24), prepare: WaitingStore.make(1_000_000),
        ours: { place in
            let before = ProcessMemory.anonymousBytes
            let peak = Highest()
            let window = Window(64)
            let engine = try EngineLoad.engine(WaitingStore.folder(place, 1_000_000)) { _ in
                peak.note(ProcessMemory.anonymousBytes)
                window.leave()
            }
            try await EngineLoad.working(engine) {
                for _ in 0..<2_000 {
                    await window.enter()
                    _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
                }
                await window.waitUntilEmpty()
            }
            try await engine.close()
            return Sample(value: Double(peak.value - before) / 1e6)
        }),
]

extension WaitingStore {
    fileprivate static func both(_ many: Int) -> @Sendable (Place) async throws -> Void {
        { place in
            try await make(many)(place)
            try await make(1_000)(place)
        }
    }
}

/// As many jobs run as are enqueued meanwhile, so that as many wait afterwards as before: each enqueue lets one of
/// those that wait run, and workers that are ahead wait for that. Without it they would burn the many down beside the
/// enqueueing, which is another measurement.
private func passing(behind waiting: Int, in place: Place) async throws -> Sample {
    let count = place.operations(100_000) / 1024 * 1024
    let window = Window(1024)
    let turns = Window(count, free: 0)
    let engine = try EngineLoad.engine(WaitingStore.folder(place, waiting)) { _ in
        await turns.enter()
        window.leave()
    }
    let sample = try await timed(operations: count) {
        try await EngineLoad.throughWindow(count, engine, window, drains: false, whenDone: turns.open) {
            _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
            turns.leave()
        }
    }
    try await engine.close()
    return sample
}
