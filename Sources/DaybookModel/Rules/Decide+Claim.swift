extension Books {
    /// Hands ready jobs to a process: the highest priority first, then the oldest, over all the queues asked for.
    ///
    /// A job that was running when a process died runs alone: a process that has other work claims nothing more once it
    /// comes upon such a job, takes it when all else has ended, and claims nothing beside it.
    mutating func claim(_ claim: Claim, _ decision: inout Decision, in ledgers: any Ledgers) throws -> Answer {
        let running = try anyRunning(in: claim.process, in: ledgers)
        guard running?.runsAlone != true else { return .claimed([]) }
        claimWasCut = false
        claimMetLone = false
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
            case .stop: break claiming
            }
            guard try taken.lanes.isEmpty || !isInLane(job, of: taken, in: ledgers) else { continue }
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
        return .claimed(claimed)
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

/// The heads of several queues, merged: from the ledger, read ahead a little, and from the shelf.
private struct QueueHeads {
    private struct Head {
        let queue: UInt32
        var ahead: [ReadyShelf.Item] = []
        var taken = 0
        var isDrained = false
        /// Items of the shelf are only taken out when the claims are applied, so the merge counts along.
        var shelf: [ReadyShelf.Item]
        var shelfTaken = 0
        /// How many its limit lets through.
        var room: Int
    }

    private var heads: [Head]
    /// The one that the latest job is from.
    private var latest = 0
    private let wanted: Int
    /// The first queue that has anything is asked, and not the highest priority over all.
    private let isStrict: Bool

    init(_ claim: Claim, books: inout Books, at now: Instant, in ledgers: any Ledgers, lookAhead: Int) throws {
        let wanted = claim.slots + lookAhead
        self.wanted = wanted
        isStrict = claim.isStrict
        let names = claim.queues
        try books.queues.load(from: ledgers)
        let numbers: [UInt32]
        if let names {
            // A queue named twice is asked for once: two heads on one queue would hand out each of its jobs twice.
            var known: Set<UInt32> = []
            numbers = try names.compactMap { try books.queues.number($0, in: ledgers) }.filter {
                known.insert($0).inserted
            }
        } else {
            numbers = (0..<books.queues.count).map { UInt32($0 + 1) }.filter { !books.queues.isReserved($0) }
        }
        heads = try numbers.filter { !books.queues.isPaused($0) }
            .compactMap { number in
                let room = try books.roomOfQueue(number, at: now, in: ledgers)
                guard room > 0 else { return nil }
                return Head(queue: number, shelf: books.shelf.first(wanted, queue: number), room: room)
            }
    }

    mutating func next(books: inout Books, in ledgers: any Ledgers) throws -> SequenceNumber? {
        var best: (index: Int, item: ReadyShelf.Item)?
        for index in heads.indices {
            guard heads[index].room > 0, let item = try head(index, in: ledgers) else { continue }
            if let found = best, found.item.order < item.order { continue }
            best = (index, item)
            if isStrict { break }
        }
        guard let best else { return nil }
        take(best.index, best.item)
        latest = best.index
        return best.item.job
    }

    /// The latest job was claimed. One that is passed over takes nothing of what its queue's limit lets through.
    mutating func noteClaim() { heads[latest].room -= 1 }

    /// The first of a queue: what stands in the ledger against what became ready in this turn.
    private mutating func head(_ index: Int, in ledgers: any Ledgers) throws -> ReadyShelf.Item? {
        if heads[index].taken == heads[index].ahead.count, !heads[index].isDrained { try readAhead(index, in: ledgers) }
        let stored = heads[index].taken < heads[index].ahead.count ? heads[index].ahead[heads[index].taken] : nil
        let fresh =
            heads[index].shelfTaken < heads[index].shelf.count ? heads[index].shelf[heads[index].shelfTaken] : nil
        guard let stored else { return fresh }
        guard let fresh else { return stored }
        return stored.key < fresh.key ? stored : fresh
    }

    private mutating func take(_ index: Int, _ item: ReadyShelf.Item) {
        if heads[index].taken < heads[index].ahead.count, heads[index].ahead[heads[index].taken] == item {
            heads[index].taken += 1
        } else {
            heads[index].shelfTaken += 1
        }
    }

    private mutating func readAhead(_ index: Int, in ledgers: any Ledgers) throws {
        let queue = heads[index].queue
        let last = heads[index].ahead.last?.key
        var ahead: [ReadyShelf.Item] = []
        try (last ?? .ready(queue: queue, priority: .max, position: 0)).withBytes { start in
            try ledgers.scan(.ready, from: start) { key, value in
                let key = RowKey(key)
                guard key.readyQueue == queue, !key.isSentinel else { return false }
                if key == last { return true }
                ahead.append(
                    ReadyShelf.Item(key: key, job: SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self))))
                return ahead.count < min(wanted, 256)
            }
        }
        heads[index].ahead = ahead
        heads[index].taken = 0
        heads[index].isDrained = ahead.count < min(wanted, 256)
    }
}
