// Plays a recording under the engine's own rules: a discrete-event simulation in which time jumps from one thing that
// happens to the next, and what happens at one moment is one turn of a real writer on a log of its own.
//
// A job's n-th run here holds its worker for as long as its n-th run did and comes out the same. Where it has more
// runs than were recorded, what follows is drawn from the recorded runs of jobs of that name; how many draws there
// were is told. A draw depends on the seed, the job and the number of the run alone, so that one job's luck is
// nobody else's.

internal import DaybookModel

/// Not Sendable: one thread at a time.
final class RecordingPlayer {
    /// A job that is running.
    struct Running {
        let token: SequenceNumber
        /// Who took it.
        let process: SequenceNumber
        /// Whose worker has it.
        var pool: Int
        let number: SequenceNumber
        let run: Recording.Run
        /// Its process is there no more.
        var isFrozen = false
    }

    /// Workers that take from the same queues.
    struct Pool {
        let process: SequenceNumber
        let recorded: SequenceNumber
        let slots: Int
        let queues: [String]?
        let runs: Runnable
        var free: Int
        var standing = Standing.working
        /// How many of its process's claims were made before now.
        var claimsBehind = 0

        /// Whether somebody sees to it here that jobs come due and expire.
        var isAwake: Bool {
            switch standing {
            case .started, .working, .closed, .stopping: true
            case .left, .stopped: false
            }
        }
    }

    enum Standing {
        /// Has taken nothing yet.
        case started
        case working
        /// Takes nothing more for now.
        case closed
        /// Takes nothing more, and does nothing for jobs that come due or expire.
        case left
        /// Takes nothing more and waits for its runs.
        case stopping
        case stopped
    }

    private(set) var recording: Recording
    private let runsOfName: [String: [Recording.Run]]
    let policy: WhatIf
    private let seed: UInt64
    /// Whether every run ends when it did, however long it then holds its worker; and in what order the runs began.
    private let endsAsRecorded: Bool
    private var order: RunOrder?
    private let storage: any LogStorage
    private let writer: LogWriter
    private var moments = Moments()
    private var nextInput = 0
    private var pools: [Pool] = []
    private(set) var running: [SequenceNumber: Running] = [:]
    /// From a job or batch of the recording to that of the simulation, and for jobs back.
    private(set) var played: [SequenceNumber: SequenceNumber] = [:]
    private var recorded: [SequenceNumber: SequenceNumber] = [:]
    private var runsDone: [SequenceNumber: Int] = [:]
    /// How many of a job's broken runs it has had.
    private var brokenOff: [SequenceNumber: Int] = [:]
    /// How many times a job's next run was begun and came to no end.
    private var inVain: [SequenceNumber: Int] = [:]
    private var cutShort: Set<SequenceNumber> = []
    private var followed: Set<SequenceNumber> = []
    private var nextDue: Instant?
    private(set) var drawn = 0
    /// Enqueues that the rules refused this time.
    private(set) var refused = 0

    /// The storage must be empty; it will hold the log of what would have happened.
    init(
        _ recording: Recording, _ policy: WhatIf, seed: UInt64, endsAsRecorded: Bool = false, on storage: any LogStorage
    ) {
        self.recording = recording
        self.endsAsRecorded = endsAsRecorded
        order = endsAsRecorded ? RunOrder(recording) : nil
        runsOfName = recording.runsOfName()
        self.policy = policy
        self.seed = seed
        self.storage = storage
        writer = LogWriter(storage)
    }

    func play(progress: (Int, Int) -> Void) throws {
        guard let first = recording.first else { return }
        try begin(at: first)
        while let now = nextMoment(), now <= recording.last {
            try turn(at: now)
            progress(nextInput, recording.inputs.count)
        }
        // A process waits for its runs, though it be longer than it was recorded to.
        while pools.contains(where: { $0.standing == .stopping }), let now = moments.next {
            try turn(at: now, isOver: true)
        }
    }

    private func nextMoment() -> Instant? {
        let input = nextInput < recording.inputs.count ? recording.inputs[nextInput].time : nil
        return [input, moments.next, nextDue].compactMap { $0 }.min()
    }

    private func begin(at first: Instant) throws {
        let genesis = Genesis(identity: Array(repeating: 0, count: 16), format: 1, program: "what-if")
        try writer.turn(now: first) { turn in
            try turn.record(Event(time: first, body: .genesis(Box(genesis))))
            for (scope, limit) in policy.limits.sorted(by: { $0.key.text < $1.key.text }) where limit != nil {
                _ = try turn.perform(.limit(scope, limit, reason: "what if", actor: .system))
            }
        }
        for (index, workers) in (policy.workers ?? []).enumerated() {
            let started = ProcessStarted(
                processID: UInt64(index + 1), host: "", user: "", program: "what-if", boot: "", runs: ["*"])
            let answer = try writer.turn(now: first) { try $0.perform(.startProcess(Box(started))) }
            guard case .done(let process) = answer else { continue }
            pools.append(
                Pool(
                    process: process, recorded: 0, slots: workers.count, queues: workers.queues, runs: .everything,
                    free: workers.count))
        }
    }

    // MARK: One moment

    /// What a turn did, to be taken over once it is written: a turn may be run more than once.
    struct Deeds {
        var played: [SequenceNumber: SequenceNumber] = [:]
        var recorded: [SequenceNumber: SequenceNumber] = [:]
        var pools: [Pool]
        var ended: [SequenceNumber] = []
        var interrupted: Set<SequenceNumber> = []
        var givenBack: Set<SequenceNumber> = []
        var frozen: [SequenceNumber] = []
        /// The pools of runs that were handed from one to another.
        var handed: [SequenceNumber: Int] = [:]
        var claimed: [(claim: Claimed, pool: Int)] = []
        var refused = 0
        var nextDue: Instant?
    }

    /// `isOver`: nobody takes up anything any more.
    private func turn(at now: Instant, isOver: Bool = false) throws {
        let ends = moments.take(through: now).filter { end in
            guard let one = running[end.job], one.token == end.token, !one.isFrozen else { return false }
            return !isOver || pools[one.pool].standing == .stopping
        }
        var inputs = nextInput
        while inputs < recording.inputs.count, recording.inputs[inputs].time <= now { inputs += 1 }
        let deeds = try writer.turn(now: now) { turn in
            var deeds = Deeds(pools: pools)
            for end in ends { try self.end(end.job, &turn, &deeds) }
            for input in recording.inputs[nextInput..<inputs] { try perform(input.deed, &turn, &deeds) }
            try stopWhoIsDone(&turn, &deeds)
            guard !isOver else { return deeds }
            let isAttended = deeds.pools.contains(where: \.isAwake)
            if isAttended { deeds.nextDue = try turn.releaseDue(limit: .max) }
            while try turn.goOnTelling(limit: 10_000) {}
            for pool in poolsInTurn(now, &deeds) { try claim(for: pool, &turn, &deeds) }
            if isAttended, let opens = try turn.nextOpening() { deeds.nextDue = min(deeds.nextDue ?? opens, opens) }
            return deeds
        }
        nextInput = inputs
        take(deeds, now)
    }

    private func take(_ deeds: Deeds, _ now: Instant) {
        played.merge(deeds.played) { $1 }
        recorded.merge(deeds.recorded) { $1 }
        for number in deeds.recorded.values.sorted() { order?.add(number, 0, in: recording) }
        pools = deeds.pools
        refused += deeds.refused
        for (job, pool) in deeds.handed { running[job]?.pool = pool }
        // What is due now and stays there cannot be done.
        nextDue = deeds.nextDue.map { max($0, now.advanced(microseconds: 1)) }
        for job in deeds.ended {
            guard let ended = running.removeValue(forKey: job) else { continue }
            runsDone[ended.number, default: 0] += 1
            inVain[ended.number] = nil
            order?.add(ended.number, runsDone[ended.number] ?? 0, in: recording)
            noteBroken(ended)
            if case .succeeded = ended.run.end { followed.insert(ended.number) }
        }
        for job in deeds.interrupted {
            guard let one = running.removeValue(forKey: job) else { continue }
            cutShort.insert(one.number)
            noteBroken(one)
            noteInVain(one)
        }
        for job in deeds.givenBack {
            if let one = running.removeValue(forKey: job) { noteInVain(one) }
        }
        for job in deeds.frozen { running[job]?.isFrozen = true }
        for (claim, pool) in deeds.claimed {
            guard let number = recorded[claim.job] else { continue }
            let run = nextRun(of: number, at: now)
            running[claim.job] = Running(
                token: claim.token, process: pools[pool].process, pool: pool, number: number, run: run)
            let end = now.advanced(microseconds: run.heldMicroseconds)
            moments.add(Moment(at: end, job: claim.job, token: claim.token))
        }
    }

    /// It is begun anew at another time, and may then hold its worker for another one.
    private func noteInVain(_ one: Running) {
        inVain[one.number, default: 0] += 1
        guard endsAsRecorded else { return }
        let index = runsDone[one.number] ?? 0
        recording.inVain[one.number, default: [:]][index, default: []].append(one.run.heldMicroseconds)
    }

    private func noteBroken(_ one: Running) {
        if recording.broken[one.number] != nil { brokenOff[one.number, default: 0] += 1 }
    }

    private func claim(for pool: Int, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        let one = deeds.pools[pool]
        guard one.standing == .working else { return }
        var last: SequenceNumber
        repeat {
            guard deeds.pools[pool].free > 0 else { return }
            last = turn.last
            let claim = Claim(process: one.process, queues: one.queues, slots: deeds.pools[pool].free, runs: one.runs)
            guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { return }
            deeds.pools[pool].free -= claimed.count
            deeds.claimed += claimed.map { ($0, pool) }
            // Limits and what has expired may have kept others from being looked at.
        } while turn.last > last
        // So may jobs of others: then the next turn, a microsecond later, goes on behind them.
        if turn.claimWasCut { deeds.nextDue = turn.now }
    }

    // MARK: Ends

    private func end(_ job: SequenceNumber, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        guard let one = running[job] else { return }
        deeds.pools[one.pool].free += 1
        deeds.ended.append(job)
        let outcome = try outcome(of: one, job, &turn)
        let actor = Actor.process(one.process, worker: 1)
        let answer = try turn.perform(.finish(job: job, token: one.token, outcome, actor: actor))
        guard case .done = answer, case .succeeded = one.run.end, !followed.contains(one.number) else { return }
        for arrival in recording.followers[one.number] ?? [] { try enqueue(arrival, &turn, &deeds) }
    }

    private func outcome(of one: Running, _ job: SequenceNumber, _ turn: inout Turn) throws -> Outcome {
        switch one.run.end {
        case .succeeded: return .succeeded(Succeeded(ranMicroseconds: UInt64(one.run.ranMicroseconds)))
        case .snoozed(let microseconds): return .snoozed(microseconds: microseconds)
        case .cancelled: return .cancelled(reason: "as recorded")
        case .failed(let errorType, let isFinal, let delay):
            let attempt = Int(try turn.job(job)?.attempt ?? 1)
            let text = try turn.created(job).value.retry
            let policy = text.flatMap { RetryPolicy($0) } ?? .hangfire
            let luck = delay.flatMap { policy.draw(giving: $0, retry: attempt) }
            return .failed(
                Box(
                    Outcome.Failure(
                        errorType: errorType, error: "", ranMicroseconds: UInt64(one.run.ranMicroseconds), salt: 0,
                        random: luck ?? Draw.of(seed, one.number, UInt64(attempt), 1), isFinal: isFinal)))
        }
    }

    /// One that a death broke off will be broken off again, whoever has it until then, if the death is yet to come.
    private func nextRun(of number: SequenceNumber, at now: Instant) -> Recording.Run {
        let next = recording.broken[number]?.dropFirst(brokenOff[number] ?? 0).prefix(1).first { broken in
            pools.contains { $0.recorded == broken.process && $0.standing == .working }
        }
        guard let next else {
            order?.take(number, runsDone[number] ?? 0, in: &recording)
            return nextWholeRun(of: number, at: now)
        }
        // It comes to no end, so where it is drawn that makes no difference.
        let drawnBefore = drawn
        var run = nextWholeRun(of: number, at: now)
        drawn = drawnBefore
        run.process = next.process
        let least = next.until.microseconds - (endsAsRecorded ? now : next.claimed).microseconds
        run.heldMicroseconds = max(run.heldMicroseconds, least + Recording.Broken.restMicroseconds)
        return run
    }

    /// The run as it is begun the next time.
    private func begun(_ run: Recording.Run, of number: SequenceNumber, _ index: Int) -> Recording.Run {
        guard let earlier = recording.inVain[number]?[index], inVain[number] ?? 0 < earlier.count else { return run }
        var run = run
        run.heldMicroseconds = earlier[inVain[number] ?? 0]
        return run
    }

    private func nextWholeRun(of number: SequenceNumber, at now: Instant) -> Recording.Run {
        let index = runsDone[number] ?? 0
        if let runs = recording.runs[number], index < runs.count {
            guard endsAsRecorded else { return begun(runs[index], of: number, index) }
            let run = runs[index].beginning(at: now)
            // A death need not break off the same runs here: one that it broke off only here would seem too short.
            let least = cutShort.contains(number) ? run.ranMicroseconds : 0
            recording.runs[number]?[index].heldMicroseconds = max(run.heldMicroseconds, least)
            return run
        }
        drawn += 1
        guard let runs = runsOfName[recording.names[number] ?? ""], !runs.isEmpty else {
            return Recording.Run(process: 0, microseconds: 0, claimed: now, ended: now, end: .succeeded)
        }
        var run = runs[Int(Draw.of(seed, number, UInt64(index), 0) % UInt64(runs.count))]
        run.process = 0
        return run
    }
}
