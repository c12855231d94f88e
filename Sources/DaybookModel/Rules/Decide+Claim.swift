extension Books {
    /// Hands ready jobs to a process: the highest priority first, then the oldest, over all the queues asked for.
    ///
    /// A job that was running when a process died runs alone: a process that has other work claims nothing more once it
    /// comes upon such a job, takes it when all else has ended, and claims nothing beside it.
    mutating func claim(_ claim: Claim, _ decision: inout Decision, in ledgers: any Ledgers) throws -> Answer {
        claimWasCut = false
        claimMetLone = false
        let running = try anyRunning(in: claim.process, in: ledgers)
        guard running?.runsAlone != true else { return .claimed([]) }
        var filter = RunnableFilter(claim.runs)
        var heads = try QueueHeads(claim, books: &self, at: decision.now, in: ledgers, lookAhead: filter.lookAhead)
        var claimed: [Claimed] = []
        var taken = Taken()
        let eventsMax = decision.events.count + claim.slots + Books.limitedAtOnce
        claiming: while claimed.count < claim.slots, let job = try heads.next(books: &self, in: ledgers) {
            // A row that is damaged must not hold up what stands behind it; `log verify` names it.
            guard let record = try readableJob(job, in: ledgers), record.state == .enqueued else { continue }
            guard !record.isExpired(at: decision.now) else {
                let end = decision.record(.expired(job, record, at: decision.now))
                if record.flags.contains(.hasChildren) { decision.goOn(with: job, .cancelled, end) }
                continue
            }
            switch try filter.judge(job, record, claim, &self, &decision, in: ledgers) {
            case .claim: break
            case .skip: continue
            case .pass:
                heads.notePassed()
                if filter.hasSeenFront { heads.skipAhead() }
                continue
            case .stop:
                heads.notePassed()
                claimWasCut = true
                break claiming
            }
            guard try taken.lanes.isEmpty || !isInLane(job, of: taken, in: ledgers) else {
                heads.noteHeldBack()
                continue
            }
            if let full = try scopeThatIsFull(for: job, record, &taken, at: decision.now, in: ledgers) {
                try noteLanes(of: job, &taken, in: ledgers)
                decision.record(
                    Event(
                        time: decision.now, job: job, previous: record.last, cause: record.last,
                        body: .limited(by: full)))
                guard decision.events.count < eventsMax else { break }
                continue
            }
            if record.runsAlone, running != nil || !claimed.isEmpty {
                claimMetLone = true
                break
            }
            let token = decision.next
            let attempt = UInt32(record.attempt) + 1
            decision.record(
                Event(
                    time: decision.now, job: job, previous: record.last, attempt: attempt, token: token,
                    actor: .process(claim.process, worker: claim.worker), body: .claimed))
            claimed.append(Claimed(job: job, token: token, attempt: attempt))
            heads.noteClaim()
            if record.runsAlone { break }
        }
        note(heads, claim, isSated: claimed.count == claim.slots, at: decision.now)
        return .claimed(claimed)
    }

    /// Keeps how far a claim has looked past jobs of others.
    private mutating func note(_ heads: QueueHeads, _ claim: Claim, isSated: Bool, at now: Instant) {
        let stretches = heads.stretches(wasCut: claimWasCut)
        guard !stretches.isEmpty else { return }
        var again = stretches.values.compactMap(\.endsAt).min()
        if !lookedPast.note(stretches, for: claim.runs, at: now) {
            // Another claim would see the same.
            claimWasCut = false
            again = now.advanced(microseconds: LookedPast.patienceMicroseconds)
        }
        guard !claimWasCut, !isSated, let again else { return }
        claimLooksAgain = min(claimLooksAgain ?? again, again)
    }

    /// How many jobs one claim may send back to wait for their limits.
    private static let limitedAtOnce = 200

    /// One of the jobs that a process has claimed, if it has any.
    private mutating func anyRunning(in process: SequenceNumber, in ledgers: any Ledgers) throws -> JobRecord? {
        var first: SequenceNumber?
        try RowKey.running(process: process, job: 0).withBytes { start in
            try ledgers.scan(.running, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel, key.first == process { first = key.second }
                return false
            }
        }
        return try first.flatMap { try job($0, in: ledgers) }
    }
}

extension JobRecord {
    /// Whether it may be the job that kills whoever runs it.
    package var runsAlone: Bool { deaths > 0 }
}
