/// The heads of several queues, merged: from the ledger, read ahead a little, and from the shelf.
///
/// It knows how far earlier claims have looked in vain, and keeps how far this one does.
struct QueueHeads {
    private struct Head {
        let queue: UInt32
        var ahead: [ReadyShelf.Item] = []
        var taken = 0
        /// The row of the ledger that was read last.
        var last: RowKey?
        var isDrained = false
        /// Items of the shelf are only taken out when the claims are applied, so the merge counts along.
        var shelf: [ReadyShelf.Item]
        var shelfTaken = 0
        /// How many its limit lets through.
        var room: Int
        /// What earlier claims have looked past, and this one.
        var stretch: LookedPast.Stretch?
        let isKnown: Bool
        /// Whether what was looked past is left out.
        var skipsAhead: Bool
        /// A job that can be claimed later was left where it stands: what is behind it has not been looked past.
        var isHeldBack = false

        /// What leads past the key, if that is to be left out.
        func mark(past key: RowKey) -> RowKey? { skipsAhead ? stretch?.mark(past: key) : nil }
    }

    private var heads: [Head]
    /// The one that the latest job is from, and the job's place.
    private var latest = (index: 0, key: RowKey.small(0))
    private let wanted: Int
    /// The first queue that has anything is asked, and not the highest priority over all.
    private let isStrict: Bool
    private let now: Instant

    init(_ claim: Claim, books: inout Books, at now: Instant, in ledgers: any Ledgers, lookAhead: Int) throws {
        let wanted = claim.slots + lookAhead
        self.wanted = wanted
        self.now = now
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
        let stretches = books.lookedPast.stretches(for: claim.runs, at: now)
        heads = try numbers.filter { !books.queues.isPaused($0) }
            .compactMap { number in
                let room = try books.roomOfQueue(number, at: now, in: ledgers)
                guard room > 0 else { return nil }
                let stretch = stretches[number]
                return Head(
                    queue: number, shelf: books.shelf.first(wanted, queue: number), room: room, stretch: stretch,
                    isKnown: stretch != nil, skipsAhead: stretch?.isExact ?? false)
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
        latest = (best.index, best.item.key)
        return best.item.job
    }

    // MARK: What becomes of the latest job

    /// It was claimed. One that is passed over takes nothing of what its queue's limit lets through.
    mutating func noteClaim() { heads[latest.index].room -= 1 }

    /// It stays where it is, and another claim may take it.
    mutating func noteHeldBack() { heads[latest.index].isHeldBack = true }

    /// Only others can run it.
    mutating func notePassed() {
        guard !heads[latest.index].isHeldBack else { return }
        var stretch = heads[latest.index].stretch ?? LookedPast.Stretch(began: now)
        stretch.advance(to: latest.key)
        heads[latest.index].stretch = stretch
    }

    // MARK: What others have looked past

    /// The front has been looked at: from here on, only at what stands behind that.
    mutating func skipAhead() {
        for index in heads.indices { heads[index].skipsAhead = true }
    }

    /// How far this claim has looked, for those that follow. A short look from the front is taken again.
    func stretches(wasCut: Bool) -> [UInt32: LookedPast.Stretch] {
        var stretches: [UInt32: LookedPast.Stretch] = [:]
        for head in heads {
            guard var stretch = head.stretch,
                wasCut || head.isKnown || stretch.looked >= RunnableFilter.frontMax
            else { continue }
            stretch.wasCut = wasCut
            stretches[head.queue] = stretch
        }
        return stretches
    }

    // MARK: One queue

    /// The first of a queue: what stands in the ledger against what became ready in this turn.
    private mutating func head(_ index: Int, in ledgers: any Ledgers) throws -> ReadyShelf.Item? {
        let stored = try stored(index, in: ledgers)
        let fresh =
            heads[index].shelfTaken < heads[index].shelf.count ? heads[index].shelf[heads[index].shelfTaken] : nil
        guard let stored else { return fresh }
        guard let fresh else { return stored }
        return stored.key < fresh.key ? stored : fresh
    }

    private mutating func stored(_ index: Int, in ledgers: any Ledgers) throws -> ReadyShelf.Item? {
        while true {
            while heads[index].taken < heads[index].ahead.count {
                let item = heads[index].ahead[heads[index].taken]
                guard heads[index].mark(past: item.key) != nil else { return item }
                heads[index].taken += 1
            }
            guard !heads[index].isDrained else { return nil }
            try readAhead(index, in: ledgers)
        }
    }

    private mutating func take(_ index: Int, _ item: ReadyShelf.Item) {
        if heads[index].taken < heads[index].ahead.count, heads[index].ahead[heads[index].taken] == item {
            heads[index].taken += 1
        } else {
            heads[index].shelfTaken += 1
        }
    }

    private mutating func readAhead(_ index: Int, in ledgers: any Ledgers) throws {
        let head = heads[index]
        var last = head.last
        var ahead: [ReadyShelf.Item] = []
        let most = min(wanted, 256)
        var mark: RowKey?
        repeat {
            mark = nil
            try (last ?? .ready(queue: head.queue, priority: .max, position: 0)).withBytes { start in
                try ledgers.scan(.ready, from: start) { key, value in
                    let key = RowKey(key)
                    guard key.readyQueue == head.queue, !key.isSentinel else { return false }
                    if key == last { return true }
                    mark = head.mark(past: key)
                    guard mark == nil else { return false }
                    ahead.append(
                        ReadyShelf.Item(
                            key: key, job: SequenceNumber(littleEndian: value.loadUnaligned(as: UInt64.self))))
                    last = key
                    return ahead.count < most
                }
            }
            if let mark { last = mark }
        } while mark != nil
        heads[index].ahead = ahead
        heads[index].taken = 0
        heads[index].last = last
        heads[index].isDrained = ahead.count < most
    }
}
