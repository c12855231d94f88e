/// Jobs taken from created to succeeded by C, in the shape of an engine's turns, without deciding anything.
let cLifeCycle: [Measurement] = [(1, 2000), (100, 50_000), (1000, 200_000)].map { batch, operations in
    Measurement(
        suite: "baseline", name: "C life-cycle, batch \(batch)", unit: .perSecond,
        baseline: { try Baseline.lifeCycle.run(in: $0, operations: operations, batch: batch) })
}
