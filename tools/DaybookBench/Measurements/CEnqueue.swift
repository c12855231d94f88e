/// Jobs enqueued by C: event, record and row of the ready index.
let cEnqueue: [Measurement] = [
    Measurement(
        suite: "baseline", name: "C enqueue, batch 500", unit: .perSecond,
        baseline: { try Baseline.enqueue.run(in: $0, operations: 200_000, batch: 500) })
]
