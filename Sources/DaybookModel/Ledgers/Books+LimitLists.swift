/// What comes forward when a limit has room, and what a change of the rules brings about.
extension Books {
    mutating func moveOn(
        _ scopes: [LimitDesk.Number], at sequence: SequenceNumber, _ now: Instant, in ledgers: any Ledgers
    ) throws {
        for (index, scope) in scopes.enumerated() where !scopes[..<index].contains(scope) {
            try moveOn(scope, at: sequence, now, in: ledgers)
        }
    }

    /// Lets the first of each queue and priority through, where there is a turn for it in the ready index.
    private mutating func moveOn(
        _ scope: LimitDesk.Number, at sequence: SequenceNumber, _ now: Instant, in ledgers: any Ledgers
    ) throws {
        try letThrough(scope, at: sequence, now, in: ledgers)
        try keepOpening(scope, at: now, in: ledgers)
    }

    private mutating func letThrough(
        _ scope: LimitDesk.Number, at sequence: SequenceNumber, _ now: Instant, in ledgers: any Ledgers
    ) throws {
        let rule = try limits.desk.rule(scope, in: ledgers)
        var state = try limits.desk.state(scope, in: ledgers)
        guard state.waiting > 0, try hasRoom(scope, rule, state, at: now, in: ledgers) else { return }
        var comers: [(lane: UInt64, job: SequenceNumber)] = []
        var start: UInt64 = 0
        while state.waiting > 0 {
            var first: (lane: UInt64, job: SequenceNumber)?
            try LimitRows.forEachWait(limits.desk.text(scope), fromLane: start, in: ledgers) { lane, job in
                first = (lane, job)
                return false
            }
            guard let first else { break }
            if state.hasTurn(first.lane, under: rule) {
                try endWait(first.job, first.lane, scope, in: ledgers)
                comers.append(first)
                state = try limits.desk.state(scope, in: ledgers)
                if state.hasTurn(first.lane, under: rule) { continue }
            } else if rule?.keepsOrder == true, let younger = state.candidate(of: first.lane, behind: first.job) {
                try changePlaces(first.job, younger, scope, in: ledgers)
                state = try limits.desk.state(scope, in: ledgers)
            }
            start = first.lane + 1
        }
        try takePlaces(comers, at: sequence, in: ledgers)
    }

    private mutating func endWait(
        _ id: SequenceNumber, _ lane: UInt64, _ scope: LimitDesk.Number, in ledgers: any Ledgers
    ) throws {
        guard let record = try job(id, in: ledgers), record.waitsForLimit,
            var moved = try limits.desk.job(id, in: ledgers), let index = moved.standing.waiting,
            moved.scopes[index] == scope
        else { throw LedgerError.unreadableRow(.limitWaits, id) }
        try LimitRows.removeWait(limits.desk.text(scope), lane, id, in: ledgers)
        try limits.desk.change(scope, in: ledgers) {
            $0.waiting -= 1
            $0.addCandidate(lane, id)
        }
        moved.standing.waiting = nil
        moved.standing.candidate = index
        limits.desk.setJob(id, moved)
    }

    /// In a lane that keeps its order somebody older has come than the one who stands in front: he takes that one's
    /// place among all that is ready, and that one his in the list. Who has a slot or a lane already keeps his place.
    private mutating func changePlaces(
        _ older: SequenceNumber, _ younger: SequenceNumber, _ scope: LimitDesk.Number, in ledgers: any Ledgers
    ) throws {
        guard let front = try job(younger, in: ledgers), let waiting = try job(older, in: ledgers),
            var moved = try limits.desk.job(younger, in: ledgers), moved.standing.holds == 0
        else { return }
        try leave(younger, front, in: ledgers)
        try limits.desk.change(scope, in: ledgers) {
            $0.removeCandidate(younger)
            $0.waiting += 1
        }
        try LimitRows.addWait(limits.desk.text(scope), front.lane, younger, in: ledgers)
        moved.standing.waiting = moved.standing.candidate
        moved.standing.candidate = nil
        limits.desk.setJob(younger, moved)
        let back = alter(younger) { record in
            record.waitsFor = .limit
            record.position = waiting.position
        }
        try enter(younger, back, in: ledgers)
        try endWait(older, front.lane, scope, in: ledgers)
        let forward = alter(older) { record in
            record.waitsFor = .nothing
            record.position = front.position
        }
        try makeReady(older, forward, in: ledgers)
    }

    /// Whoever comes forward takes the last place of his queue and priority; a claim that finds several of one event
    /// in the same place takes the oldest. That place may be taken: somebody came forward for another limit, or
    /// several turns of this one begin at once. Then he and all that are older stand where their age puts them, so that
    /// none is behind a younger one for having had to wait before. One that comes alone keeps the place that he has.
    private mutating func takePlaces(
        _ comers: [(lane: UInt64, job: SequenceNumber)], at sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        var isFree = true
        for comer in comers.sorted(by: { $0.job > $1.job }) {
            isFree = isFree && limits.takeLastPlace(of: comer.lane, at: sequence)
            let entered = alter(comer.job) { record in
                record.waitsFor = .nothing
                if isFree {
                    record.position = sequence
                } else if comers.count > 1 {
                    record.position = comer.job
                }
            }
            try makeReady(comer.job, entered, in: ledgers)
        }
    }

    // MARK: Rules

    /// What is said about a whole queue, or about the limit of something.
    mutating func applyQueue(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .queuePaused(let queue, _): queues.setPaused(try queues.numberGiving(queue, in: ledgers), true)
        case .queueResumed(let queue, _): queues.setPaused(try queues.numberGiving(queue, in: ledgers), false)
        case .queueLimited(let limited): try applyLimit(limited.value, at: sequence, event.time, in: ledgers)
        case .limitOpened(let scope):
            if case .keys = LimitScope(text: scope) {
                let last = try LimitRows.lookedAt(scope, in: ledgers)
                return try moveOnGroup(scope, after: last, at: sequence, event.time, in: ledgers)
            }
            // Its instant is behind us, whatever the clock says by now.
            let scope = limits.desk.number(of: scope)
            try limits.desk.changeRate(scope, in: ledgers) { $0.opens = nil }
            try moveOn(scope, at: sequence, event.time, in: ledgers)
        default: break
        }
    }

    private mutating func applyLimit(
        _ limited: QueueLimited, at sequence: SequenceNumber, _ now: Instant, in ledgers: any Ledgers
    ) throws {
        let sentinel = RowKey.sentinel(.limitWaits)
        if try sentinel.withBytes({ try ledgers.read(.limitWaits, $0) { _ in true } }) == nil {
            try sentinel.withBytes {
                try ledgers.put(.limitWaits, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
            }
        }
        try LimitRows.setRule(limited.scope, limited.limit, in: ledgers)
        limits.forgetRules()
        guard let scope = LimitScope(text: limited.scope) else { return }
        switch scope {
        case .queue(let name): _ = try queues.numberGiving(name, in: ledgers)
        case .job, .key:
            if limited.limit != nil { try countRunning(at: now, in: ledgers) }
            try moveOn(limits.desk.number(of: limited.scope), at: sequence, now, in: ledgers)
        case .keys:
            if limited.limit != nil { try countRunning(at: now, in: ledgers) }
            try moveOnGroup(limited.scope, after: nil, at: sequence, now, in: ledgers)
        }
    }

    /// A group may have a million keys, and nobody is to wait for all of them.
    private static let keysAtOnce = 500

    /// Looks at the next keys of a group whose rule has changed. If there are more, the group itself is what opens
    /// next, whatever the clock shows, and the next turn goes on with it.
    private mutating func moveOnGroup(
        _ group: String, after first: String?, at sequence: SequenceNumber, _ now: Instant, in ledgers: any Ledgers
    ) throws {
        let prefix = String(group.dropLast())
        var last = first
        for _ in 0..<Books.keysAtOnce {
            last = try LimitRows.nextWaiting(prefix, after: last, in: ledgers)
            guard let last else { break }
            try moveOn(limits.desk.number(of: last), at: sequence, now, in: ledgers)
        }
        try LimitRows.setLookedAt(group, last, in: ledgers)
        let opens = last == nil ? nil : Instant.epoch
        try limits.desk.changeRate(limits.desk.number(of: group), in: ledgers) { $0.opens = opens }
    }

    /// What runs already counts against a limit that is new.
    private mutating func countRunning(at now: Instant, in ledgers: any Ledgers) throws {
        var running: [SequenceNumber] = []
        try RowKey.running(process: 0, job: 0).withBytes { start in
            try ledgers.scan(.running, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel else { return false }
                running.append(key.second)
                return true
            }
        }
        for id in running {
            guard let record = try job(id, in: ledgers), record.state == .processing else { continue }
            var changed = record
            _ = try settleLimits(id, nil, &changed, LimitChange(time: now), in: ledgers)
            if changed != record { alter(id) { $0 = changed } }
        }
    }

    /// Changes a record that an event about something else concerns.
    @discardableResult
    private mutating func alter(_ id: SequenceNumber, _ change: (inout JobRecord) -> Void) -> JobRecord {
        let index = jobs.index(of: id)!
        change(&jobs[index].record)
        if !jobs[index].isChanged {
            jobs[index].isChanged = true
            changedJobs.append(id)
        }
        return jobs[index].record
    }
}
