import Daybook
import DaybookLog
import DaybookModel

/// What limits cost: those who come under one, and those who claim beside many that wait for one.
let engineLimits: [Measurement] = [
    Measurement(
        suite: "limits", name: "burn-down with a concurrency limit on every job, 1,000 keys / without",
        unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil), ours: { try await burnDown(keys: 1_000, in: $0) },
        baseline: { try await burnDown(keys: 0, in: $0) }),
    Measurement(
        suite: "limits", name: "claims with 100 k jobs waiting on one limited key / with 1 k", unit: .perSecond,
        target: .ratio(floor: 0.67, aim: 1), ours: { try await claims(waiting: $0.operations(100_000), in: $0) },
        baseline: { try await claims(waiting: 1_000, in: $0) }),
]

/// Jobs that are there before anybody works; each key may have four running.
private func burnDown(keys: Int, in place: Place) async throws -> Sample {
    let count = place.operations(100_000)
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store")
    if keys > 0 { try await engine.limit(.keys("tenant"), to: .concurrency(4)) }
    try await EngineLoad.fill(engine, count) { number in keys > 0 ? [.tenant("t\(number % keys)")] : [] }
    let sample = try await timed(operations: count) {
        try await EngineLoad.working(engine) { try await engine.waitUntilDrained() }
    }
    try await engine.close()
    return sample
}

/// A job claimed and ended again and again while others of its key wait, in few commits, so that the rules are
/// measured and not the disk.
private func claims(waiting: Int, in place: Place) async throws -> Sample {
    let store = try StoreFolder.open(
        try place.emptyFolder() + "/store", .readWrite(createIfMissing: true), program: "daybook-bench")
    defer { store.close() }
    let writer = LogWriter(store.storage)
    let now = Instant(microseconds: 1_772_366_400_000_000)
    let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
    guard case .done(let process) = try writer.turn(now: now, { try $0.perform(.startProcess(Box(started))) }) else {
        throw Unclaimed()
    }
    let limit = Command.limit(.keys("tenant"), .concurrency(1), reason: "", actor: .system)
    _ = try writer.turn(now: now) { try $0.perform(limit) }
    let rounds = 500
    var job = Created(name: EngineLoad.name, queue: "default", attempts: 1, salt: 1, arguments: EngineLoad.payload)
    job.tenant = "acme"
    let box = Box(job)
    for start in stride(from: 0, to: waiting + rounds, by: 1_000) {
        _ = try writer.turn(now: now) { turn in
            for _ in start..<min(start + 1_000, waiting + rounds) {
                _ = try turn.perform(.enqueue(box, onConflict: .existing))
            }
        }
    }
    return try await timed(operations: rounds) {
        for _ in 0..<5 {
            try writer.turn(now: now) { turn in
                for _ in 0..<rounds / 5 {
                    let answer = try turn.perform(.claim(Claim(process: process, queues: nil, slots: 8)))
                    guard case .claimed(let claimed) = answer, claimed.count == 1 else { throw Unclaimed() }
                    _ = try turn.perform(
                        .finish(
                            job: claimed[0].job, token: claimed[0].token, .succeeded(Succeeded(ranMicroseconds: 1)),
                            actor: .process(process)))
                }
            }
        }
    }
}

private struct Unclaimed: Error {}
