extension Books {
    /// The most that a limit may allow; more is no limit.
    package static let concurrencyMax = 1_000_000

    mutating func limit(
        _ scope: LimitScope, _ limit: Limit?, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard scope.isValid else { return .refused(.badScope) }
        if let limit {
            guard (1...Books.concurrencyMax).contains(limit.concurrency) else {
                return .refused(.badConcurrency(limit.concurrency))
            }
            if case .queue = scope, limit.keepsOrder { return .refused(.orderOfQueue) }
        } else if try LimitRows.rule(scope.text, in: ledgers) == nil {
            return .refused(Refusal(.wrongState, "There is no such limit; `daybook queues limits` shows all."))
        }
        let body = QueueLimited(scope: scope.text, limit: limit, reason: reason)
        return .done(
            at: decision.record(Event(time: decision.now, actor: actor, body: .queueLimited(Box(body)))))
    }

    /// The first scope that has no room for the job, beside what this claim has taken already; nil if it can be had.
    mutating func scopeThatIsFull(
        for job: SequenceNumber, _ record: JobRecord, _ taken: inout [String: UInt32], in ledgers: any Ledgers
    ) throws -> String? {
        guard try mayBeLimited(record, in: ledgers) else { return nil }
        var row = try LimitRows.job(job, in: ledgers) ?? JobLimits(scopes: [])
        if try limits.areAboutNames(in: ledgers), let name = try names.text(.job, record.name, in: ledgers) {
            let scope = LimitScope.job(name).text
            if !row.scopes.contains(scope) { row.scopes.append(scope) }
        }
        var needed: [String] = []
        for (index, scope) in row.scopes.enumerated() where !row.holds(index) {
            guard let rule = try limits.rule(scope, in: ledgers) else { continue }
            let held = try LimitRows.state(scope, in: ledgers).held + (taken[scope] ?? 0)
            guard held < rule.concurrency else { return scope }
            needed.append(scope)
        }
        for scope in needed { taken[scope, default: 0] += 1 }
        return nil
    }

    /// How many more jobs of a queue may be claimed.
    mutating func roomOfQueue(_ number: UInt32, in ledgers: any Ledgers) throws -> Int {
        guard try limits.areAboutQueues(in: ledgers) else { return .max }
        let queue = queues[number]
        guard let rule = try limits.rule(LimitScope.queue(queue.name).text, in: ledgers) else { return .max }
        return max(0, rule.concurrency - Int(clamping: queue[.processing]))
    }
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

    static let orderOfQueue = Refusal(
        .badOption, "Only jobs of a name or a key can be made to keep their order; a queue can have a concurrency.")
}
