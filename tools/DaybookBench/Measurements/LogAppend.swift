import DaybookLog

/// Events of 160 bytes, encoded, checksummed and chained, beside the same bytes put by C.
let logAppend: [Measurement] = [(1, 2000, 0.90, 1.0), (100, 100_000, nil, nil), (1000, 500_000, 0.75, 0.85)].map {
    batch, operations, floor, aim in
    Measurement(
        suite: "log", name: "append of 160-byte events, batch \(batch)", unit: .perSecond,
        target: floor.map { .ratio(floor: $0, aim: aim) },
        ours: { place in
            let store = try SampleLog.make(in: place)
            defer { store.close() }
            let writer = LogWriter(store.storage)
            let count = place.operations(operations)
            return try await timed(operations: count) { try SampleLog.append(count, batch: batch, writer) }
        },
        baseline: { try Baseline.append.run(in: $0, operations: operations, batch: batch) })
}
