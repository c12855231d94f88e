internal import DaybookModel
internal import Synchronization

/// What one run has said and the writer has not taken yet, and what waits for its end. A run that says nothing has
/// nothing here but its result.
final class RunNotes: Sendable {
    private struct State {
        var result: [UInt8] = []
        /// Nothing or one: an array, so that it takes one word in runs that have none of it.
        var more: [More] = []
        var hasEnded = false
    }

    /// What few runs have.
    private struct More {
        var log = RunLog()
        var progress: Progressed?
        var counters: [Counter: Int64] = [:]
        var statistics: [UInt8] = []
        var jobs = FurtherJobs()
        var steps: RunSteps?
        var isOnDesk = false
    }

    private let state = Mutex(State())
    let started: StartedRun
    let run: RunReference
    let desk: RunDesk
    /// What it may not write down; nil for most.
    let secrets: Secrets?

    /// Those of the run that surrounds the caller.
    @TaskLocal static var current: RunNotes?

    static let countersMax = 256
    static let progressTextBytesMax = 1 << 10
    static let statisticsBytesMax = 64 << 10

    init(_ started: StartedRun, worker: Actor, _ desk: RunDesk) {
        self.started = started
        let claimed = started.job.claimed
        run = RunReference(job: claimed.job, token: claimed.token, attempt: claimed.attempt, actor: worker)
        self.desk = desk
        // Read through the box one by one: what is in it is large, and each run would copy all of it.
        let created = started.job.created
        secrets = Secrets(created.value.secret, arguments: created.value.arguments)
    }

    var result: [UInt8] {
        get { state.withLock { $0.result } }
        set { state.withLock { $0.result = newValue } }
    }

    /// Nil once the run has ended: somebody whom it left behind still talks.
    private func change<R>(_ body: (inout More) throws -> R) rethrows -> R? {
        try state.withLock { state in
            guard !state.hasEnded else { return nil }
            if state.more.isEmpty { state.more.append(More()) }
            return try body(&state.more[0])
        }
    }

    // MARK: What is written while the run goes on

    func log(_ level: LogLine.Level, _ text: String) {
        let now = desk.clock.now()
        let text = secrets?.text(text) ?? text
        say { more in
            guard !more.log.isCut else { return }
            more.log.add(level, text, at: now)
        }
    }

    func progress(_ fraction: Double, _ text: String) {
        // What is no number is no progress.
        let share = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        let millionths = UInt64((share * Double(Progressed.wholeMillionths)).rounded())
        let said = secrets?.text(text) ?? text
        let text = said.cut(toBytes: RunNotes.progressTextBytesMax, mark: " …")
        say { $0.progress = Progressed(millionths: millionths, text: text) }
    }

    private func say(_ body: (inout More) -> Void) {
        let heard = change { more in
            let wasFull = more.log.isFull
            body(&more)
            guard !more.log.isEmpty || more.progress != nil else { return (false, false) }
            defer { more.isOnDesk = true }
            return (!more.isOnDesk, more.log.isFull && !wasFull)
        }
        guard let (isNew, isFull) = heard else { return }
        if isNew { desk.add(self) }
        if isFull { desk.hurry() }
    }

    /// What the writer may take at once, and whether there is more.
    func take() -> (note: RunNote?, hasMore: Bool) {
        let taken: (RunNote?, Bool)? = change { more in
            let note = RunNote(run, logged: more.log.take(salt: desk.random.drawn), progressed: takeProgress(&more))
            more.isOnDesk = !more.log.isEmpty
            return (note.isEmpty ? nil : note, more.isOnDesk)
        }
        return taken ?? (nil, false)
    }

    private func takeProgress(_ more: inout More) -> Progressed? {
        defer { more.progress = nil }
        if more.progress?.text.isEmpty == false { more.progress?.salt = desk.random.drawn() }
        return more.progress
    }

    // MARK: What waits for the end

    func count(_ counter: Counter, by step: Int) {
        change { more in
            let isKnown = more.counters[counter] != nil || more.counters.count < RunNotes.countersMax
            let place = isKnown ? counter : .others
            let (sum, overflow) = more.counters[place, default: 0].addingReportingOverflow(Int64(step))
            more.counters[place] = overflow ? (step < 0 ? .min : .max) : sum
        }
    }

    func setStatistics(_ bytes: [UInt8]) throws(RunRefusal) {
        guard bytes.count <= RunNotes.statisticsBytesMax else {
            throw .tooLarge("What the statistics came to", bytesMax: RunNotes.statisticsBytesMax)
        }
        change { $0.statistics = bytes }
    }

    func add(_ job: Box<Created>) throws {
        guard let added = change({ more in Result { try more.jobs.add(job) } }) else {
            throw Refusal(.wrongState, "This run of job \(run.job) has ended and can enqueue nothing any more.")
        }
        try added.get()
    }

    // MARK: Steps

    /// See `RunSteps.begin`. The steps of earlier runs are looked up once.
    func begin(step name: String) throws -> SequenceNumber? {
        if state.withLock({ $0.more.first?.steps == nil }) {
            let book = try desk.read { try StepBook.of(run.job, in: $0) }
            change { if $0.steps == nil { $0.steps = RunSteps(book) } }
        }
        guard let found = try change({ try $0.steps?.begin(name) }) else { throw RunRefusal.ended(name) }
        return found
    }

    func giveUp(step name: String) { change { $0.steps?.giveUp(name) } }

    // MARK: The end

    /// Hands over the commands that end the run. Nil for an outcome: it was given up before it came to one.
    func end(_ outcome: Outcome?, _ submit: (Command) -> Void) {
        let said = state.withLock { state in
            state.hasEnded = true
            return state.more.popLast()
        }
        guard var more = said else { return submit(end(outcome, nil, [])) }
        // All but the last of it goes ahead, in the same turn as a rule: what ends a run has to be small enough for
        // what a full disk keeps in reserve.
        while more.log.isFull, let logged = more.log.take(salt: desk.random.drawn) {
            submit(.note(Box(RunNote(run, logged: logged))))
        }
        let note = RunNote(
            run, logged: more.log.take(salt: desk.random.drawn), progressed: takeProgress(&more),
            reported: report(more))
        if outcome == nil, !note.isEmpty { submit(.note(Box(note))) }
        submit(end(outcome, note, more.jobs.jobs))
    }

    private func end(_ outcome: Outcome?, _ note: RunNote?, _ jobs: [Box<Created>]) -> Command {
        guard let outcome else {
            return .interrupt(
                job: run.job, token: run.token, reason: "the process is stopping", charged: false, actor: run.actor)
        }
        guard let note, !note.isEmpty || !jobs.isEmpty else {
            return .finish(job: run.job, token: run.token, outcome, actor: run.actor)
        }
        return .conclude(
            Box(
                Conclusion(
                    note, outcome, jobs: jobs, random: desk.random.drawn(), salt: desk.random.drawn())))
    }

    private func report(_ more: More) -> Reported? {
        guard !more.counters.isEmpty || !more.statistics.isEmpty else { return nil }
        let named = Dictionary(uniqueKeysWithValues: more.counters.map { ($0.name, $1) })
        return Reported(
            counters: named.isEmpty ? [] : (try? JSON.encode(named)) ?? [],
            salt: more.statistics.isEmpty ? 0 : desk.random.drawn(), statistics: more.statistics)
    }
}

extension RunNote {
    fileprivate var isEmpty: Bool { logged == nil && progressed == nil && reported == nil }
}
