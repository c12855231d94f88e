import Daybook
import DaybookLog
import DaybookModel

/// Jobs that wait for others, beside jobs that do not.
let flowThroughput: [Measurement] = [
    Measurement(
        suite: "flow", name: "graph of 100 k jobs in chains of 10, end to end / independent jobs", unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil),
        ours: { try await endToEnd(chains: true, in: $0) },
        baseline: { try await endToEnd(chains: false, in: $0) }),
    Measurement(
        suite: "flow", name: "batch of 100 k, enqueue to callback / independent jobs", unit: .perSecond,
        target: .ratio(floor: 0.7, aim: nil),
        ours: { try await batchToCallback(in: $0) },
        baseline: { try await endToEnd(chains: false, in: $0) }),
    Measurement(
        suite: "flow", name: "one parent with 1 M children: others' longest wait", unit: .milliseconds,
        target: .ours(floor: 100, aim: nil),
        ours: { try await longestWait(children: $0.operations(1_000_000), in: $0) }),
]

private let payload = Array(repeating: UInt8(ascii: "7"), count: 93)
private let together = 10_000

private func open(_ place: Place) throws -> JobEngine {
    try JobEngine.open(try place.emptyFolder() + "/store", program: "daybook-bench") { $0.register("flow") { _, _ in } }
}

private func endToEnd(chains: Bool, in place: Place) async throws -> Sample {
    let engine = try open(place)
    let graph = graph(of: together, chains: chains)
    let graphs = place.operations(100_000) / together
    let sample = try await timed(operations: graphs * together) {
        async let work: Void = engine.run(workers: 8)
        for _ in 0..<graphs { try await engine.enqueue(graph) }
        try await engine.waitUntilDrained()
        engine.stop()
        try await work
    }
    try await engine.close()
    return sample
}

/// From the first job of a batch until the job runs that waits for its end.
private func batchToCallback(in place: Place) async throws -> Sample {
    let engine = try open(place)
    let count = place.operations(100_000) / together
    let sample = try await timed(operations: count * together) {
        async let work: Void = engine.run(workers: 8)
        let batch = try await engine.openBatch()
        let request = JobRequest("flow", arguments: payload, [.batch(batch)])
        for _ in 0..<count { try await engine.enqueue(Array(repeating: request, count: together)) }
        let callback = try await engine.enqueue("flow", arguments: [], [.after(batch)])
        try await batch.seal()
        _ = try await callback.result()
        engine.stop()
        try await work
    }
    try await engine.close()
    return sample
}

private func graph(of count: Int, chains: Bool) -> JobGraph {
    var graph = JobGraph()
    var last: JobGraph.Node<[UInt8]>?
    for number in 0..<count {
        let options: [JobOption] =
            if chains, number % 10 != 0, let last { [.after(last)] } else { [] }
        last = graph.add("flow", arguments: payload, options)
    }
    return graph
}

/// How long the slowest of many single jobs took to be enqueued, one at a time, while the children were released.
private func longestWait(children: Int, in place: Place) async throws -> Sample {
    let engine = try open(place)
    let parent = try await engine.enqueue("flow", arguments: [], [.queue("parent")])
    let request = JobRequest("flow", arguments: [], [.after(parent), .queue("children")])
    for _ in 0..<children / together { try await engine.enqueue(Array(repeating: request, count: together)) }
    async let work: Void = engine.run(workers: 1, queues: ["parent"])
    let clock = ContinuousClock()
    var latencies: [UInt64] = []
    var last: JobID?
    while true {
        let began = clock.now
        let job = try await engine.enqueue("flow", arguments: [], [.queue("others")])
        latencies.append(UInt64((clock.now - began) / .nanoseconds(1)))
        last = job.id
        if try engine.count(of: .enqueued, in: "children") == children { break }
    }
    precondition(last != nil && latencies.count > children / 2_000 / 10)
    engine.stop()
    try await work
    try await engine.close()
    return Sample(value: Double(latencies.max() ?? 0) / 1e6, latencies: latencies)
}

extension JobEngine {
    fileprivate func count(of state: JobState, in queue: String) throws -> Int {
        try read { log in
            var books = Books()
            return Int(try books.queue(queue, in: log)?[state] ?? 0)
        }
    }
}
