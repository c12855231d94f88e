// A process claims only what it can run. Ready jobs that it cannot run stand in its way: those that another live
// process can run are left to it, and those that none can are parked, so that nobody has to look past them again. Both
// end after a while, because a turn must; the next one goes on.

/// What a claim makes of the ready jobs that its process cannot run.
struct RunnableFilter {
    private let runs: Runnable
    private var passed = 0
    private var parked = 0
    /// Jobs of one name usually stand together.
    private var latest: (name: UInt32, version: UInt16, verdict: Verdict)?

    private enum Verdict {
        case runs, isForOthers
        case isForNobody(String)
    }

    /// A claim looks past so many jobs that only others can run; the next one goes on behind them.
    static let passedMax = 1_000
    /// So many it looks at from the front, before it goes on behind what others have looked past.
    static let frontMax = 256
    /// One claim parks so many.
    static let parkedMax = 256

    init(_ runs: Runnable) {
        self.runs = runs
    }

    /// How many more jobs than it takes a claim may have to look at.
    var lookAhead: Int { runs.isEverything ? 0 : RunnableFilter.passedMax + RunnableFilter.parkedMax }

    /// Whether it has just looked past so many that the front is behind it.
    var hasSeenFront: Bool { passed == RunnableFilter.frontMax }

    enum Answer {
        /// It is gone from here.
        case skip
        /// It stays, for others.
        case pass
        case claim, stop
    }

    mutating func judge(
        _ job: SequenceNumber, _ record: JobRecord, _ claim: Claim, _ books: inout Books, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        if runs.isEverything { return .claim }
        switch try verdict(on: record, &books, in: ledgers) {
        case .runs: return .claim
        case .isForOthers:
            passed += 1
            return passed < RunnableFilter.passedMax ? .pass : .stop
        case .isForNobody(let name):
            let form = record.version > 1 ? " with arguments of version \(record.version)" : ""
            decision.record(
                Event(
                    time: decision.now, job: job, previous: record.last, actor: .process(claim.process),
                    body: .parked(reason: "no process that has the store open can run \(name)\(form)")))
            parked += 1
            return parked < RunnableFilter.parkedMax ? .skip : .stop
        }
    }

    private mutating func verdict(
        on record: JobRecord, _ books: inout Books, in ledgers: any Ledgers
    ) throws -> Verdict {
        if let latest, latest.name == record.name, latest.version == record.version { return latest.verdict }
        // Without its name nobody can say who runs it; that is damage, which `log verify` names.
        guard let name = try books.names.text(.job, record.name, in: ledgers) else { return .isForOthers }
        let verdict: Verdict
        if runs.canRun(name, version: record.version) {
            verdict = .runs
        } else {
            let canOthers = try books.liveRunners(in: ledgers).contains {
                $0.canRun(name, version: record.version)
            }
            verdict = canOthers ? .isForOthers : .isForNobody(name)
        }
        latest = (record.name, record.version, verdict)
        return verdict
    }
}

extension Books {
    /// What the processes that are alive can run.
    mutating func liveRunners(in ledgers: any Ledgers) throws -> [Runnable] {
        if let runners { return runners }
        var found: [Runnable] = []
        try RowKey.number(0).withBytes { start in
            try ledgers.scan(.processes, from: start) { _, value in
                if let record = ProcessRecord(value), record.standing.isAlive, record.standing != .stopping {
                    found.append(record.runs)
                }
                return true
            }
        }
        runners = found
        return found
    }
}
