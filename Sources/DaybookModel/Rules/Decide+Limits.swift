extension Books {
    /// The most that a limit may allow; more is no limit.
    package static let concurrencyMax = 1_000_000

    mutating func limit(
        _ scope: LimitScope, _ limit: Limit?, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard scope.isValid else { return .refused(.badScope) }
        if let limit {
            if let refusal = limit.refusal { return .refused(refusal) }
            if case .queue = scope, limit.keepsOrder { return .refused(.orderOfQueue) }
            if case .queue = scope, limit.weight != nil { return .refused(.weightOfQueue) }
        } else if try LimitRows.rule(scope.text, in: ledgers) == nil {
            return .refused(Refusal(.wrongState, "There is no such limit; `daybook queues limits` shows all."))
        }
        let body = QueueLimited(scope: scope.text, limit: limit, reason: reason)
        return .done(
            at: decision.record(Event(time: decision.now, actor: actor, body: .queueLimited(Box(body)))))
    }

    /// What one claim has taken already of what its limits allow.
    struct Taken {
        fileprivate var slots: [LimitDesk.Number: UInt32] = [:]
        fileprivate var starts: [LimitDesk.Number: Int] = [:]
        /// Lanes whose next job this claim has sent to wait for something else, and which it may keep meanwhile.
        fileprivate(set) var lanes: Set<LimitDesk.Number> = []
    }

    /// Notes the lanes that a job may keep while it waits, as the books will know when that is applied.
    mutating func noteLanes(of job: SequenceNumber, _ taken: inout Taken, in ledgers: any Ledgers) throws {
        for scope in try limits.desk.job(job, in: ledgers)?.scopes ?? ScopeList() {
            if try limits.desk.rule(scope, in: ledgers)?.keepsOrder == true { taken.lanes.insert(scope) }
        }
    }

    /// Whether it shares a lane with such a job: then the next claim looks at it, who knows more.
    mutating func isInLane(_ job: SequenceNumber, of taken: Taken, in ledgers: any Ledgers) throws -> Bool {
        try limits.desk.job(job, in: ledgers)?.scopes.contains(where: taken.lanes.contains) ?? false
    }

    /// The first scope that has no room for the job, beside what this claim has taken already; nil if it can be had.
    mutating func scopeThatIsFull(
        for job: SequenceNumber, _ record: JobRecord, _ taken: inout Taken, at now: Instant, in ledgers: any Ledgers
    ) throws -> String? {
        guard try mayBeLimited(record, in: ledgers) else { return nil }
        let known = try limits.desk.job(job, in: ledgers)
        var scopes = known?.scopes ?? ScopeList()
        if let scope = try nameScope(of: record, in: ledgers), !scopes.contains(scope) { scopes.append(scope) }
        var (slots, starts) = (ScopeList(), ScopeList())
        for (index, scope) in scopes.enumerated() {
            guard let rule = try limits.desk.rule(scope, in: ledgers) else { continue }
            if known?.standing.holds(index) != true {
                let state = try limits.desk.state(scope, in: ledgers)
                guard state.hasSlot(rule, beside: taken.slots[scope] ?? 0) else { return limits.desk.text(scope) }
                // Both may stand in the ready index, each for another limit, and their places there say nothing.
                guard !rule.keepsOrder || !state.hasCandidate(record.lane, before: job) else {
                    return limits.desk.text(scope)
                }
                slots.append(scope)
            }
            if let rate = rule.rate {
                let used = try limits.desk.rate(scope, in: ledgers).used(of: rate, at: now)
                guard used + (taken.starts[scope] ?? 0) < rate.count else { return limits.desk.text(scope) }
                starts.append(scope)
            }
        }
        for scope in slots { taken.slots[scope, default: 0] += 1 }
        for scope in starts { taken.starts[scope, default: 0] += 1 }
        return nil
    }

    /// How many more jobs of a queue may be claimed. Notes when there may be more of one that is full by its rate.
    mutating func roomOfQueue(_ number: UInt32, at now: Instant, in ledgers: any Ledgers) throws -> Int {
        guard try limits.areAboutQueues(in: ledgers) else { return .max }
        let scope = queues.scope(number)
        guard let rule = try limits.rule(scope, in: ledgers) else { return .max }
        var room = Int.max
        if let concurrency = rule.concurrency {
            room = max(0, concurrency - Int(clamping: queues.count(number, .processing)))
        }
        guard room > 0, let rate = rule.rate else { return room }
        let state = try limits.desk.rate(limits.desk.number(of: scope), in: ledgers)
        if queues.count(number, .enqueued) > 0, let opens = state.opening(of: rate, at: now) {
            queueOpens = min(queueOpens ?? opens, opens)
        }
        return min(room, max(0, rate.count - state.used(of: rate, at: now)))
    }

    /// Looks again at the scopes whose windows have opened, at most `limit`; the rest follows in the next turn.
    package mutating func decideOpenings(
        _ decision: inout Decision, limit: Int, in ledgers: any Ledgers
    ) throws {
        // Asked for also where there are no limits any more: a group that was taken away may have more keys with
        // somebody waiting than its own event let go on.
        var open: [String] = []
        try LimitRows.forEachOpening(in: ledgers) { instant, scope in
            guard open.count < limit, try instant <= decision.now || isTooFar(instant, scope, decision.now, in: ledgers)
            else { return false }
            open.append(scope)
            return true
        }
        for scope in open { decision.record(Event(time: decision.now, actor: .system, body: .limitOpened(scope))) }
    }
}

extension Books {
    /// Whether a window opens later than any that begins now could: the clock was set back since that was written, and
    /// nobody is to wait for the difference.
    private mutating func isTooFar(
        _ opens: Instant, _ scope: String, _ now: Instant, in ledgers: any Ledgers
    ) throws -> Bool {
        guard let rate = try limits.rule(scope, in: ledgers)?.rate else { return true }
        return opens.microseconds &- now.microseconds > rate.buckets &* rate.bucketMicroseconds
    }
}

extension Limit {
    /// More turns would be more jobs of one key in a row than anybody wants to wait for.
    package static let weightMax = 100

    /// What is wrong with it, if anything.
    fileprivate var refusal: Refusal? {
        if let concurrency, !(1...Books.concurrencyMax).contains(concurrency) { return .badConcurrency(concurrency) }
        if let weight {
            guard (1...Limit.weightMax).contains(weight) else { return .badWeight(weight) }
            guard !keepsOrder else { return .weightInOrder }
        }
        guard let rate else { return isEmpty ? .emptyLimit : nil }
        guard (1...Books.concurrencyMax).contains(rate.count) else { return .badRate(rate.count) }
        return (Rate.microsecondsMin...Rate.microsecondsMax).contains(rate.microseconds) ? nil : .badWindow
    }
}

extension Limit.Rate {
    fileprivate static let microsecondsMin: Int64 = 1_000
    /// A year.
    fileprivate static let microsecondsMax: Int64 = 366 * 86_400 * 1_000_000
}

extension Refusal {
    static let badScope = Refusal(
        .badName,
        "A limit is about a queue, a name of jobs or a key, such as tenant:acme, or tenant:* for every tenant alike.")

    static func badConcurrency(_ given: Int) -> Refusal {
        Refusal(
            .badOption,
            "A limit allows 1 to \(Books.concurrencyMax) jobs at once, not \(given). To have none run, pause the queue."
        )
    }

    static let emptyLimit = Refusal(
        .badOption, "A limit says how many jobs run at once, how many start in a time, or how many turns they have.")

    static func badWeight(_ given: Int) -> Refusal {
        Refusal(
            .badOption, "A weight is 1 to \(Limit.weightMax) turns, not \(given). To have none run, pause the queue.")
    }

    static let weightInOrder = Refusal(
        .badOption, "Jobs that keep their order run one after the other, so a weight would say nothing about them.")

    static let weightOfQueue = Refusal(
        .badOption, "Jobs of a name or a key take turns and can have a weight; a queue has a priority for each job.")

    static func badRate(_ given: Int) -> Refusal {
        Refusal(
            .badOption,
            "A rate allows 1 to \(Books.concurrencyMax) starts, not \(given). To have none run, pause the queue.")
    }

    static let badWindow = Refusal(.badOption, "The window of a rate is a millisecond to a year long.")

    static let orderOfQueue = Refusal(
        .badOption, "Only jobs of a name or a key can be made to keep their order; a queue can have a concurrency.")
}
