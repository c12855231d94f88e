import CDaybookPlatform
import Daybook
import DaybookModel

/// How long one caller, one job or one timer waits.
let engineLatency: [Measurement] =
    [
        Measurement(
            suite: "engine", name: "await enqueue, one task, p50 / C commit p50", unit: .microseconds,
            target: .ratio(floor: 1.3, aim: 1.1),
            ours: { place in
                let engine = try EngineLoad.engine(try place.emptyFolder() + "/store")
                let latencies = try await awaits(place.operations(2_000), engine)
                try await engine.close()
                return .median(of: latencies)
            },
            baseline: { try Baseline.append.medianOfCommits(in: $0, operations: 2_000) }),
        Measurement(
            suite: "engine", name: "idle engine, enqueue to handler start, p50 / C commit p50", unit: .microseconds,
            target: .ratio(floor: 2.0, aim: 1.2), ours: { try await idleStart($0.operations(1_000), in: $0) },
            baseline: { try Baseline.append.medianOfCommits(in: $0, operations: 2_000) }),
        Measurement(
            suite: "engine", name: "the same from another process / C commit p50", unit: .microseconds,
            target: .ratio(floor: 3.0, aim: 2.2), ours: { try await idleStartElsewhere($0.operations(1_000), in: $0) },
            baseline: { try Baseline.append.medianOfCommits(in: $0, operations: 2_000) }),
        Measurement(
            suite: "engine", name: "due job starts after its instant and a commit, p99, 10 k timers",
            unit: .milliseconds, target: .ours(floor: 5, aim: nil),
            ours: { try await timers($0.operations(10_000), in: $0) }),
        Measurement(
            suite: "engine", name: "processor time of a job, end to end", unit: .microseconds,
            ours: { place in
                let count = place.operations(100_000) / 1024 * 1024
                let window = Window(1024)
                let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") { _ in window.leave() }
                let before = ProcessMemory.processorMicroseconds
                try await EngineLoad.throughWindow(count, engine, window, drains: true) {
                    _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
                }
                let used = ProcessMemory.processorMicroseconds - before
                try await engine.close()
                return Sample(value: Double(used) / Double(count))
            }),
    ]
    + [10, 50, 80].map { percent in
        Measurement(
            suite: "engine", name: "enqueue to handler start at \(percent) % of the top rate, open loop, p50",
            unit: .microseconds, ours: { try await openLoop(percent, in: $0) })
    }

private func awaits(_ count: Int, _ engine: JobEngine) async throws -> [UInt64] {
    var latencies: [UInt64] = []
    for _ in 0..<count {
        let began = daybook_monotonic_nanoseconds()
        _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
        latencies.append(daybook_monotonic_nanoseconds() - began)
    }
    return latencies
}

/// What a job carries to say when it was sent.
private func stamp(_ nanoseconds: UInt64) -> [UInt8] { Array(String(nanoseconds).utf8) }

/// How long ago the job was sent that carries this stamp.
func nanosecondsSince(stamp: [UInt8]) -> UInt64 {
    daybook_monotonic_nanoseconds() - (UInt64(String(decoding: stamp, as: UTF8.self)) ?? 0)
}

private func idleStart(_ count: Int, in place: Place) async throws -> Sample {
    let latencies = Latencies()
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") {
        latencies.add(nanosecondsSince(stamp: $0))
    }
    try await EngineLoad.working(engine, workers: 2) { try await sendOneByOne(count, engine) }
    try await engine.close()
    return .median(of: latencies.all)
}

/// Each job is over before the next is sent.
private func sendOneByOne(_ count: Int, _ engine: JobEngine) async throws {
    for _ in 0..<count {
        let handle = try await engine.enqueue(
            EngineLoad.name, arguments: stamp(daybook_monotonic_nanoseconds()))
        _ = try await handle.result()
    }
}

private func idleStartElsewhere(_ count: Int, in place: Place) async throws -> Sample {
    let folder = try place.emptyFolder() + "/store"
    let engine = try EngineLoad.engine(folder)
    let child = try Child(.latencies, folder)
    try child.waitForLine("ready")
    try await sendOneByOne(count, engine)
    let latencies = try child.endWithLines().compactMap { UInt64($0) }
    try await engine.close()
    return .median(of: latencies)
}

/// Ten thousand timers in two seconds, and how late the 99th of a hundred starts, beyond what a commit takes.
private func timers(_ count: Int, in place: Place) async throws -> Sample {
    let late = Latencies()
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") { due in
        let due = Int64(String(decoding: due, as: UTF8.self)) ?? 0
        late.add(UInt64(max(0, daybook_wall_microseconds() - due)) * 1_000)
    }
    let commit = try await awaits(200, engine).percentile(50)
    let first = daybook_wall_microseconds() + 1_500_000
    var requests: [JobRequest] = []
    for number in 0..<count {
        let due = first + Int64(number) * 2_000_000 / Int64(count)
        requests.append(
            JobRequest(
                EngineLoad.name, arguments: Array(String(due).utf8),
                [.at(Instant(microseconds: due)), .queue("timers")]))
    }
    try await engine.enqueue(requests)
    try await withThrowingTaskGroup { group in
        group.addTask { try await engine.run(workers: 8, queues: ["timers"]) }
        while late.all.count < count { try await Task.sleep(for: .milliseconds(50)) }
        engine.stop()
        try await group.waitForAll()
    }
    try await engine.close()
    return Sample(value: (late.all.percentile(99) - commit) / 1e6, latencies: late.all)
}

/// Jobs arrive at a steady rate, whether those before them have been answered or not: who waits because an earlier one
/// took long is counted as waiting.
private func openLoop(_ percent: Int, in place: Place) async throws -> Sample {
    let top = try await topRate(in: place)
    let rate = top * Double(percent) / 100
    let seconds = place.operations(40) >= 40 ? 4.0 : 0.5
    let count = Int(rate * seconds)
    let latencies = Latencies()
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") {
        latencies.add(nanosecondsSince(stamp: $0))
    }
    try await EngineLoad.working(engine) {
        let start = daybook_monotonic_nanoseconds() + 10_000_000
        try await withThrowingTaskGroup { arrivals in
            for number in 0..<count {
                let planned = start + UInt64(Double(number) * 1e9 / rate)
                while daybook_monotonic_nanoseconds() < planned { await Task.yield() }
                arrivals.addTask { _ = try await engine.enqueue(EngineLoad.name, arguments: stamp(planned)) }
            }
            try await arrivals.waitForAll()
        }
        try await engine.waitUntilDrained()
    }
    try await engine.close()
    return .median(of: latencies.all)
}

private func topRate(in place: Place) async throws -> Double {
    let count = place.operations(50_000) / 1024 * 1024
    let window = Window(1024)
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") { _ in window.leave() }
    let sample = try await timed(operations: count) {
        try await EngineLoad.throughWindow(count, engine, window, drains: true) {
            _ = try await engine.enqueue(EngineLoad.name, arguments: EngineLoad.payload)
        }
    }
    try await engine.close()
    return sample.value
}
