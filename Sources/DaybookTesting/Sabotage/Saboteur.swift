// Makes one mistake, again and again, from the outside: it changes commands on their way to the writer, writes events
// by hand that no rule has decided, hides rows from whoever looks for them, or tells the wrong things of others. The
// engine's own code has no mistakes to switch on.

internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Unchecked because everything here happens on the simulation's one thread.
final class Saboteur: @unchecked Sendable {
    let bug: PlantedBug
    private var chance: Chance
    /// Before the latest commit, and whose that was.
    private var latest: (past: MemoryStorage.Past, process: Int32)?

    init(_ bug: PlantedBug, seed: UInt64) {
        self.bug = bug
        chance = Chance(seed: seed ^ 0xB06)
    }

    // MARK: Between commands and the writer

    func rewrite(_ command: Command, _ process: VirtualProcess) -> Command {
        switch (bug, command) {
        case (.noFence, .finish(let job, let token, let outcome, let actor)):
            guard let record = record(job, process), record.state == .processing, record.token != token else { break }
            return .finish(job: job, token: record.token, outcome, actor: actor)
        case (.staleSuccessCounted, .finish(let job, let token, .succeeded(let success), let actor)):
            guard let record = record(job, process), record.state != .processing, !record.state.isFinished else {
                break
            }
            write(process) {
                Event(
                    time: $0, job: job, previous: record.last, attempt: UInt32(record.attempt), token: token,
                    actor: actor, body: .succeeded(success))
            }
            return .look
        case (.batchHalfVisible, .enqueueTogether(let jobs, let onConflict)):
            let half = jobs.count / 2
            _ = try? LogWriter(process.world.memory).turn(now: process.world.time.now) { turn in
                for job in jobs[..<half] { _ = try turn.perform(.enqueue(job, onConflict: onConflict)) }
            }
            noteWritten(process)
            return .enqueueTogether(Array(jobs[half...]), onConflict: onConflict)
        case (.callHalfVisible, .enqueueTogether(let jobs, let onConflict)):
            return .enqueueTogether(jobs.map { Box(withoutCall($0.value, process)) }, onConflict: onConflict)
        case (.doubleClaim, .finish(let job, let token, _, _)):
            if chance.once(in: 20) { claimForAnother(job, token, process) }
        case (.causeMissing, _):
            if chance.once(in: 4) { makeReadyByHand(process) }
        case (.slotTwice, _):
            if chance.once(in: 20) { fireAgain(process) }
        case (.callbackTwice, _):
            if chance.once(in: 20) { tellAgain(process) }
        case (.outerEndsEarly, _):
            if chance.once(in: 20) { endOuter(process) }
        default: break
        }
        return command
    }

    func record(_ job: SequenceNumber, _ process: VirtualProcess) -> JobRecord? {
        try? process.world.memory.read { try Books.storedJob(job, in: $0) }
    }

    private func withoutCall(_ job: Created, _ process: VirtualProcess) -> Created {
        var job = job
        guard case .job(let last)? = job.after.last?.parent else { return job }
        if (try? process.world.memory.read { try $0.isCall(last) }) == true { job.after.removeLast() }
        return job
    }

    private func claimForAnother(_ job: SequenceNumber, _ token: SequenceNumber, _ process: VirtualProcess) {
        guard let other = process.world.processes.last(where: { !$0.isGone && $0 !== process && $0.event != 0 }),
            let record = record(job, process), record.state == .processing, record.token == token
        else { return }
        let next = process.world.lastEvent + 1
        write(process) {
            Event(
                time: $0, job: job, previous: record.last, attempt: UInt32(record.attempt) + 1, token: next,
                actor: .process(other.event), body: .claimed)
        }
    }

    private func makeReadyByHand(_ process: VirtualProcess) {
        let now = process.world.time.now
        var due: SequenceNumber?
        try? process.world.memory.read { log in
            try RowKey.due(Instant(microseconds: .min), job: 0).withBytes { start in
                try log.scan(.due, from: start) { key, _ in
                    let key = RowKey(key)
                    if !key.isSentinel, key.dueInstant <= now { due = key.second }
                    return false
                }
            }
        }
        guard let due, let record = record(due, process), record.state == .scheduled, record.due <= now else { return }
        write(process) { Event(time: $0, job: due, previous: record.last, body: .enqueued) }
    }

    /// Writes an event that no rule has decided.
    func write(_ process: VirtualProcess, _ event: (Instant) -> Event) {
        let now = process.world.time.now
        _ = try? LogWriter(process.world.memory).turn(now: now) { try $0.record(event(now)) }
        noteWritten(process)
    }

    func noteWritten(_ process: VirtualProcess) {
        let world = process.world
        let first = (world.commits.last?.events.upperBound ?? 1) + 1
        guard world.lastEvent >= first else { return }
        world.noteCommit(first...world.lastEvent, by: process, nil)
    }

    // MARK: Between the store and the writer

    func between(_ transaction: any LogTransaction) -> any LogTransaction {
        switch bug {
        case .lostRetry: HidingTransaction(transaction, .due(.retry))
        case .timerSkipped: HidingTransaction(transaction, .due(.delay))
        case .childLost: HidingTransaction(transaction, .children)
        case .limitExceeded: HidingTransaction(transaction, .limits)
        default: transaction
        }
    }

    // MARK: A disk that lies

    func pastBeforeCommit(_ memory: MemoryStorage) -> MemoryStorage.Past? {
        bug == .ackBeforeCommit ? memory.past : nil
    }

    func noteCommit(by process: VirtualProcess, _ past: MemoryStorage.Past?) {
        latest = past.map { ($0, process.number) }
    }

    /// Whether the death of a process took its latest commit with it.
    func forgetsLastCommit(of process: VirtualProcess, _ memory: MemoryStorage) -> Bool {
        guard bug == .ackBeforeCommit, let latest, latest.process == process.number else { return false }
        memory.restore(latest.past)
        self.latest = nil
        return true
    }

    // MARK: Between processes

    func report(_ other: VirtualProcess) -> EngineReport? {
        let report = other.signs.report
        switch bug {
        case .deathChargedToInnocent:
            return EngineReport(
                renewedNanoseconds: report.renewedNanoseconds, leaseNanoseconds: report.leaseNanoseconds,
                isIncomplete: true, started: report.started)
        case .leaseOnWallClock:
            let time = other.world.time
            let age = max(0, time.now.microseconds - other.signs.wallRenewed.microseconds)
            let now = time.monotonicNanoseconds
            let renewed = UInt64(age) * 1_000 < now ? now - UInt64(age) * 1_000 : 1
            return EngineReport(
                renewedNanoseconds: renewed, leaseNanoseconds: report.leaseNanoseconds,
                isIncomplete: report.isIncomplete, started: report.started)
        default: return report
        }
    }
}
