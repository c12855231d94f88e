internal import DaybookLog
internal import DaybookModel

/// One turn after the other, and what to do when one fails.
struct TurnLoop {
    private let storage: any LogStorage
    let writer: LogWriter
    let reserve: DiskReserve?
    private let process: SequenceNumber
    private let claims: HeldClaims
    let clock: EngineClock
    private let answers: AnswerThread
    /// Where a turn that had to wait for other processes finds what has come meanwhile; nil for one that looks nowhere.
    private let late: Latecomers?
    let news: CommitNews?
    /// Nil where nothing recurs.
    private var recurring: RecurringFiring?
    /// Where the log ended when this process last looked at its claims, or wrote.
    private var head: SequenceNumber = 0
    /// Whether other processes had written before the last turn.
    private(set) var othersWrote = false
    private var clockWatch = ClockWatch()
    /// What has been asked of this process.
    private(set) var standing = ProcessRecord.Standing.alive
    var nextDue: Instant?
    /// When the last turn was: if the clock stands before that, it was set back, and `nextDue` may be by another clock.
    private var lastTurn = Instant.epoch
    /// The pools for which there was less than they wanted.
    private var unsatisfied: Set<ObjectIdentifier> = []
    /// The pool that waits for all else here to end, because its next job has to run alone: only it claims meanwhile.
    private var lone: ObjectIdentifier?
    /// What a newer release has written and this one does not understand: from then on nothing is begun here.
    private(set) var stranger: StrangeEvent?
    /// Results for which the disk had no room, the oldest first.
    var held: [WriteRequest] = []
    /// The same for want of a key, and when that is tried again.
    var keyless: [WriteRequest] = []
    var keylessUntil = Instant.epoch

    init(
        _ storage: any LogStorage, reserve: DiskReserve?, process: SequenceNumber, claims: HeldClaims,
        clock: EngineClock, answers: AnswerThread, late: Latecomers? = nil, recurring: RecurringFiring? = nil,
        news: CommitNews? = nil
    ) {
        self.late = late
        self.answers = answers
        self.recurring = recurring
        self.news = news
        self.storage = storage
        writer = LogWriter(storage)
        self.reserve = reserve
        self.process = process
        self.claims = claims
        self.clock = clock
    }

    /// Who may come while a turn waits for other processes, and the pools that they may bring.
    struct Latecomers {
        let inbox: Inbox
        let pools: () -> [WorkPool]
    }

    /// What one turn is to do.
    struct Load {
        var requests: [WriteRequest]
        /// How many jobs each pool has room for.
        var slots: [(WorkPool, Int)] = []
        /// How many jobs that have come due are made ready; 0 for a turn that begins nothing.
        var dueMax = 0
        /// How many recurring definitions may fire.
        var recurringMax = 0
        /// How many requests it may take in that come while it waits for the lock.
        var moreMax = 0
    }

    private struct Result {
        var answers: [Answer] = []
        var claimed: [(pool: WorkPool, jobs: [ClaimedJob])] = []
        var nextDue: Instant?
        /// This process's claims, if some may have been taken away.
        var inForce: Set<SequenceNumber>?
        var now: Instant
        var before: SequenceNumber
        var head: SequenceNumber = 0
        var byteCount = 0
        /// The pools whose claim ended before all that is ready was seen.
        var cut: Set<ObjectIdentifier> = []
        var othersWrote = false
        var standing = ProcessRecord.Standing.alive
        var lone: ObjectIdentifier?
    }

    /// Works off `requests`, in several turns if there are many. Answers when the next job comes due.
    ///
    /// Throws only when the store is lost to this process. A command that cannot be applied is refused alone.
    mutating func turn(
        _ requests: [WriteRequest], _ pools: [WorkPool], commandsMax: Int, dueMax: Int
    ) throws -> Instant? {
        let now = clock.now()
        let requests = held.isEmpty && keyless.isEmpty ? requests : takeHeld(now) + requests
        othersWrote = false
        clockWatch.look(now: now, elapsedNanoseconds: clock.elapsedNanoseconds())
        var start = 0
        var nextDue: Instant?
        repeat {
            let end = requests.endOfTurn(from: start, commandsMax: commandsMax, bytesMax: TurnLoop.bytesMax)
            do {
                var load = Load(requests: end - start == requests.count ? requests : Array(requests[start..<end]))
                load.dueMax = dueMax
                // What comes later comes behind all of these.
                if end == requests.count { load.moreMax = commandsMax - load.requests.count }
                nextDue = try turn(load, pools, now: now)
            } catch {
                fail(requests[end...], error)
                throw error
            }
            start = end
        } while start < requests.count
        if !keyless.isEmpty { nextDue = min(nextDue ?? keylessUntil, keylessUntil) }
        return nextDue
    }

    /// How many of those who wait for other jobs are told in one turn of what became of these.
    private static let toldMax = 2_000

    /// What a turn writes at most, unless one command alone is larger.
    private static let bytesMax = 4 << 20

    /// Whatever becomes of it, everyone in `requests` has been answered afterwards, but for those that are held.
    private mutating func turn(_ load: Load, _ pools: [WorkPool], now: Instant) throws -> Instant? {
        var load = load
        if stranger == nil { load.slots = pools.map { ($0, $0.slotsWanted()) } }
        if load.requests.isEmpty, try hasNothingToDo(load.slots, now) { return nextDue }
        guard stranger == nil else { return try finish(load.requests) }
        let claimable = load.claimable
        let room = TurnRoom(for: load.requests, slots: claimable, reserve)
        load.recurringMax = DiskReserve.dueExpected
        if room == .everything, let recurring, recurring.expectsMany(at: now) {
            let further = claimable + RecurringFiring.definitionsMax * TurnRoom.commandsPerRecurring
            if TurnRoom(for: load.requests, slots: further, reserve) == .everything {
                load.recurringMax = RecurringFiring.definitionsMax
            }
        }
        guard room == .everything else { return try complete(load.requests, room) }
        return try commitOrSplit(load)
    }

    mutating func commitOrSplit(_ load: Load) throws -> Instant? {
        // With what the turn takes in.
        var load = load
        do {
            return try commit(&load)
        } catch let met as StrangeEvent where stranger == nil {
            stranger = met
            return try finish(load.requests)
        } catch  where TurnLoop.canGoOn(after: error) {
            let now = clock.now()
            recurring?.blame(at: now)
            try oneByOne(load.requests)
            return held.isEmpty ? nil : nextTry
        } catch {
            fail(load.requests[...], error)
            throw error
        }
    }

    /// When what has no room now is tried again.
    var nextTry: Instant { clock.now().advanced(microseconds: TurnRoom.retryMicroseconds) }

    private mutating func commit(_ load: inout Load) throws -> Instant? {
        let started = news == nil ? 0 : clock.monotonicNanoseconds()
        let result = try writer.turn(now: clock.now()) {
            try fill(&$0, with: &load)
        } committed: {
            handOut($0)
        }
        news?.post(
            CommitNews.Turn(
                first: result.before + 1, last: result.head, byteCount: result.byteCount,
                nanoseconds: clock.monotonicNanoseconds() - started))
        clockWatch.isWrittenDown()
        recurring?.commit()
        head = result.head
        lastTurn = result.now
        othersWrote = result.othersWrote
        standing = result.standing
        nextDue = result.nextDue
        lone = result.lone
        noteUnsatisfied(result, load.slots)
        for (pool, _) in result.claimed where pool.takesOnce {
            pool.noteLook(wasCut: result.cut.contains(ObjectIdentifier(pool)))
        }
        answers.give(load.requests, result.answers)
        return result.nextDue
    }

    /// Decides all that is to be done; nothing of it is written down yet, and it may be done once more.
    private mutating func fill(_ turn: inout Turn, with load: inout Load) throws -> Result {
        recurring?.begin()
        let now = turn.now
        var result = Result(now: now, before: turn.last)
        if let met = turn.stranger, stranger == nil, load.dueMax > 0 { throw met }
        result.othersWrote = result.before != head
        if result.othersWrote { takeMore(&load) }
        result.standing = standing
        if clockWatch.stepMicroseconds != 0 { try turn.record(clockStep(now)) }
        result.answers = try turn.answers(load.requests)
        result.nextDue = try turn.releaseDue(limit: load.dueMax)
        let untold = turn.count
        if load.dueMax > 0, try turn.goOnTelling(limit: TurnLoop.toldMax) { result.nextDue = now }
        let mayTakeClaims = turn.count != untold || load.requests.mayTakeClaim
        if load.dueMax > 0, let next = try recurring?.perform(&turn, now: now, limit: load.recurringMax) {
            result.nextDue = min(result.nextDue ?? next, next)
        }
        if result.othersWrote || load.requests.asksProcess {
            result.standing = try turn.process(process)?.standing ?? standing
        }
        try claim(for: load.slots, &turn, &result)
        if !result.cut.isEmpty { result.nextDue = now }
        if let again = turn.claimLooksAgain { result.nextDue = min(result.nextDue ?? again, again) }
        // What this turn has just claimed may have filled a window.
        if let opens = try turn.nextOpening() { result.nextDue = min(result.nextDue ?? opens, opens) }
        if result.othersWrote || mayTakeClaims, !claims.isEmpty {
            var inForce: Set<SequenceNumber> = []
            try turn.transaction.forEachRunning(in: process) { inForce.insert($1) }
            result.inForce = inForce
        }
        result.head = turn.last
        result.byteCount = turn.byteCount
        return result
    }

    /// Takes in what has come while another process had the lock, mostly about as much again: in the next turn it
    /// would wait for all the others once more. Once in a turn, and only if the disk has room for all of it; that more
    /// of it is secured for that meanwhile, which keeps the others waiting, is rare.
    private func takeMore(_ load: inout Load) {
        guard load.moreMax > 0, let late else { return }
        let bytesMax = TurnLoop.bytesMax - load.requests.eventBytesMax
        let more = late.inbox.takeMore(atMost: load.moreMax, eventBytesMax: bytesMax)
        load.moreMax = 0
        guard !more.isEmpty else { return }
        var whole = load
        whole.requests += more
        // Asked after the inbox: who has come with a pool of his own relies on it that the turn which answers him knows
        // that pool.
        whole.slots = late.pools().map { ($0, $0.slotsWanted()) }
        let further = whole.claimable + load.recurringMax * TurnRoom.commandsPerRecurring
        guard TurnRoom(for: whole.requests, slots: further, reserve) == .everything else {
            return late.inbox.putBack(more)
        }
        load = whole
    }

    /// Work first: whoever waits for an answer can wait for the hand-over, and a job's start should not wait for
    /// answers, or for other processes to be woken.
    private func handOut(_ result: Result) {
        if let inForce = result.inForce { claims.keepOnly(inForce) }
        let now = clock.monotonicNanoseconds()
        for (pool, jobs) in result.claimed {
            claims.hold(jobs)
            pool.add(jobs, nowNanoseconds: now)
        }
    }

    /// The pool whose job has to run alone comes first.
    private func inTurn(_ slots: [(WorkPool, Int)]) -> [(WorkPool, Int)] {
        guard let lone, let first = slots.first(where: { ObjectIdentifier($0.0) == lone }) else { return slots }
        return [first] + slots.filter { $0.0 !== first.0 }
    }

    private func clockStep(_ now: Instant) -> Event {
        Event(
            time: now, actor: .process(process), body: .clockStepped(microseconds: clockWatch.stepMicroseconds))
    }

    /// Which pools got less than they wanted although all that is ready was looked at.
    private mutating func noteUnsatisfied(_ result: Result, _ slots: [(WorkPool, Int)]) {
        let wanted = Dictionary(uniqueKeysWithValues: slots.map { (ObjectIdentifier($0), $1) })
        unsatisfied = Set(
            result.claimed.map { (ObjectIdentifier($0), $1.count) }.filter { $1 < wanted[$0] ?? 0 }.map(\.0)
        ).subtracting(result.cut)
    }

    /// Whether a turn would find all as the last one left it. Then the write lock is left alone: a process that is
    /// stopped while it holds it stops all others.
    private func hasNothingToDo(_ slots: [(WorkPool, Int)], _ now: Instant) throws -> Bool {
        guard clockWatch.stepMicroseconds == 0, now >= lastTurn,
            slots.allSatisfy({ $1 == 0 || unsatisfied.contains(ObjectIdentifier($0)) }),
            nextDue.map({ $0 > now }) ?? true
        else { return false }
        return try storage.read { try $0.last } == head
    }

    private func claim(for slots: [(WorkPool, Int)], _ turn: inout Turn, _ result: inout Result) throws {
        for (pool, wanted) in inTurn(slots) where wanted > 0 {
            guard result.lone == nil else { break }
            let jobs = result.standing == .alive ? try claimAll(wanted, for: pool, &turn) : []
            result.claimed.append((pool, jobs))
            let isFull = try jobs.count < wanted && turn.hasLimits() && turn.count > TurnLoop.eventsMax
            if result.standing == .alive, isFull || turn.claimWasCut { result.cut.insert(ObjectIdentifier(pool)) }
            if result.standing == .alive, turn.claimMetLone { result.lone = ObjectIdentifier(pool) }
        }
    }

    /// Claims, and where limits let others through in place of what was claimed, claims on.
    private func claimAll(_ wanted: Int, for pool: WorkPool, _ turn: inout Turn) throws -> [ClaimedJob] {
        var jobs = try claim(wanted, for: pool, &turn)
        guard jobs.count < wanted, try turn.hasLimits() else { return jobs }
        var last: SequenceNumber
        repeat {
            last = turn.last
            jobs += try claim(wanted - jobs.count, for: pool, &turn)
        } while jobs.count < wanted && turn.last > last && turn.count <= TurnLoop.eventsMax
        return jobs
    }

    /// A turn with more events does not go on looking for what limits let through.
    private static let eventsMax = 5_000

    private func claim(_ wanted: Int, for pool: WorkPool, _ turn: inout Turn) throws -> [ClaimedJob] {
        let claim = Claim(
            process: process, queues: pool.queues, isStrict: pool.order == .strict, slots: wanted, runs: pool.runs)
        guard case .claimed(let claimed) = try turn.perform(.claim(claim)) else { return [] }
        var jobs: [ClaimedJob] = []
        jobs.reserveCapacity(claimed.count)
        for one in claimed {
            do {
                jobs.append(ClaimedJob(claimed: one, creation: try turn.creation(of: one.job)))
            } catch  where TurnLoop.isAboutOneEvent(error) {
                _ = try turn.perform(one.parkedAsDamaged(by: .process(process)))
            }
        }
        return jobs
    }
}

extension TurnLoop.Load {
    /// How many jobs all pools have room for.
    fileprivate var claimable: Int { slots.reduce(0) { $0 + $1.1 } }
}
