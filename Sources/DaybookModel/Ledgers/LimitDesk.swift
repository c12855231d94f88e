// The rows of limits that are worked with, decoded.
//
// A job under a limit moves its scope's row and its own with each of its events, and many events of one turn are
// about the same scopes. So rows are read and decoded when first asked for, changed here, and written when the turn
// is posted. A scope that was looked at has a number, which is good until the turn ends: texts are looked up once for
// each job and not for each question.

struct LimitDesk {
    typealias Number = Int

    /// A scope: the rule for it, how it stands, and the starts that count.
    private struct Scope {
        let text: String
        var rule: Limit??
        /// How it stands, and how its row says so; nil if nobody has asked.
        var state: LimitState?
        var stored = LimitState()
        var isChanged = false
        var rate: RateState?
    }

    /// A job's row, with the numbers of its scopes.
    struct Job {
        var row: JobLimits
        var scopes: [Number]
    }

    private struct Entry {
        var job: Job?
        var stored: JobLimits?
        var isChanged: Bool
    }

    private var scopes: [Scope] = []
    private var numbers: [String: Number] = [:]
    private var changedScopes: [Number] = []
    private var jobs: [SequenceNumber: Entry] = [:]
    private var changedJobs: [SequenceNumber] = []

    /// A store may have a million keys; what is known of them must not fill our memory.
    private static let keptMax = 4_096

    /// Drops all that stands in the rows or was never to be written.
    mutating func forget() {
        guard !numbers.isEmpty || !jobs.isEmpty else { return }
        self = LimitDesk()
    }

    mutating func forgetRules() {
        for number in scopes.indices { scopes[number].rule = .none }
    }

    // MARK: Scopes

    mutating func number(of scope: String) -> Number {
        if let known = numbers[scope] { return known }
        scopes.append(Scope(text: scope))
        numbers[scope] = scopes.count - 1
        return scopes.count - 1
    }

    func text(_ number: Number) -> String { scopes[number].text }

    mutating func state(_ number: Number, in ledgers: any Ledgers) throws -> LimitState {
        if let known = scopes[number].state { return known }
        let found = try LimitRows.state(scopes[number].text, in: ledgers)
        scopes[number].state = found
        scopes[number].stored = found
        return found
    }

    mutating func change(
        _ number: Number, in ledgers: any Ledgers, _ change: (inout LimitState) -> Void
    ) throws {
        var state = try state(number, in: ledgers)
        scopes[number].state = nil
        change(&state)
        scopes[number].state = state
        guard !scopes[number].isChanged else { return }
        scopes[number].isChanged = true
        changedScopes.append(number)
    }

    /// The limit that holds for a scope: its own, or its group's.
    mutating func rule(_ number: Number, in ledgers: any Ledgers) throws -> Limit? {
        if let known = scopes[number].rule { return known }
        let scope = scopes[number].text
        var found = try LimitRows.rule(scope, in: ledgers)
        if found == nil, let group = LimitScope.group(of: scope) { found = try LimitRows.rule(group, in: ledgers) }
        scopes[number].rule = .some(found)
        return found
    }

    // MARK: Rates

    mutating func rate(_ number: Number, in ledgers: any Ledgers) throws -> RateState {
        if let known = scopes[number].rate { return known }
        let found = try LimitRows.rate(scopes[number].text, in: ledgers)
        scopes[number].rate = found
        return found
    }

    /// Written at once: instants at which windows open and end are looked for in the rows.
    mutating func changeRate(
        _ number: Number, in ledgers: any Ledgers, _ change: (inout RateState) -> Void
    ) throws {
        let old = try rate(number, in: ledgers)
        var new = old
        change(&new)
        guard new != old else { return }
        try LimitRows.setRate(scopes[number].text, new, replacing: old, in: ledgers)
        scopes[number].rate = new
    }

    // MARK: Jobs

    mutating func job(_ id: SequenceNumber, in ledgers: any Ledgers) throws -> Job? {
        if let known = jobs[id] { return known.job }
        let stored = try LimitRows.job(id, in: ledgers)
        let job = stored.map { Job(row: $0, scopes: $0.scopes.map { number(of: $0) }) }
        // Claims that come to nothing look at jobs, too.
        if jobs.count >= LimitDesk.keptMax, changedJobs.isEmpty { jobs.removeAll() }
        jobs[id] = Entry(job: job, stored: stored, isChanged: false)
        return job
    }

    mutating func addJob(_ id: SequenceNumber, scopes: [String]) {
        let job = Job(row: JobLimits(scopes: scopes), scopes: scopes.map { number(of: $0) })
        jobs[id] = Entry(job: job, stored: nil, isChanged: true)
        changedJobs.append(id)
    }

    /// Only for a job that was asked for in this turn.
    mutating func setJob(_ id: SequenceNumber, _ job: Job?) {
        guard let index = jobs.index(forKey: id) else { return }
        jobs.values[index].job = job
        guard !jobs.values[index].isChanged else { return }
        jobs.values[index].isChanged = true
        changedJobs.append(id)
    }

    // MARK: The end of a turn

    /// Writes what has changed. What runs, and who stands in the ready index, is asked for again soon and is kept.
    mutating func post(to ledgers: any Ledgers) throws {
        guard !changedScopes.isEmpty || !changedJobs.isEmpty else { return }
        for number in changedScopes {
            let state = try state(number, in: ledgers)
            try LimitRows.setState(scopes[number].text, state, replacing: scopes[number].stored, in: ledgers)
            scopes[number].stored = state
            scopes[number].isChanged = false
        }
        for id in changedJobs { try postJob(id, to: ledgers) }
        changedScopes.removeAll(keepingCapacity: true)
        changedJobs.removeAll(keepingCapacity: true)
        if scopes.count > LimitDesk.keptMax || jobs.count > LimitDesk.keptMax { forget() }
    }

    private mutating func postJob(_ id: SequenceNumber, to ledgers: any Ledgers) throws {
        guard let index = jobs.index(forKey: id) else { return }
        let entry = jobs.values[index]
        try LimitRows.setJob(id, entry.job?.row, replacing: entry.stored, in: ledgers)
        guard let row = entry.job?.row, row.holds != 0 || row.candidate != nil else {
            jobs.remove(at: index)
            return
        }
        jobs.values[index].stored = row
        jobs.values[index].isChanged = false
    }
}
