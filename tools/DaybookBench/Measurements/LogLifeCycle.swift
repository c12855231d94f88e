import DaybookLog

/// Jobs from created to succeeded with everything that a turn does: decide, append, apply, checksum, chain, ledger
/// digest.
let logLifeCycle: [Measurement] = [(100, 50_000, nil, nil), (1000, 200_000, 0.60, 0.75)].map {
    batch, operations, floor, aim in
    Measurement(
        suite: "log", name: "life-cycle, batch \(batch)", unit: .perSecond,
        target: floor.map { .ratio(floor: $0, aim: aim) },
        ours: { place in
            let store = try SampleLog.make(in: place)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            let count = place.operations(operations)
            return try await timed(operations: count) { try SampleLog.liveThrough(count, batch: batch, writer) }
        },
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: operations, batch: batch) })
}
