// Limits: how many jobs of a scope may run at once.
//
// A job that comes under a limit stands in the ready index only if it could be claimed: one for each scope, queue and
// priority, or as many as its limit has turns, which take these among all that is ready there. The others wait in the
// scope's list, in order, where no claim ever looks. When a slot comes free, or when one in the index is claimed and
// there is still room, the first of the list takes a place at the end of the index, in the same turn. So keys take
// turns, whatever their number of jobs, and a claim costs the same however many wait.
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
    mutating func enterLimits(
        of created: Created, _ job: SequenceNumber, _ record: inout JobRecord, in ledgers: any Ledgers
    ) throws {
        guard created.tenant != nil || !created.limitKeys.isEmpty else { return }
        record.flags.insert(.isLimited)
        limits.desk.addJob(job, scopes: created.limitScopes)
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
        _ id: SequenceNumber, _ old: JobRecord?, _ record: inout JobRecord, _ change: LimitChange,
        in ledgers: any Ledgers
    ) throws -> [LimitDesk.Number] {
        let known = try limits.desk.job(id, in: ledgers)
        var job = known ?? LimitDesk.Job()
        try addNameScope(record, &job, in: ledgers)
        guard !job.scopes.isEmpty else { return [] }
        var touched: [LimitDesk.Number] = []
        let candidate = job.standing.candidate
        if let old, old.state == .enqueued { try leaveLimits(id, old, &job, &touched, in: ledgers) }
        if record.state == .processing {
            try takeSlots(&job, &touched, in: ledgers)
            job.standing.isFirstInLane = false
            if let old, old.state != .processing { try countStart(job, at: change.time, in: ledgers) }
        } else {
            if let old, change.isReturn { try takeStartBack(job, startedAt: old.since, &touched, in: ledgers) }
            if job.standing.holds != 0 { try giveSlots(record, &job, &touched, in: ledgers) }
        }
        if record.state == .enqueued {
            try place(id, &record, &job, change, &touched, in: ledgers)
            try keepLanes(id, record, &job, candidate, &touched, in: ledgers)
        }
        record.flags.insert(.isLimited)
        limits.desk.setJob(id, job)
        return touched
    }

    private mutating func addNameScope(
        _ record: JobRecord, _ job: inout LimitDesk.Job, in ledgers: any Ledgers
    ) throws {
        guard let scope = try nameScope(of: record, in: ledgers), !job.scopes.contains(scope),
            try limits.desk.rule(scope, in: ledgers) != nil
        else { return }
        job.scopes.append(scope)
    }

    /// The scope of the job's name, where there are limits about names.
    mutating func nameScope(of record: JobRecord, in ledgers: any Ledgers) throws -> LimitDesk.Number? {
        guard try limits.areAboutNames(in: ledgers), let name = try names.text(.job, record.name, in: ledgers) else {
            return nil
        }
        return limits.desk.number(of: LimitScope.job(name).text)
    }

    /// Out of the list it waits in, or of the place it has for one.
    private mutating func leaveLimits(
        _ id: SequenceNumber, _ old: JobRecord, _ job: inout LimitDesk.Job, _ touched: inout [LimitDesk.Number],
        in ledgers: any Ledgers
    ) throws {
        if let index = job.standing.waiting {
            try LimitRows.removeWait(limits.desk.text(job.scopes[index]), old.lane, id, in: ledgers)
            try limits.desk.change(job.scopes[index], in: ledgers) { $0.waiting &-= 1 }
            job.standing.waiting = nil
        }
        if let index = job.standing.candidate {
            try limits.desk.change(job.scopes[index], in: ledgers) { $0.removeCandidate(id) }
            touched.append(job.scopes[index])
            job.standing.candidate = nil
        }
    }

    private mutating func takeSlots(
        _ job: inout LimitDesk.Job, _ touched: inout [LimitDesk.Number], in ledgers: any Ledgers
    ) throws {
        for (index, scope) in job.scopes.enumerated() where !job.standing.holds(index) {
            guard try limits.desk.rule(scope, in: ledgers) != nil else { continue }
            try limits.desk.change(scope, in: ledgers) { $0.held += 1 }
            job.standing.take(index)
            touched.append(scope)
        }
    }

    /// A lane that keeps order is left only when the job has finished, or cannot be run by anybody.
    private mutating func giveSlots(
        _ record: JobRecord, _ job: inout LimitDesk.Job, _ touched: inout [LimitDesk.Number], in ledgers: any Ledgers
    ) throws {
        let goesOn = record.state == .enqueued || record.state == .scheduled && !job.standing.isFirstInLane
        for (index, scope) in job.scopes.enumerated() where job.standing.holds(index) {
            // More than the limit allows may have run when it was set; they cannot all keep the lane.
            if goesOn, let rule = try limits.desk.rule(scope, in: ledgers), rule.keepsOrder,
                try limits.desk.state(scope, in: ledgers).held <= rule.concurrency ?? .max
            {
                continue
            }
            try giveSlot(index, &job, &touched, in: ledgers)
        }
        if !job.scopes.indices.contains(where: { job.standing.holds($0) }) { job.standing.isFirstInLane = false }
    }

    /// Whoever is the next of a lane that keeps order, and waits for another limit or for its turn under one, keeps the
    /// lane meanwhile: nobody behind it overtakes it there. It has all its lanes or none, and none while it waits for a
    /// lane, so that two can never wait for each other. `candidate` is the scope for which it stood in the ready index.
    private mutating func keepLanes(
        _ id: SequenceNumber, _ record: JobRecord, _ job: inout LimitDesk.Job, _ candidate: Int?,
        _ touched: inout [LimitDesk.Number],
        in ledgers: any Ledgers
    ) throws {
        if let waiting = job.standing.waiting,
            try limits.desk.rule(job.scopes[waiting], in: ledgers)?.keepsOrder == true
        {
            if job.standing.isFirstInLane { try giveLanes(&job, &touched, in: ledgers) }
            return
        }
        try takeLanes(id, record, &job, job.standing.candidate ?? candidate, in: ledgers)
    }

    /// Takes the lanes, if all of them are free and nobody is before it: in them, or where it stands. A lane for which
    /// it stands in the ready index is its own already, unless it has others. Nobody takes one when he is let through:
    /// that may be in the middle of a claim, which has counted on it for somebody else.
    private mutating func takeLanes(
        _ id: SequenceNumber, _ record: JobRecord, _ job: inout LimitDesk.Job, _ candidate: Int?,
        in ledgers: any Ledgers
    ) throws {
        guard job.scopes.count > 1, let place = job.standing.waiting ?? job.standing.candidate else { return }
        let around = try limits.desk.state(job.scopes[place], in: ledgers)
        let isFirst =
            !around.hasCandidate(record.lane, besides: id) && (job.standing.waiting == nil || around.waiting == 1)
        var lanes: [Int] = []
        for (index, scope) in job.scopes.enumerated() where !job.standing.holds(index) {
            guard let rule = try limits.desk.rule(scope, in: ledgers), rule.keepsOrder else { continue }
            let state = try limits.desk.state(scope, in: ledgers)
            guard state.hasSlot(rule) else { return }
            guard index == candidate || isFirst && state.waiting == 0 && !state.hasCandidate(record.lane) else {
                return
            }
            lanes.append(index)
        }
        guard !lanes.isEmpty, job.standing.candidate == nil || lanes != [candidate] else { return }
        for index in lanes {
            try limits.desk.change(job.scopes[index], in: ledgers) { $0.held += 1 }
            job.standing.take(index)
        }
        job.standing.isFirstInLane = true
    }

    private mutating func giveLanes(
        _ job: inout LimitDesk.Job, _ touched: inout [LimitDesk.Number], in ledgers: any Ledgers
    ) throws {
        for index in job.scopes.indices where job.standing.holds(index) {
            try giveSlot(index, &job, &touched, in: ledgers)
        }
        job.standing.isFirstInLane = false
    }

    private mutating func giveSlot(
        _ index: Int, _ job: inout LimitDesk.Job, _ touched: inout [LimitDesk.Number], in ledgers: any Ledgers
    ) throws {
        let scope = job.scopes[index]
        try limits.desk.change(scope, in: ledgers) { $0.held = max($0.held, 1) - 1 }
        job.standing.give(index)
        touched.append(scope)
    }

    /// Into the ready index if all its limits have room and nobody is before it, else into the first list that has not.
    private mutating func place(
        _ id: SequenceNumber, _ record: inout JobRecord, _ job: inout LimitDesk.Job, _ change: LimitChange,
        _ touched: inout [LimitDesk.Number], in ledgers: any Ledgers
    ) throws {
        if record.waitsFor == .limit { record.waitsFor = .nothing }
        var waiting = change.blockedBy.flatMap { job.scopes.firstIndex(of: limits.desk.number(of: $0)) }
        var candidate: Int?
        for (index, scope) in job.scopes.enumerated() where waiting == nil && !job.standing.holds(index) {
            guard let rule = try limits.desk.rule(scope, in: ledgers) else { continue }
            let state = try limits.desk.state(scope, in: ledgers)
            if try !hasRoom(scope, rule, state, at: change.time, in: ledgers) {
                waiting = index
            } else if candidate == nil {
                candidate = index
                if state.waiting > 0 || !state.hasTurn(record.lane, under: rule) { waiting = index }
            } else if rule.keepsOrder, state.waiting > 0 || state.hasCandidate(record.lane) {
                // Somebody of the lane is before it, whatever brought him there.
                waiting = index
            }
        }
        if let index = waiting {
            try LimitRows.addWait(limits.desk.text(job.scopes[index]), record.lane, id, in: ledgers)
            try limits.desk.change(job.scopes[index], in: ledgers) { $0.waiting += 1 }
            job.standing.waiting = index
            record.waitsFor = .limit
            // Whoever held it up may have gone in the same turn.
            touched.append(job.scopes[index])
        } else if let index = candidate {
            let lane = record.lane
            try limits.desk.change(job.scopes[index], in: ledgers) { $0.addCandidate(lane, id) }
            job.standing.candidate = index
        }
    }
}

extension JobRecord {
    /// Where it stands beside others of its limits: its queue, then higher priority first.
    package var lane: UInt64 { UInt64(queue) << 16 | UInt64(UInt16(Int(Int16.max) - Int(priority))) }

    /// What stands for the priority in a lane, whatever its queue: less for a higher one.
    package static func rank(ofLane lane: UInt64) -> UInt64 { lane & 0xFFFF }

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
