// The rows of limits that are worked with, decoded.
//
// A job under a limit moves its scope's row and its own with each of its events, and many events of one turn are
// about the same scopes. So rows are read and decoded when first asked for, changed here, and written when the turn
// is posted. A scope that was looked at has a number, which is good until the turn ends: texts are looked up once for
// each job and not for each question, and what is known of a job has no list on the heap.

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
    struct Job: Equatable {
        var standing = LimitStanding()
        var scopes = ScopeList()
    }

    private struct Entry {
        var scopes: ScopeList
        /// Nil if it is to have no row.
        var standing: LimitStanding?
        var isChanged: Bool
        /// What its row says, which is about the first of the scopes.
        var stored: LimitStanding?
        var storedScopes: Int
    }

    private var scopes: [Scope] = []
    private var numbers: [String: Number] = [:]
    private var changedScopes: [Number] = []
    private var jobs = JobTable<Entry>()
    private var changedJobs: [SequenceNumber] = []

    /// A store may have a million keys; what is known of them must not fill our memory.
    private static let keptMax = 4_096

    /// Drops all that stands in the rows or was never to be written.
    mutating func forget() {
        guard !numbers.isEmpty || jobs.count > 0 else { return }
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
        let found = try LimitRows.effectiveRule(scopes[number].text, in: ledgers)
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
        if let index = jobs.index(of: id) {
            return jobs[index].standing.map { Job(standing: $0, scopes: jobs[index].scopes) }
        }
        let row = try LimitRows.job(id, in: ledgers)
        let scopes = list(row?.scopes ?? [])
        // Claims that come to nothing look at jobs, too.
        if jobs.count >= LimitDesk.keptMax, changedJobs.isEmpty { jobs.removeAll() }
        jobs.insert(
            id,
            Entry(
                scopes: scopes, standing: row?.standing, isChanged: false, stored: row?.standing,
                storedScopes: scopes.count))
        return row.map { Job(standing: $0.standing, scopes: scopes) }
    }

    mutating func addJob(_ id: SequenceNumber, scopes: [String]) {
        jobs.insert(
            id,
            Entry(scopes: list(scopes), standing: LimitStanding(), isChanged: true, stored: nil, storedScopes: 0))
        changedJobs.append(id)
    }

    private mutating func list(_ scopes: [String]) -> ScopeList {
        var list = ScopeList()
        for scope in scopes { list.append(number(of: scope)) }
        return list
    }

    /// Only for a job that was asked for in this turn. With nil its row goes.
    mutating func setJob(_ id: SequenceNumber, _ job: Job?) {
        guard let index = jobs.index(of: id) else { return }
        jobs[index].standing = job?.standing
        if let job { jobs[index].scopes = job.scopes }
        guard !jobs[index].isChanged else { return }
        jobs[index].isChanged = true
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
        for id in changedJobs { try LimitDesk.post(id, of: &jobs, scopes, to: ledgers) }
        changedScopes.removeAll(keepingCapacity: true)
        changedJobs.removeAll(keepingCapacity: true)
        if scopes.count > LimitDesk.keptMax || jobs.count > LimitDesk.keptMax { forget() }
    }

    private static func post(
        _ id: SequenceNumber, of jobs: inout JobTable<Entry>, _ scopes: [Scope], to ledgers: any Ledgers
    ) throws {
        guard let index = jobs.index(of: id) else { return }
        let entry = jobs[index]
        let texts = entry.scopes.lazy.map { scopes[$0].text }
        if entry.standing != entry.stored || entry.storedScopes != entry.scopes.count {
            try withRow(entry.stored, texts.prefix(entry.storedScopes)) { old in
                try withRow(entry.standing, texts) { try LimitRows.setJob(id, $0, replacing: old, in: ledgers) }
            }
        }
        guard let standing = entry.standing, standing.holds != 0 || standing.candidate != nil else {
            jobs.remove(id)
            return
        }
        jobs[index].stored = standing
        jobs[index].storedScopes = entry.scopes.count
        jobs[index].isChanged = false
    }

    private static func withRow<R>(
        _ standing: LimitStanding?, _ scopes: some Collection<String>, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) rethrows -> R {
        guard let standing else { return try body(nil) }
        return try standing.withRow(scopes: scopes, body)
    }
}
