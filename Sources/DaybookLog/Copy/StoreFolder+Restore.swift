// A store that is restored goes on from a point in the past, and what happened after the backup is lost: jobs that were
// finished since may run twice, and numbers that were handed out since will be handed out again. So a restored log says
// so in an event of its own, which names the head that it goes on from and begins an epoch: `restored`.
//
// What was running when the backup was made is given back, since none of those processes has this folder open.

internal import DaybookLMDB
package import DaybookModel

/// What became of a backup.
package struct RestoreSummary: Equatable, Sendable {
    package let copy: CopySummary
    /// The event that begins the epoch.
    package let event: SequenceNumber
    /// Jobs that were running when the backup was made.
    package let interrupted: UInt64
}

extension StoreFolder {
    /// Makes a store at `path`, where there must be none, of the backup at `backup`.
    ///
    /// Who knows how far the lost log had come says so with `handedOut`: the numbers up to that one are filled with
    /// `gap` events, so that none of them ever names two things.
    package static func restore(
        at path: String, from backup: String, handedOut: SequenceNumber = 0, program: String,
        options: Options = Options(), _ control: CopyControl = CopyControl()
    ) throws(LogError) -> RestoreSummary {
        let source = try StoreFolder.open(backup, .readOnly, program: program, options: options)
        defer { source.close() }
        return try StoreBuilding.make(
            at: path, program: program, options: options, action: "restore", durability: .scratch
        ) { environment, host in
            let pace = CopyPace(nil)
            let copy = StoreCopy(
                source: source.storage.environment, target: environment, control: control, pace: pace, flush: {})
            let last = try copy.run()
            try source.storage.copyArchives(to: try FolderDescriptor(opening: path), control)
            let storage = try LMDBStorage(environment)
            let epoch = Epoch(storage: storage, last: last, program: program, host: host, control: control)
            let (event, interrupted) = try epoch.begin(handedOut: handedOut)
            let report = try CopyCheck(control: control, pace: pace).verify(storage)
            let summary = CopySummary(report, identity: source.identity, byteCount: try environment.usedBytes())
            return (RestoreSummary(copy: summary, event: event, interrupted: interrupted), source.identity)
        }
    }
}

/// The beginning of an epoch, in a store that nobody else sees yet.
struct Epoch {
    let storage: any LogStorage
    let last: SequenceNumber
    let program: String
    let host: HostFacts
    let control: CopyControl

    /// Commits of about this size.
    private static let eventsAtOnce = 1_000

    func begin(handedOut: SequenceNumber) throws -> (event: SequenceNumber, interrupted: UInt64) {
        let head = try storage.read { try $0.seal(endingAt: last).head }
        let writer = LogWriter(storage)
        let interrupted = try Homecoming(reason: "restored from a backup: its process is not there").run(
            storage, writer, now: host.now, control)
        try fill(writer, through: handedOut)
        let now = host.now()
        let restored = Restored(
            last: last, previousHead: head.withBytes { Array($0) }, program: program, host: host.host, user: host.user)
        let event = try writer.turn(now: now) {
            try $0.record(Event(time: now, actor: .person(host.user), body: .restored(Box(restored))))
        }
        return (event, interrupted)
    }

    private func fill(_ writer: LogWriter, through handedOut: SequenceNumber) throws {
        var last = try storage.read { try $0.last }
        while last < handedOut {
            try control.requireGoingOn()
            let now = host.now()
            let count = min(handedOut - last, UInt64(Epoch.eventsAtOnce))
            try writer.turn(now: now) { turn in
                for _ in 0..<count {
                    try turn.record(Event(time: now, body: .gap(Gap(note: "handed out after the backup was made"))))
                }
            }
            last = try storage.read { try $0.last }
        }
    }
}

/// Gives back what processes had claimed that cannot be there: the store is a copy, and they had another one open.
struct Homecoming {
    let reason: String

    private static let jobsAtOnce = 1_000

    /// Answers how many jobs there were.
    func run(
        _ storage: any LogStorage, _ writer: LogWriter, now: () -> Instant, _ control: CopyControl
    ) throws -> UInt64 {
        var interrupted: UInt64 = 0
        while true {
            try control.requireGoingOn()
            let claims = try storage.read { try running(in: $0) }
            guard !claims.isEmpty else { break }
            try writer.turn(now: now()) { turn in
                for claim in claims {
                    let answer = try turn.perform(
                        .interrupt(
                            job: claim.job, token: claim.token, reason: reason, charged: false, actor: .system))
                    guard case .refused(let refusal) = answer else { continue }
                    throw LogError(.damaged, "Job \(claim.job) cannot be given back: \(refusal)", at: claim.job)
                }
            }
            interrupted += UInt64(claims.count)
        }
        try dismiss(storage, writer, now: now)
        return interrupted
    }

    private func running(in log: any LogSnapshot) throws -> [(job: SequenceNumber, token: SequenceNumber)] {
        var found: [(SequenceNumber, SequenceNumber)] = []
        try RowKey.running(process: 0, job: 0).withBytes { start in
            try log.scan(.running, from: start) { key, value in
                let row = RowKey(key)
                guard !row.isSentinel, found.count < Homecoming.jobsAtOnce else { return false }
                found.append((row.second, SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self))))
                return true
            }
        }
        return found
    }

    private func dismiss(_ storage: any LogStorage, _ writer: LogWriter, now: () -> Instant) throws {
        var alive: [SequenceNumber] = []
        try storage.read { log in
            try RowKey.number(0).withBytes { start in
                try log.scan(.processes, from: start) { key, value in
                    if ProcessRecord(value)?.standing.isAlive == true { alive.append(RowKey(key).first) }
                    return true
                }
            }
        }
        guard !alive.isEmpty else { return }
        try writer.turn(now: now()) { turn in
            for process in alive { _ = try turn.perform(.loseProcess(process, by: .system)) }
        }
    }
}
