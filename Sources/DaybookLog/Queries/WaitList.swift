package import DaybookModel

/// Who waits for a limit, in the order in which they come forward: the highest priority first, then the oldest,
/// whatever their queues.
package struct WaitList {
    package struct Waiter {
        /// From 1 on.
        package let place: Int
        package let job: JobSummary
    }

    /// One key of a group, which stands for itself.
    package struct Key {
        package let scope: String
        package let use: LimitUse
        /// When its window opens, if that is what its jobs wait for.
        package let opens: Instant?
    }

    package let use: LimitUse
    /// When its window opens, if somebody waits for that.
    package let opens: Instant?
    /// For a limit on a queue, a name or a key.
    package private(set) var jobs: [Waiter] = []
    /// For a limit on every key of a group: the keys for which somebody waits.
    package private(set) var keys: [Key] = []
    /// Where the next page goes on, if there is one.
    package private(set) var next: String?

    /// At most `limit` of them, behind those whose page ended with `cursor`. Nil if that says nothing.
    package init?(
        _ scope: LimitScope, after cursor: String? = nil, limit: Int, at now: Instant, in log: any LogSnapshot
    ) throws {
        let text = scope.text
        let rule = try LimitRows.rule(text, in: log)
        use = try LimitUse(of: text, rule ?? Limit(concurrency: nil, keepsOrder: false), at: now, in: log)
        switch scope {
        case .keys(let group):
            opens = nil
            try addKeys("key:\(group):", cursor, limit, log)
        case .queue(let name):
            opens = try LimitUse.opening(of: text, rule, now, log)
            guard let place = WaitCursor(cursor) else { return nil }
            if use.waiting > 0 { try addReady(name, place, limit, log) }
        case .job, .key:
            opens = try LimitRows.rate(text, in: log).opens
            guard let place = WaitCursor(cursor) else { return nil }
            try addWaiting(text, place, limit, log)
        }
    }

    private mutating func addKeys(
        _ prefix: String, _ cursor: String?, _ limit: Int, _ log: any LogSnapshot
    ) throws {
        var last = cursor
        while let scope = try LimitRows.nextWaiting(prefix, after: last, in: log) {
            guard keys.count < limit else {
                next = keys.last?.scope
                return
            }
            let state = try LimitRows.state(scope, in: log)
            keys.append(
                Key(scope: scope, use: LimitUse(state), opens: try LimitRows.rate(scope, in: log).opens))
            last = scope
        }
    }

    private mutating func addWaiting(
        _ scope: String, _ cursor: WaitCursor, _ limit: Int, _ log: any LogSnapshot
    ) throws {
        var found: [(WaitCursor, SequenceNumber)] = []
        for (rank, lanes) in try LimitRows.waitingLanes(scope, in: log) where rank >= cursor.high {
            let last = rank == cursor.high ? cursor.low : 0
            var jobs: [SequenceNumber] = []
            for lane in lanes {
                var left = limit + 1
                try LimitRows.forEachWait(scope, in: lane, after: last, of: log) { job in
                    jobs.append(job)
                    left -= 1
                    return left > 0
                }
            }
            for job in jobs.sorted().prefix(limit + 1 - found.count) {
                found.append((WaitCursor(place: cursor.place + found.count + 1, high: rank, low: job), job))
            }
            guard found.count <= limit else { break }
        }
        try add(found, limit, log)
    }

    /// Jobs of a queue wait where they stand.
    private mutating func addReady(
        _ queue: String, _ cursor: WaitCursor, _ limit: Int, _ log: any LogSnapshot
    ) throws {
        var books = Books()
        guard let index = try books.allQueues(in: log).firstIndex(where: { $0.name == queue }) else { return }
        let number = UInt32(index + 1)
        let start =
            cursor.place == 0
            ? RowKey.ready(queue: number, priority: .max, position: 0)
            : .ready(queue: number, priority: Int16(truncatingIfNeeded: cursor.high), position: cursor.low + 1)
        var found: [(WaitCursor, SequenceNumber)] = []
        try start.withBytes { bytes in
            try log.scan(.ready, from: bytes) { key, value in
                let key = RowKey(key)
                guard !key.isSentinel else { return true }
                guard key.readyQueue == number else { return false }
                let place = WaitCursor(
                    place: cursor.place + found.count + 1, high: UInt64(UInt16(bitPattern: key.readyPriority)),
                    low: key.readyPosition)
                found.append((place, SequenceNumber(littleEndian: value.loadUnaligned(as: SequenceNumber.self))))
                return found.count <= limit
            }
        }
        try add(found, limit, log)
    }

    private mutating func add(
        _ found: [(WaitCursor, SequenceNumber)], _ limit: Int, _ log: any LogSnapshot
    ) throws {
        var reader = try JobReader(log)
        for (cursor, job) in found.prefix(limit) {
            if let summary = try reader.job(job) { jobs.append(Waiter(place: cursor.place, job: summary)) }
        }
        if found.count > limit { next = found[limit - 1].0.text }
    }
}

/// A place in a list, and the row that stands there: `12-65536-1801`.
private struct WaitCursor {
    let place: Int
    let high: UInt64
    let low: UInt64

    var text: String { "\(place)-\(high)-\(low)" }

    init(place: Int, high: UInt64, low: UInt64) {
        (self.place, self.high, self.low) = (place, high, low)
    }

    /// Nothing is the beginning.
    init?(_ text: String?) {
        guard let text else {
            self.init(place: 0, high: 0, low: 0)
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let place = Int(parts[0]), place > 0, let high = UInt64(parts[1]),
            let low = UInt64(parts[2]), low < .max
        else { return nil }
        self.init(place: place, high: high, low: low)
    }
}
