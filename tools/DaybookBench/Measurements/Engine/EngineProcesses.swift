import CDaybookPlatform
import Daybook
import DaybookLog
import DaybookModel
import Foundation
import Synchronization

/// Several processes on one store, and what happens when one goes.
let engineProcesses: [Measurement] = [
    Measurement(
        suite: "processes", name: "four saturating processes together / one alone", unit: .perSecond,
        target: .ratio(floor: 0.7, aim: nil),
        ours: { Sample(value: try await Saturation.run(processes: 4, in: $0).perSecond) },
        baseline: { Sample(value: try await Saturation.run(processes: 1, in: $0).perSecond) }),
    Measurement(
        suite: "processes", name: "the smallest share of commits of the four", unit: .percent,
        target: .ours(floor: 15, aim: nil),
        ours: { Sample(value: try await Saturation.run(processes: 4, in: $0).smallestShare) }),
    Measurement(
        suite: "processes", name: "the longest wait of an enqueue beside three others", unit: .milliseconds,
        target: .ours(floor: 250, aim: nil),
        ours: { Sample(value: try await Saturation.run(processes: 4, in: $0).longestWaitMilliseconds) }),
    Measurement(
        suite: "processes", name: "jobs of a killed process start again, the slowest of ten", unit: .milliseconds,
        target: .ours(floor: 50, aim: nil),
        ours: { place in
            var slowest = 0.0
            for _ in 0..<10 { slowest = max(slowest, try await restart(in: place, lease: nil) { $0.kill() }) }
            return Sample(value: slowest)
        }),
    Measurement(
        suite: "processes", name: "jobs of a stopped process start again, beyond its lease of a second",
        unit: .milliseconds, target: .ours(floor: 1_000, aim: nil),
        ours: { place in
            Sample(value: try await restart(in: place, lease: 1) { kill($0.id, SIGSTOP) } - 1_000)
        }),
    Measurement(
        suite: "processes", name: "0.1 % jobs of 10 s, the others of 10 µs: those that wait while a slot is idle",
        unit: .jobs, target: .ours(floor: 0, aim: nil), ours: { Sample(value: try await waitingBesideIdleSlots($0)) }),
]

/// Processes that enqueue and work as fast as they can.
private struct Saturation {
    var perSecond = 0.0
    var smallestShare = 0.0
    var longestWaitMilliseconds = 0.0

    static func run(processes: Int, in place: Place) async throws -> Saturation {
        let folder = try place.emptyFolder() + "/store"
        let seconds = Double(place.operations(10))
        try StoreFolder.open(folder, .readWrite(createIfMissing: true), program: "daybook-bench").close()
        let children = try (0..<processes).map { _ in try Child(.saturate, folder, "\(seconds)") }
        for child in children { try child.waitForLine("ready") }
        // Reading one to its end holds nobody else up: they all write no more than a line.
        for child in children { child.go() }
        let said = try children.map {
            try $0.endWithLines().last?.split(separator: " ").compactMap { Double($0) } ?? []
        }
        guard said.allSatisfy({ $0.count == 3 }) else { throw UsageError("A process said nothing.") }
        var result = Saturation()
        result.perSecond = said.map { $0[0] }.reduce(0, +) / seconds
        result.longestWaitMilliseconds = (said.map { $0[1] }.max() ?? 0) / 1e6
        let shares = try commits(of: said.map { SequenceNumber($0[2]) }, in: folder)
        result.smallestShare = 100 * Double(shares.min() ?? 0) / Double(max(1, shares.reduce(0, +)))
        return result
    }

    /// A commit is its last event's.
    private static func commits(of processes: [SequenceNumber], in folder: String) throws -> [Int] {
        let store = try StoreFolder.open(folder, .readOnly, program: "daybook-bench")
        defer { store.close() }
        var counts: [SequenceNumber: Int] = [:]
        try store.storage.read { log in
            try log.events(from: 1) { sequence, value in
                let head = try EventHead(value, at: sequence)
                if head.isCommitEnd { counts[head.process, default: 0] += 1 }
                return true
            }
        }
        return processes.map { counts[$0] ?? 0 }
    }
}

/// Milliseconds from the end of a process, of whichever kind, until its job runs in this one.
private func restart(in place: Place, lease: Double?, _ end: (Child) -> Void) async throws -> Double {
    let folder = try place.emptyFolder() + "/store"
    let began = Atomic<UInt64>(0)
    var options = EngineOptions()
    if let lease { options.lease = .seconds(lease) }
    let engine = try EngineLoad.engine(folder, options: options) { _ in
        began.store(daybook_monotonic_nanoseconds(), ordering: .releasing)
    }
    let handle = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
    let child = try Child(.hang, folder, lease.map { "\($0)" } ?? "60")
    try child.waitForLine("started")
    let elapsed = try await withThrowingTaskGroup { group in
        group.addTask { try await engine.run(workers: 1) }
        let ended = daybook_monotonic_nanoseconds()
        end(child)
        _ = try await handle.result()
        engine.stop()
        try await group.waitForAll()
        return Double(began.load(ordering: .acquiring) - ended) / 1e6
    }
    child.kill()
    try await engine.close()
    return elapsed
}

/// Jobs of 10 µs that waited for over a second at a moment when one of the slots had nothing to do.
private func waitingBesideIdleSlots(_ place: Place) async throws -> Double {
    let folder = try place.emptyFolder() + "/store"
    let engine = try EngineLoad.engine(folder)
    let count = place.operations(10_000)
    var requests: [JobRequest] = []
    for number in 0..<count {
        let microseconds = number % 1_000 == 500 ? 10_000_000 : 10
        requests.append(JobRequest(EngineLoad.name, arguments: Array("\(microseconds)".utf8)))
    }
    try await engine.enqueue(requests)
    try await engine.close()
    let children = try (0..<2).map { _ in try Child(.times, folder) }
    for child in children { try child.waitForLine("ready") }
    let start = daybook_monotonic_nanoseconds()
    for child in children { child.go() }
    let runs = try children.flatMap { child in
        try child.endWithLines().map { $0.split(separator: " ").compactMap { UInt64($0) } }.filter { $0.count == 2 }
    }
    guard runs.count == count else { throw UsageError("\(runs.count) of \(count) jobs ran.") }
    let second: UInt64 = 1_000_000_000
    let late = runs.filter { $0[1] - $0[0] < second && $0[0] > start + second }.map { $0[0] }
    guard let last = late.max() else { return 0 }
    // Until then a fast job waited; was a slot idle at any moment after the first second?
    var changes = runs.flatMap { [($0[0], 1), ($0[1], -1)] }.sorted { $0 < $1 }
    changes.removeAll { $0.0 > last }
    var busy = 0
    var lastIdle: UInt64 = 0
    for (time, change) in changes {
        if busy < 2 * 8, time > start + second { lastIdle = time }
        busy += change
    }
    return Double(late.filter { $0 > lastIdle }.isEmpty ? late.count : late.filter { $0 <= lastIdle }.count)
}
