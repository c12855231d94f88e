import CDaybookPlatform
import Daybook
import DaybookLog
import DaybookModel
import Foundation

/// Recurring jobs: how long the search for the next occurrence takes, how soon many that are due at once are enqueued,
/// and what they cost while nothing is due.
let recurringFiring: [Measurement] = [
    Measurement(
        suite: "recurring", name: "next occurrence, common expressions", unit: .microseconds,
        target: .ours(floor: 5, aim: nil),
        ours: { _ in
            let times = try searches(common, rounds: 2_000)
            return Sample(value: Double(times.reduce(0, +)) / Double(times.count) / 1_000)
        }),
    Measurement(
        suite: "recurring", name: "next occurrence, the slowest of hard expressions", unit: .microseconds,
        target: .ours(floor: 1_000, aim: nil),
        ours: { _ in
            // A search that was interrupted by the machine is not a slow search: the best of several counts.
            var slowest: UInt64 = 0
            for expression in hard {
                let times = try searches([expression], rounds: 20)
                slowest = max(slowest, times.min() ?? 0)
            }
            return Sample(value: Double(slowest) / 1_000)
        }),
    Measurement(
        suite: "recurring", name: "50 k definitions due in one second, until the last is enqueued", unit: .milliseconds,
        target: .ours(floor: 1_000, aim: nil), ours: { try await fireAtOnce(in: $0) }),
    Measurement(
        suite: "recurring", name: "processor time a second, 50 k definitions and nothing due", unit: .milliseconds,
        target: .ours(floor: 10, aim: nil), ours: { try await idle(definitions: $0.operations(50_000), in: $0) },
        baseline: { try await idle(definitions: 0, in: $0) }),
]

private let common = [
    "* * * * *", "*/5 * * * *", "0 * * * *", "30 2 * * *", "0 9-17 * * MON-FRI", "0 0 1 * *", "0 0 * * 0",
    "*/15 8-18 * * 1-5", "0 12 * * 1,3,5", "59 23 31 12 *",
]

private let hard = [
    "0 0 29 2 1", "0 0 29 2 MON#5", "0 0 30 2 *", "59 59 23 31 12 SAT", "0 0 31W 2 *", "0 0 L-30 2 FRI",
    "30 2 29 2 SUNL", "0 0 13 * FRI", "0 0 LW 2 MON#5", "0 0 1 1 7#5",
]

/// Nanoseconds of each search, from instants over a year, by the clocks of New York.
private func searches(_ expressions: [String], rounds: Int) throws -> [UInt64] {
    let zone = try Zones().table(named: "America/New_York")
    var times: [UInt64] = []
    for expression in expressions {
        let cron = try CronExpression(expression)
        for round in 0..<rounds {
            let from = Instant(microseconds: 1_772_366_400_000_000 + Int64(round) * 15_768_123_457)
            let began = daybook_monotonic_nanoseconds()
            let next = cron.next(after: from, in: zone)
            times.append(daybook_monotonic_nanoseconds() - began)
            guard next.map({ $0 > from }) ?? true else { throw WrongResult() }
        }
    }
    return times
}

private struct WrongResult: Error {}

/// Definitions that all fire at one instant.
private func enter(_ count: Int, at instant: Instant, in store: StoreFolder) throws {
    let writer = LogWriter(store.storage)
    let (day, second) = instant.secondsRoundedDown.quotientAndRemainder(dividingBy: 86_400)
    _ = day
    let schedule = "\(second % 60) \(second / 60 % 60) \(second / 3_600) * * *"
    for start in stride(from: 0, to: count, by: 1_000) {
        try writer.turn(now: instant.advanced(microseconds: -60_000_000)) { turn in
            for number in start..<min(start + 1_000, count) {
                var set = RecurringSet(
                    id: "definition.\(number)",
                    job: Created(
                        name: "mail.send", queue: "mail", attempts: 11, salt: UInt64(number),
                        arguments: Array("{\"to\":\"somebody.\(number)@example.org\"}".utf8)))
                set.schedule = schedule
                set.plan = RecurringNext(planned: instant, due: instant)
                _ = try turn.perform(.recurring(Box(.set(set, expected: 0, passed: nil, actor: .person("bench")))))
            }
        }
    }
}

private func fireAtOnce(in place: Place) async throws -> Sample {
    let count = place.operations(50_000)
    let folder = try place.emptyFolder() + "/store"
    let host = try HostFacts.real()
    let instant = Instant(wholeSeconds: host.now().secondsRoundedDown + 6)
    let store = try StoreFolder.open(folder, .readWrite(createIfMissing: true), program: "daybook-bench")
    try enter(count, at: instant, in: store)
    store.close()
    let engine = try JobEngine.open(folder, program: "daybook-bench")
    guard host.now() < instant else { throw TooSlow() }
    while try enqueued(engine) < count { try await Task.sleep(for: .milliseconds(2)) }
    let last = try engine.read { log in try log.event(try log.last) { try EventHead($0, at: try log.last).time } }
    try await engine.close()
    return Sample(value: Double((last ?? instant).microseconds - instant.microseconds) / 1_000)
}

private struct TooSlow: Error, CustomStringConvertible {
    var description: String { "entering the definitions took longer than the time until they are due" }
}

private func enqueued(_ engine: JobEngine) throws -> Int {
    try engine.read { log in
        var books = Books()
        return try Int(books.queue("mail", in: log)?[.enqueued] ?? 0)
    }
}

private func idle(definitions count: Int, in place: Place) async throws -> Sample {
    let folder = try place.emptyFolder() + "/store"
    let host = try HostFacts.real()
    let store = try StoreFolder.open(folder, .readWrite(createIfMissing: true), program: "daybook-bench")
    try enter(count, at: Instant(wholeSeconds: host.now().secondsRoundedDown + 40_000), in: store)
    store.close()
    let engine = try JobEngine.open(folder, program: "daybook-bench")
    // What it looks at once when it opens is not what it costs while it waits.
    for _ in 0..<20 { _ = try await engine.perform(.look) }
    let (began, used) = (daybook_monotonic_nanoseconds(), processorSeconds())
    try await Task.sleep(for: .seconds(3))
    let seconds = Double(daybook_monotonic_nanoseconds() - began) / 1e9
    let cost = processorSeconds() - used
    try await engine.close()
    return Sample(value: cost / seconds * 1_000)
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
