import Daybook
import DaybookLog
import DaybookModel
import Synchronization

/// What limits cost: those who come under one, and those who claim beside many that wait for one.
let engineLimits: [Measurement] = [
    Measurement(
        suite: "limits", name: "end to end with a concurrency limit on every job, 1,000 keys / without",
        unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil), ours: { try await endToEnd(100_000, keys: 1_000, in: $0) },
        baseline: { try await endToEnd(100_000, keys: 0, in: $0) }),
    Measurement(
        suite: "limits", name: "end to end with a limit on each of 1 M keys, one job each / 1,000 keys",
        unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil), ours: { try await endToEnd(1_000_000, keys: 1_000_000, in: $0) },
        baseline: { try await endToEnd(100_000, keys: 1_000, in: $0) }),
    Measurement(
        suite: "limits", name: "anonymous memory of an engine that runs a job of each of 1 M keys", unit: .megabytes,
        target: .ours(floor: 48, aim: nil), ours: { try await memory(keys: 1_000_000, in: $0) }),
    Measurement(
        suite: "limits", name: "burn-down with a concurrency limit on every job, 1,000 keys / without",
        unit: .perSecond,
        target: .ratio(floor: 0.5, aim: nil), ours: { try await burnDown(keys: 1_000, in: $0) },
        baseline: { try await burnDown(keys: 0, in: $0) }),
    Measurement(
        suite: "limits", name: "claims with 100 k jobs waiting on one limited key / with 1 k", unit: .perSecond,
        target: .ratio(floor: 0.67, aim: 1), ours: { try await claims(waiting: $0.operations(100_000), in: $0) },
        baseline: { try await claims(waiting: 1_000, in: $0) }),
    Measurement(
        suite: "limits", name: "a tenant's 10 jobs beside 1 M of another: starts until its last / its fair turn",
        unit: .jobs,
        target: .ratio(floor: 2, aim: 1), ours: { try starts(beside: $0.operations(1_000_000), in: $0) },
        baseline: { _ in Sample(value: Double(2 * few)) }),
]

/// Jobs that are enqueued while others of them run; each key may have four running.
private func endToEnd(
    _ jobs: Int, keys: Int, in place: Place, _ handler: @escaping @Sendable ([UInt8]) -> Void = { _ in }
) async throws -> Sample {
    let count = place.operations(jobs)
    let engine = try EngineLoad.engine(try place.emptyFolder() + "/store") { handler($0) }
    if keys > 0 { try await engine.limit(.keys("tenant"), to: .concurrency(4)) }
    let sample = try await timed(operations: count) {
        try await EngineLoad.working(engine) {
            for start in stride(from: 0, to: count, by: 1_000) {
                let numbers = start..<min(start + 1_000, count)
                try await engine.enqueue(
                    numbers.map { number in
                        JobRequest(
                            EngineLoad.name, arguments: EngineLoad.payload,
                            keys > 0 ? [.tenant("t\(number % keys)")] : [])
                    })
            }
            try await engine.waitUntilDrained()
        }
    }
    try await engine.close()
    return sample
}

/// The most that any handler saw, beyond what there was before.
private func memory(keys: Int, in place: Place) async throws -> Sample {
    let before = ProcessMemory.anonymousBytes
    let peak = Highest()
    let seen = Atomic(0)
    _ = try await endToEnd(keys, keys: keys, in: place) { _ in
        guard seen.add(1, ordering: .relaxed).newValue % 1_000 == 0 else { return }
        peak.note(ProcessMemory.anonymousBytes)
    }
    return Sample(value: Double(peak.value - before) / 1e6)
}

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
    let store = try LimitedStore(concurrency: 1, in: place)
    defer { store.close() }
    let (writer, process) = (store.writer, store.process)
    let rounds = 500
    try store.fill(waiting + rounds, tenant: "acme")
    return try await timed(operations: rounds) {
        for _ in 0..<5 {
            try writer.turn(now: LimitedStore.now) { turn in
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

private let few = 10

/// How many jobs start until the last of a few has, beside a great many of another tenant that were there before; both
/// may have as many running at once. Its fair turn is every second start.
private func starts(beside many: Int, in place: Place) throws -> Sample {
    let store = try LimitedStore(concurrency: 4, in: place)
    defer { store.close() }
    try store.fill(many, tenant: "large")
    let last = try store.fill(few, tenant: "small")
    var started = 0
    while true {
        let claimed: [Claimed] = try store.writer.turn(now: LimitedStore.now) { turn in
            let claim = Claim(process: store.process, queues: nil, slots: 1)
            guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { throw Unclaimed() }
            for one in claimed {
                _ = try turn.perform(
                    .finish(
                        job: one.job, token: one.token, .succeeded(Succeeded(ranMicroseconds: 1)),
                        actor: .process(store.process)))
            }
            return claimed
        }
        guard !claimed.isEmpty, started < many else { throw Unclaimed() }
        started += claimed.count
        if claimed.contains(where: { $0.job == last }) { return Sample(value: Double(started)) }
    }
}

/// A store in which each tenant may have so many jobs running, and a process that claims.
private struct LimitedStore {
    let writer: LogWriter
    let process: SequenceNumber
    private let store: StoreFolder

    static let now = Instant(microseconds: 1_772_366_400_000_000)

    init(concurrency: Int, in place: Place) throws {
        store = try StoreFolder.open(
            try place.emptyFolder() + "/store", .readWrite(createIfMissing: true), program: "daybook-bench")
        writer = LogWriter(store.storage)
        let started = ProcessStarted(processID: 1, host: "h", user: "u", program: "p", boot: "b")
        let answer = try writer.turn(now: LimitedStore.now) { try $0.perform(.startProcess(Box(started))) }
        guard case .done(let process) = answer else { throw Unclaimed() }
        self.process = process
        let limit = Command.limit(.keys("tenant"), .concurrency(concurrency), reason: "", actor: .system)
        _ = try writer.turn(now: LimitedStore.now) { try $0.perform(limit) }
    }

    /// Answers the last of the jobs.
    @discardableResult
    func fill(_ count: Int, tenant: String) throws -> SequenceNumber {
        var job = Created(name: EngineLoad.name, queue: "default", attempts: 1, salt: 1, arguments: EngineLoad.payload)
        job.tenant = tenant
        let box = Box(job)
        var last: SequenceNumber = 0
        for start in stride(from: 0, to: count, by: 10_000) {
            try writer.turn(now: LimitedStore.now) { turn in
                for _ in start..<min(start + 10_000, count) {
                    guard case .created(let job) = try turn.perform(.enqueue(box, onConflict: .existing)) else {
                        throw Unclaimed()
                    }
                    last = job
                }
            }
        }
        return last
    }

    func close() { store.close() }
}

private struct Unclaimed: Error {}
