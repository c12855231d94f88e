// Finds the finished jobs whose time in the ledgers is over, a few at each round of the writer.
//
// There is no index for it, so that a job's end costs nothing more than it did. What makes that possible: ids sort jobs
// by their creation, and nobody can finish before it was created. So the walk over the jobs goes no further than the
// first one that is younger than the shortest period; and of a stretch of jobs that was looked at it is known when to
// look again: when the first of its finished jobs comes due, or after the shortest period, since whatever finishes
// after the look cannot come due before. A job that lives long, or is kept long, is so touched once in a period.
// All this is in memory, and forgotten when a rule changes; what may leave is decided again by the rules when it is
// taken out.

internal import DaybookLog
internal import DaybookModel

struct RetentionRounds {
    private let storage: any LogStorage
    private let actor: Actor
    private var rules: RetentionRules?
    private var rulesReadAt = Instant.minimum
    private var names = NameBook()
    /// Stretches that have been looked at, and when to look again.
    private var visits: [(stretch: UInt64, at: Instant)] = []
    /// Behind all of those: the next job to look at, and not before when.
    private var frontier: SequenceNumber = 1
    private var frontierAt = Instant.minimum
    /// A stretch that a round left in its middle.
    private var unfinished: Visit?
    /// When there is something to do.
    private(set) var next = Instant.minimum

    private struct Visit {
        let stretch: UInt64
        var from: SequenceNumber
        var at = Instant.maximum
        var rows = 0

        var end: SequenceNumber { (stretch + 1) << RetentionRounds.stretchBits }
    }

    /// A stretch spans so many numbers of events.
    private static let stretchBits: UInt64 = 14
    private static let rowsMax = 4_096
    private static let jobsMax = 2_048
    private static let rulesMicroseconds: Int64 = 1_000_000

    init?(_ options: RetentionOptions, _ storage: any LogStorage, process: SequenceNumber) {
        guard options.takesOut else { return nil }
        self.storage = storage
        actor = .process(process)
    }

    /// What is to be taken out now, as commands. Trouble with reading is for those to report who need what is there.
    mutating func look(now: Instant) -> [Command] {
        do {
            return try storage.read { try look($0, now) }
        } catch {
            forget()
            next = now.later(by: RetentionRounds.rulesMicroseconds)
            return []
        }
    }

    /// Whether a look would find anything.
    func isDue(_ now: Instant) -> Bool {
        next <= now || rulesReadAt.later(by: RetentionRounds.rulesMicroseconds) <= now || now < rulesReadAt
    }

    private mutating func forget() {
        visits = []
        frontier = 1
        frontierAt = .minimum
        unfinished = nil
        next = .minimum
    }

    private mutating func look(_ log: any LogSnapshot, _ now: Instant) throws -> [Command] {
        if now < rulesReadAt || rulesReadAt.later(by: RetentionRounds.rulesMicroseconds) <= now {
            let found = try RetentionRules(in: log)
            if found != rules || now < rulesReadAt { forget() }
            rules = found
            rulesReadAt = now
        }
        guard let rules, next <= now else { return [] }
        var round = Round(rules: rules, now: now)
        try go(&round, log)
        next = unfinished == nil ? visits.reduce(frontierAt) { min($0, $1.at) } : now
        var commands: [Command] = []
        var left = round.jobs[...]
        while !left.isEmpty {
            commands.append(.retention(Box(.retire(Array(left.prefix(Books.retiredMax)), actor: actor))))
            left = left.dropFirst(Books.retiredMax)
        }
        return commands
    }

    /// What one look has come to so far.
    private struct Round {
        let rules: RetentionRules
        let now: Instant
        /// Nothing that happens from now on comes due before.
        let later: Instant
        /// Not to look at the same jobs all the time.
        let soon: Instant
        var jobs: [SequenceNumber] = []
        var rows = 0

        init(rules: RetentionRules, now: Instant) {
            self.rules = rules
            self.now = now
            let shortest = Int64(clamping: rules.shortest)
            later = now.later(by: shortest)
            soon = now.later(by: min(max(shortest / 64, 50_000), 3_600_000_000))
        }

        var isFull: Bool { rows >= RetentionRounds.rowsMax || jobs.count >= RetentionRounds.jobsMax }
    }

    private mutating func go(_ round: inout Round, _ log: any LogSnapshot) throws {
        if var visit = unfinished.take() {
            guard try finish(&visit, &round, log) else { return }
        }
        for index in visits.indices where visits[index].at <= round.now {
            var visit = Visit(
                stretch: visits[index].stretch, from: visits[index].stretch << RetentionRounds.stretchBits)
            visits[index].at = .maximum
            guard try finish(&visit, &round, log) else { break }
        }
        let last = try log.last
        // One that the round left in its middle is not done with.
        let halfway = unfinished?.stretch
        visits.removeAll {
            $0.at == .maximum && $0.stretch != halfway && ($0.stretch + 1) << RetentionRounds.stretchBits <= last
        }
        while unfinished == nil, frontierAt <= round.now {
            guard let (job, created) = try first(from: frontier, log) else {
                frontierAt = round.later
                break
            }
            let leavesFirst = created.later(by: Int64(clamping: round.rules.shortest))
            guard leavesFirst <= round.now else {
                // Clocks step back, and a later job may be older by its time: it waits for this one, and not for long.
                frontierAt = leavesFirst
                break
            }
            var visit = Visit(stretch: job >> RetentionRounds.stretchBits, from: job)
            visits.append((visit.stretch, .maximum))
            frontier = visit.end
            _ = try finish(&visit, &round, log)
        }
    }

    /// Looks at what is left of a stretch, and notes when to look again. False if the round ended before.
    private mutating func finish(_ visit: inout Visit, _ round: inout Round, _ log: any LogSnapshot) throws -> Bool {
        var isCut = false
        try RowKey.number(visit.from).withBytes { start in
            try log.scan(.jobs, from: start) { key, value in
                let job = RowKey(key).first
                guard job < visit.end else { return false }
                guard !round.isFull else {
                    visit.from = job
                    isCut = true
                    return false
                }
                round.rows += 1
                visit.rows += 1
                guard let record = JobRecord(value) else { return true }
                visit.at = min(visit.at, try appointment(job, record, &round, log))
                return true
            }
        }
        if isCut {
            unfinished = visit
            return false
        }
        // Jobs may still be added at the end of the last stretch.
        if try log.last < visit.end { visit.at = min(visit.at, round.later) }
        if let index = visits.lastIndex(where: { $0.stretch == visit.stretch }) { visits[index].at = visit.at }
        return true
    }

    /// When to look at a job again.
    private mutating func appointment(
        _ job: SequenceNumber, _ record: JobRecord, _ round: inout Round, _ log: any LogSnapshot
    ) throws -> Instant {
        guard record.state.isFinished else { return round.later }
        // Who is held, or kept for ever, may be taken up again and end otherwise.
        guard let leaves = try round.rules.leaves(job, record, &names, in: log) else { return round.later }
        guard leaves <= round.now else { return max(leaves, round.soon) }
        round.jobs.append(job)
        return round.soon
    }

    private func first(from job: SequenceNumber, _ log: any LogSnapshot) throws -> (SequenceNumber, Instant)? {
        var found: (SequenceNumber, Instant)?
        try RowKey.number(job).withBytes { start in
            try log.scan(.jobs, from: start) { key, value in
                guard let record = JobRecord(value) else { return true }
                found = (RowKey(key).first, record.created)
                return false
            }
        }
        return found
    }
}

extension Instant {
    fileprivate func later(by microseconds: Int64) -> Instant {
        let (sum, overflow) = self.microseconds.addingReportingOverflow(microseconds)
        return overflow ? .maximum : min(.maximum, Instant(microseconds: sum))
    }
}
