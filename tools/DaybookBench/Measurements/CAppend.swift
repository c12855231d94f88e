/// Events of 160 bytes appended by C, no checksum, no chain.
let cAppend: [Measurement] = [(1, 2000), (100, 100_000), (500, 300_000), (1000, 500_000)].map { batch, operations in
    Measurement(
        suite: "baseline", name: "C append, batch \(batch)", unit: .perSecond,
        baseline: { try Baseline.append.run(in: $0, operations: operations, batch: batch) })
}
