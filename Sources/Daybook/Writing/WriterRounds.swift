internal import DaybookLog
internal import DaybookModel

/// What the writer does between two sleeps: a round takes what has been left in the inbox, adds what time has brought
/// (overdue runs, jobs to give back, neighbours that died), and does a turn with all of it. A thread of its own drives
/// it, or a simulation.
struct WriterRounds {
    private let writer: Writer
    private let answers: AnswerThread
    private let exits: any ExitSignals
    private var loop: TurnLoop
    private var watch: DeathWatch
    private var requests: [WriteRequest] = []
    /// How many callers the last round answered who enqueue one job each, if they were few.
    private(set) var answeredCallers = 0
    /// Nil if nobody wants any.
    private var checkpoints: CheckpointRounds?
    /// Nil if this process leaves finished jobs where they are.
    private var retention: RetentionRounds?
    private var archives: ArchiveRounds?

    /// What a turn takes at most, so that nobody waits long for it.
    private static let commandsMax = 2_000
    private static let dueMax = 2_000

    init(_ writer: Writer) {
        self.writer = writer
        let environment = writer.environment
        answers = AnswerThread(mayHaveThread: environment.driver == nil)
        loop = TurnLoop(
            environment.storage, reserve: environment.reserve, process: writer.process, claims: writer.claims,
            clock: environment.clock, answers: answers,
            late: environment.driver == nil
                ? TurnLoop.Latecomers(inbox: writer.inbox, pools: { writer.currentPools }) : nil,
            recurring: RecurringFiring(writer), news: writer.news)
        checkpoints = CheckpointRounds(writer.checkpointPlan, environment)
        archives = ArchiveRounds(writer.archiving)
        retention = RetentionRounds(writer.retention, environment.storage, process: writer.process)
        exits = environment.exits { [inbox = writer.inbox] in inbox.poke() }
        watch = DeathWatch(
            idleNanoseconds: WriterRounds.idleNanoseconds(writer), leaseNanoseconds: writer.leaseNanoseconds,
            exits: exits)
    }

    private var clock: EngineClock { writer.environment.clock }
    private var claims: HeldClaims { writer.claims }
    private var random: RandomNumbers { writer.random }
    private var process: SequenceNumber { writer.process }

    /// The slow look around behind the wake-ups, for what nobody announced, and for signs of life.
    private static func idleNanoseconds(_ writer: Writer) -> UInt64 {
        min(writer.environment.idleNanosecondsMax, writer.leaseNanoseconds / 4)
    }

    /// One round. Answers for how long to sleep until the next; nil when this was the last.
    mutating func next() -> UInt64? {
        writer.inbox.take(into: &requests)
        answeredCallers = requests.count < AnswerThread.manyAnswers ? requests.count { $0.isOneJob } : 0
        let monotonic = clock.monotonicNanoseconds()
        writer.environment.signs.renew(atNanoseconds: monotonic)
        checkpoints?.look(nowNanoseconds: monotonic)
        if loop.stranger == nil { archives?.look(nowNanoseconds: monotonic) }
        let pools = writer.currentPools
        for pool in pools { giveBack(pool.takeOverdue(nowNanoseconds: monotonic)) }
        requests += writer.desk.takeDue(nowNanoseconds: monotonic)
        if writer.isStopping, requests.isEmpty { return nil }
        if writer.stopDeadline.hasPassed(now: monotonic) { claims.giveUpAll() }
        let overdue = endOverdue(monotonic)
        let deaths = watch.look(with: writer.reaper, nowNanoseconds: monotonic, &requests)
        takeOut()
        rewrite()
        do {
            let nextDue = try loop.turn(
                requests, pools, commandsMax: WriterRounds.commandsMax, dueMax: WriterRounds.dueMax)
            for run in overdue { run.cancel() }
            for death in deaths { try? writer.reaper.forget(death) }
            try writer.answerDrained()
            if loop.othersWrote { watch.noteOthers() }
            if let stranger = loop.stranger { stopBeginning(because: stranger) }
            if loop.standing == .stopping { writer.noteAskedToStop() }
            let next = retention.map { min($0.next, nextDue ?? .maximum) } ?? nextDue
            return min(wait(until: next, pools), watch.waitNanoseconds(now: clock.monotonicNanoseconds()))
        } catch {
            if let error = error as? LogError, error.code == .upgraded { writer.noteOutdated(error.description) }
            writer.die(of: error)
            return nil
        }
    }

    /// What this process would begin of its own accord is left to those who understand the whole log.
    private mutating func stopBeginning(because stranger: StrangeEvent) {
        guard writer.outdatedBecause == nil else { return }
        retention = nil
        writer.noteOutdated(stranger.sentence, at: stranger.sequence)
    }

    /// After the last round.
    mutating func end() {
        archives?.end()
        checkpoints?.end()
        answers.stop()
        exits.stop()
        writer.noteEnd()
    }

    /// What has been kept for long enough. Nobody waits for it, so it has to wait while the writer is to stop.
    private mutating func takeOut() {
        let now = clock.now()
        guard !writer.isStopping, retention?.isDue(now) == true, let commands = retention?.look(now: now) else {
            return
        }
        requests += commands.map { WriteRequest(command: $0, reply: nil) }
    }

    private mutating func rewrite() {
        guard let rewrite = writer.environment.rewrite else { return }
        requests = requests.map { WriteRequest(command: rewrite($0.command), reply: $0.reply) }
    }

    /// Fails the attempts that have taken longer than they may. Their tasks are cancelled once that is written.
    private mutating func endOverdue(_ now: UInt64) -> [StartedRun] {
        let overdue = claims.takeOverdue(nowNanoseconds: now)
        for run in overdue {
            let limit = run.job.created.value.timeoutMicroseconds ?? 0
            let failure = Outcome.Failure(
                errorType: "timeout", error: "the run took longer than its timeout of \(limit / 1_000) ms",
                ranMicroseconds: limit, salt: random.drawn(), random: random.drawn(),
                because: "timeout")
            requests.append(
                WriteRequest(
                    command: .finish(
                        job: run.job.claimed.job, token: run.job.claimed.token, .failed(Box(failure)),
                        actor: .process(process)), reply: nil))
        }
        return overdue
    }

    private mutating func giveBack(_ jobs: [ClaimedJob]) {
        for job in jobs where claims.giveBack(job) {
            requests.append(
                WriteRequest(
                    command: .release(
                        job: job.claimed.job, token: job.claimed.token, reason: "no worker came free",
                        actor: .process(process)), reply: nil))
        }
    }

    private func wait(until due: Instant?, _ pools: [WorkPool]) -> UInt64 {
        var nanoseconds = WriterRounds.idleNanoseconds(writer)
        if let due {
            let left = max(0, due.microseconds - clock.now().microseconds)
            nanoseconds = UInt64(min(left, Int64(nanoseconds / 1_000))) * 1_000
        }
        let deadline = min(claims.nextDeadlineNanoseconds ?? .max, writer.desk.nextDeadlineNanoseconds ?? .max)
        if deadline != .max {
            let now = clock.monotonicNanoseconds()
            nanoseconds = min(nanoseconds, deadline > now ? deadline - now : 0)
        }
        if let left = writer.stopDeadline.waitNanoseconds(now: clock.monotonicNanoseconds()) {
            nanoseconds = min(nanoseconds, left)
        }
        if pools.contains(where: \.hasWaiting) { nanoseconds = min(nanoseconds, WorkPool.patienceNanoseconds) }
        return nanoseconds
    }
}
