// A store such as a company has after a busy week: a dozen queues, forty kinds of jobs, hundreds of tenants and tags,
// most jobs done, some failed with one of a few dozen errors, some given up, set aside or tried twice, batches,
// recurring jobs with their runs, logs of runs, and deeds of people. Everything is decided by the rules and written by
// the log's own writer, a thousand jobs a turn, with instants that lie over the week before now.

import Daybook
import DaybookLog
import DaybookModel
import Foundation

struct DashboardStore {
    static let jobsFull = 10_000_000
    /// Under `--quick`.
    static let jobsQuick = 200_000
    static let batchJobs = 20
    static let recurringCount = 300
    private static let jobsPerTurn = 1_000

    private let writer: LogWriter
    private let count: Int
    private let began: Instant
    private let microsecondsPerTurn: Int64
    private var process: SequenceNumber = 0
    private var claimed: [Claimed] = []

    static func folder(_ place: Place) -> String { place.keptFolder + "/dashboard-\(jobs(place))" }

    static func jobs(_ place: Place) -> Int { place.isQuick ? jobsQuick : jobsFull }

    /// Made under another name first: half a store is none.
    static func make(_ place: Place) throws {
        let folder = folder(place)
        guard !FileManager.default.fileExists(atPath: folder) else { return }
        let draft = folder + ".new"
        try? FileManager.default.removeItem(atPath: draft)
        // Its first event is as old as it makes itself.
        var host = try HostFacts.real()
        let began = host.now().advanced(microseconds: -week)
        host.now = { began }
        var options = StoreFolder.Options()
        options.host = host
        let store = try StoreFolder.open(
            draft, .readWrite(createIfMissing: true), program: "daybook-bench", options: options)
        do {
            defer { store.close() }
            var made = DashboardStore(LogWriter(store.storage), jobs(place), since: began)
            try made.fill()
        }
        try FileManager.default.moveItem(atPath: draft, toPath: folder)
    }

    private static let week: Int64 = 7 * 86_400_000_000

    private init(_ writer: LogWriter, _ count: Int, since began: Instant) {
        self.writer = writer
        self.count = count
        self.began = began
        microsecondsPerTurn = DashboardStore.week / Int64(count / DashboardStore.jobsPerTurn + 1_000)
    }

    private var waitingCount: Int { count / 50 }
    private var scheduledCount: Int { count / 200 }
    private var awaitingCount: Int { count / 500 }

    private mutating func fill() throws {
        let full = DashboardStore.jobsPerTurn
        let living = count - waitingCount - scheduledCount - awaitingCount
        try start()
        var number = 0
        while number < living {
            try work(number..<min(number + full, living), at: instant(of: number))
            number += full
        }
        // Those that are tried again come a turn later.
        while !claimed.isEmpty { try work(living..<living, at: instant(of: living)) }
        try leaveWaiting(from: living)
    }

    private func instant(of number: Int) -> Instant {
        began.advanced(microseconds: Int64(number / DashboardStore.jobsPerTurn) * microsecondsPerTurn)
    }

    // MARK: Turns

    /// Processes, limits, an action on many jobs, and recurring jobs with some runs.
    private mutating func start() throws {
        let start = ProcessStarted(
            processID: 4_711, host: "worker-1", user: "jobs", program: "bench", boot: "a boot long ago", runs: ["*"])
        process = try writer.turn(now: began) { turn in
            guard case .done(let process) = try turn.perform(.startProcess(Box(start))) else { throw Unexpected() }
            for queue in DashboardSample.queues.suffix(2) {
                try turn.settle(.limit(.queue(queue), .concurrency(50_000), reason: "", actor: .person("ada")))
            }
            try DashboardSample.operation(&turn)
            return process
        }
        for number in 0..<DashboardStore.recurringCount {
            try writer.turn(now: began) { turn in
                let day: Int64 = 86_400_000_000
                let next = turn.now.advanced(microseconds: 40 * day)
                var set = RecurringSet(id: "nightly.\(number)", job: DashboardSample.created(number).value)
                set.schedule = "0 3 1 * *"
                set.plan = RecurringNext(planned: next, due: next)
                let answer = try turn.perform(
                    .recurring(Box(.set(set, expected: 0, passed: nil, actor: .person("grace")))))
                guard case .done(let version) = answer else { throw Unexpected() }
                let instants = (0..<64).map { turn.now.advanced(microseconds: -Int64($0) * day) }
                try turn.settle(
                    .recurring(
                        Box(
                            .make(
                                version, version: version, instants.reversed(), .backfill, set,
                                salts: Array(repeating: 1, count: instants.count), actor: .person("grace")))))
            }
        }
    }

    /// An engine's turn: what was claimed ends, jobs come, and jobs are claimed.
    private mutating func work(_ numbers: Range<Int>, at instant: Instant) throws {
        let (ending, process) = (claimed, process)
        claimed = try writer.turn(now: instant) { turn in
            for claim in ending { try DashboardSample.end(claim, process, &turn) }
            var single = numbers
            if numbers.lowerBound % 2_000 == 0, numbers.count >= DashboardStore.batchJobs {
                let jobs = numbers.prefix(DashboardStore.batchJobs).map(DashboardSample.created)
                single = single.dropFirst(jobs.count)
                let batch = NewBatch(
                    name: "import-\(numbers.lowerBound)", isOpen: false, jobs: jobs, actor: .process(process))
                try turn.settle(.batch(Box(.create(batch))))
            }
            if numbers.lowerBound % 20_000 == 0 { try DashboardSample.deed(&turn) }
            for number in single { try turn.settle(.enqueue(DashboardSample.created(number), onConflict: .existing)) }
            let claim = Claim(process: process, worker: 1, queues: nil, slots: 2 * DashboardStore.jobsPerTurn)
            guard case .claimed(let list) = try turn.perform(.claim(claim)) else { return [] }
            return list
        }
    }

    /// What stands at the end: jobs that wait for a worker, for their time, or for others.
    private func leaveWaiting(from first: Int) throws {
        let now = instant(of: count)
        let month: Int64 = 30 * 86_400_000_000
        let (ready, later) = (first + waitingCount, first + waitingCount + scheduledCount)
        for start in stride(from: first, to: count, by: DashboardStore.jobsPerTurn) {
            try writer.turn(now: now) { turn in
                for number in start..<min(start + DashboardStore.jobsPerTurn, count) {
                    var created = DashboardSample.created(number).value
                    if number >= ready, number < later {
                        created.due = now.advanced(microseconds: month + Int64(number))
                    }
                    if number >= later { created.after = [Dependency(.job(turn.last - SequenceNumber(later - ready)))] }
                    try turn.settle(.enqueue(Box(created), onConflict: .existing))
                }
            }
        }
        try writer.turn(now: now) { _ = try $0.settle(.stopProcess(process)) }
    }
}

extension Turn {
    /// Does what is wanted, or throws: a store that lacks half of what it is made of measures nothing.
    @discardableResult
    mutating func settle(_ command: Command) throws -> Answer {
        let answer = try perform(command)
        if case .refused(let refusal) = answer { throw Unexpected("\(refusal)") }
        return answer
    }
}

private struct Unexpected: Error, CustomStringConvertible {
    let reason: String

    init(_ reason: String = "") {
        self.reason = reason
    }

    var description: String { "The rules refused what the bench's store is made of. \(reason)" }
}
