// Limits: how many jobs of a scope may run at once.
//
// A job that comes under a limit stands in the ready index only if it could be claimed: one for each scope, queue and
// priority, which takes its turn among all that is ready there. The others wait in the scope's list, in order, where
// no claim ever looks. When a slot comes free, or when the one in the index is claimed and there is still room, the
// first of the list takes a place at the end of the index, in the same turn. So keys take turns, whatever their number
// of jobs, and a claim costs the same however many wait.
//
// A limit by rate is one more reason for having no room. When somebody waits for its window, the instant at which that
// opens stands in the ledger, and the writer looks at the scope again then: a `limitOpened` event.
//
// A limit of a queue needs none of this: its jobs wait in the index as they do while the queue is paused.

extension Books {
    /// Whether limits may have a say in where the job stands.
    mutating func mayBeLimited(_ record: JobRecord, in ledgers: any Ledgers) throws -> Bool {
        if record.flags.contains(.isLimited) { return true }
        return try limits.areAboutNames(in: ledgers)
    }

    /// Writes down which limits a new job may come under.
    func enterLimits(of created: Created, _ job: SequenceNumber, _ record: inout JobRecord, in ledgers: any Ledgers)
        throws
    {
        guard created.tenant != nil || !created.limitKeys.isEmpty else { return }
        record.flags.insert(.isLimited)
        try LimitRows.setJob(job, JobLimits(scopes: created.limitScopes), replacing: nil, in: ledgers)
    }

    /// What happens to a job that its limits have to know.
    struct LimitChange {
        let time: Instant
        /// The scope that had no room when the job was to be claimed.
        var blockedBy: String?
        /// The job was given back before anybody began on it, so that it did not start.
        var isReturn = false
    }

    /// Moves a job among its limits, as its record has changed from `old`. Answers the scopes whose lists may move on.
    mutating func settleLimits(
        _ job: SequenceNumber, _ old: JobRecord?, _ record: inout JobRecord, _ change: LimitChange,
        in ledgers: any Ledgers
    ) throws -> [String] {
        let stored = try LimitRows.job(job, in: ledgers)
        var row = stored ?? JobLimits(scopes: [])
        try addNameScope(record, &row, in: ledgers)
        guard !row.scopes.isEmpty else { return [] }
        var touched: [String] = []
        if let old, old.state == .enqueued { try leaveLimits(job, old, &row, &touched, in: ledgers) }
        if record.state == .processing {
            try takeSlots(&row, &touched, in: ledgers)
            if let old, old.state != .processing { try countStart(row, at: change.time, in: ledgers) }
        } else {
            if let old, change.isReturn { try takeStartBack(row, startedAt: old.since, &touched, in: ledgers) }
            if row.holds != 0 { try giveSlots(record, &row, &touched, in: ledgers) }
        }
        if record.state == .enqueued { try place(job, &record, &row, change, &touched, in: ledgers) }
        record.flags.insert(.isLimited)
        try LimitRows.setJob(job, row, replacing: stored, in: ledgers)
        return touched
    }

    private mutating func addNameScope(_ record: JobRecord, _ row: inout JobLimits, in ledgers: any Ledgers) throws {
        guard try limits.areAboutNames(in: ledgers), let name = try names.text(.job, record.name, in: ledgers) else {
            return
        }
        let scope = LimitScope.job(name).text
        guard !row.scopes.contains(scope), try limits.rule(scope, in: ledgers) != nil else { return }
        row.scopes.append(scope)
    }

    /// Out of the list it waits in, or of the place it has for one.
    private func leaveLimits(
        _ job: SequenceNumber, _ old: JobRecord, _ row: inout JobLimits, _ touched: inout [String],
        in ledgers: any Ledgers
    ) throws {
        if let index = row.waiting {
            try LimitRows.removeWait(row.scopes[index], old.lane, job, in: ledgers)
            try LimitRows.change(row.scopes[index], in: ledgers) { $0.waiting &-= 1 }
            row.waiting = nil
        }
        if let index = row.candidate {
            try LimitRows.change(row.scopes[index], in: ledgers) { $0.candidates.removeAll { $0.job == job } }
            touched.append(row.scopes[index])
            row.candidate = nil
        }
    }

    mutating func takeSlots(_ row: inout JobLimits, _ touched: inout [String], in ledgers: any Ledgers) throws {
        for (index, scope) in row.scopes.enumerated() where !row.holds(index) {
            guard try limits.rule(scope, in: ledgers) != nil else { continue }
            try LimitRows.change(scope, in: ledgers) { $0.held += 1 }
            row.holds |= 1 << UInt16(index)
            touched.append(scope)
        }
    }

    /// A lane that keeps order is left only when the job has finished, or cannot be run by anybody.
    private mutating func giveSlots(
        _ record: JobRecord, _ row: inout JobLimits, _ touched: inout [String], in ledgers: any Ledgers
    ) throws {
        let goesOn = record.state == .scheduled || record.state == .enqueued
        for (index, scope) in row.scopes.enumerated() where row.holds(index) {
            // More than the limit allows may have run when it was set; they cannot all keep the lane.
            if goesOn, let rule = try limits.rule(scope, in: ledgers), rule.keepsOrder,
                try LimitRows.state(scope, in: ledgers).held <= rule.concurrency ?? .max
            {
                continue
            }
            try LimitRows.change(scope, in: ledgers) { $0.held = max($0.held, 1) - 1 }
            row.holds &= ~(1 << UInt16(index))
            touched.append(scope)
        }
    }

    /// Into the ready index if all its limits have room and nobody is before it, else into the first list that has not.
    private mutating func place(
        _ job: SequenceNumber, _ record: inout JobRecord, _ row: inout JobLimits, _ change: LimitChange,
        _ touched: inout [String], in ledgers: any Ledgers
    ) throws {
        if record.waitsFor == .limit { record.waitsFor = .nothing }
        var waiting = change.blockedBy.flatMap { row.scopes.firstIndex(of: $0) }
        var candidate: Int?
        for (index, scope) in row.scopes.enumerated() where waiting == nil && !row.holds(index) {
            guard let rule = try limits.rule(scope, in: ledgers) else { continue }
            let state = try LimitRows.state(scope, in: ledgers)
            if try !hasRoom(scope, rule, state, at: change.time, in: ledgers) {
                waiting = index
            } else if candidate == nil {
                candidate = index
                if state.waiting > 0 || state.hasCandidate(record.lane) { waiting = index }
            }
        }
        if let index = waiting {
            try LimitRows.addWait(row.scopes[index], record.lane, job, in: ledgers)
            try LimitRows.change(row.scopes[index], in: ledgers) { $0.waiting += 1 }
            row.waiting = index
            record.waitsFor = .limit
            if change.blockedBy == nil {
                touched.append(row.scopes[index])
            } else {
                try keepOpening(row.scopes[index], at: change.time, in: ledgers)
            }
        } else if let index = candidate {
            let lane = record.lane
            try LimitRows.change(row.scopes[index], in: ledgers) {
                $0.candidates.append(LimitState.Candidate(lane: lane, job: job))
            }
            row.candidate = index
        }
    }
}

extension JobRecord {
    /// Where it stands beside others of its limits: its queue, then higher priority first.
    package var lane: UInt64 { UInt64(queue) << 16 | UInt64(UInt16(Int(Int16.max) - Int(priority))) }

    /// Whether it is ready but for a limit.
    package var waitsForLimit: Bool { state == .enqueued && waitsFor == .limit }
}

extension Created {
    /// What limits by key may be about it.
    package var limitScopes: [String] {
        var scopes: [String] = []
        if let tenant { scopes.append(LimitScope.key("tenant:" + tenant).text) }
        for key in limitKeys {
            let scope = LimitScope.key(key).text
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        return scopes
    }

    package static let limitKeysMax = 8
}
