/// Starts, where a limit counts them.
extension Books {
    /// Whether one more of a scope may run, and start now.
    mutating func hasRoom(
        _ scope: LimitDesk.Number, _ rule: Limit?, _ state: LimitState, at now: Instant, in ledgers: any Ledgers
    ) throws -> Bool {
        guard state.hasSlot(rule) else { return false }
        guard let rate = rule?.rate else { return true }
        return try limits.desk.rate(scope, in: ledgers).used(of: rate, at: now) < rate.count
    }

    mutating func countStart(_ job: LimitDesk.Job, at now: Instant, in ledgers: any Ledgers) throws {
        for scope in job.scopes { try countStart(scope, at: now, in: ledgers) }
    }

    private mutating func countStart(_ scope: LimitDesk.Number, at now: Instant, in ledgers: any Ledgers) throws {
        guard let rate = try limits.desk.rule(scope, in: ledgers)?.rate else { return }
        try limits.desk.changeRate(scope, in: ledgers) { $0.add(rate, at: now) }
        // Keys that nobody uses again must not pile up.
        for ended in try LimitRows.endedRates(at: now, in: ledgers) {
            try limits.desk.changeRate(limits.desk.number(of: ended), in: ledgers) { $0.settle(at: now) }
        }
    }

    mutating func takeStartBack(
        _ job: LimitDesk.Job, startedAt started: Instant, _ touched: inout [LimitDesk.Number],
        in ledgers: any Ledgers
    ) throws {
        for scope in job.scopes where try limits.desk.rule(scope, in: ledgers)?.rate != nil {
            try limits.desk.changeRate(scope, in: ledgers) { $0.remove(startedAt: started) }
            touched.append(scope)
        }
    }

    /// What a limit of the job's queue counts.
    mutating func countStart(_ old: JobRecord, _ record: JobRecord, _ change: LimitChange, in ledgers: any Ledgers)
        throws
    {
        guard try limits.areAboutQueues(in: ledgers) else { return }
        try queues.load(from: ledgers)
        let scope = limits.desk.number(of: LimitScope.queue(queues[record.queue].name).text)
        if record.state == .processing {
            try countStart(scope, at: change.time, in: ledgers)
        } else if change.isReturn {
            try limits.desk.changeRate(scope, in: ledgers) { $0.remove(startedAt: old.since) }
        }
    }

    /// Writes down when the scope's window opens, if somebody waits for that.
    mutating func keepOpening(_ scope: LimitDesk.Number, at now: Instant, in ledgers: any Ledgers) throws {
        var opens: Instant?
        if let rate = try limits.desk.rule(scope, in: ledgers)?.rate,
            try limits.desk.state(scope, in: ledgers).waiting > 0
        {
            opens = try limits.desk.rate(scope, in: ledgers).opening(of: rate, at: now)
        }
        try limits.desk.changeRate(scope, in: ledgers) { $0.opens = opens }
    }
}
