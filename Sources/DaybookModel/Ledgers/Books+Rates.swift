/// Starts, where a limit counts them.
extension Books {
    /// Whether one more of a scope may run, and start now.
    mutating func hasRoom(
        _ scope: String, _ rule: Limit?, _ state: LimitState, at now: Instant, in ledgers: any Ledgers
    ) throws -> Bool {
        guard state.hasSlot(rule) else { return false }
        guard let rate = rule?.rate else { return true }
        return try LimitRows.rate(scope, in: ledgers).used(of: rate, at: now) < rate.count
    }

    mutating func countStart(_ row: JobLimits, at now: Instant, in ledgers: any Ledgers) throws {
        for scope in row.scopes { try countStart(scope, at: now, in: ledgers) }
    }

    private mutating func countStart(_ scope: String, at now: Instant, in ledgers: any Ledgers) throws {
        guard let rate = try limits.rule(scope, in: ledgers)?.rate else { return }
        try LimitRows.changeRate(scope, in: ledgers) { $0.add(rate, at: now) }
        try LimitRows.forgetRates(at: now, in: ledgers)
    }

    mutating func takeStartBack(
        _ row: JobLimits, startedAt started: Instant, _ touched: inout [String], in ledgers: any Ledgers
    ) throws {
        for scope in row.scopes where try limits.rule(scope, in: ledgers)?.rate != nil {
            try LimitRows.changeRate(scope, in: ledgers) { $0.remove(startedAt: started) }
            touched.append(scope)
        }
    }

    /// What a limit of the job's queue counts.
    mutating func countStart(_ old: JobRecord, _ record: JobRecord, _ change: LimitChange, in ledgers: any Ledgers)
        throws
    {
        guard try limits.areAboutQueues(in: ledgers) else { return }
        try queues.load(from: ledgers)
        let scope = LimitScope.queue(queues[record.queue].name).text
        if record.state == .processing {
            try countStart(scope, at: change.time, in: ledgers)
        } else if change.isReturn {
            try LimitRows.changeRate(scope, in: ledgers) { $0.remove(startedAt: old.since) }
        }
    }

    /// Writes down when the scope's window opens, if somebody waits for that.
    mutating func keepOpening(_ scope: String, at now: Instant, in ledgers: any Ledgers) throws {
        var opens: Instant?
        if let rate = try limits.rule(scope, in: ledgers)?.rate, try LimitRows.state(scope, in: ledgers).waiting > 0 {
            opens = try LimitRows.rate(scope, in: ledgers).opening(of: rate, at: now)
        }
        try LimitRows.changeRate(scope, in: ledgers) { $0.opens = opens }
    }
}
