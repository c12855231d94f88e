package import DaybookModel

/// How much of a limit is used.
package struct LimitUse {
    package let held: UInt64
    package let waiting: UInt64
    /// There are more: a group of more keys than anybody wants to wait for is counted in part.
    package let isCut: Bool

    /// A group with more keys than this in use is not counted to the end.
    private static let keysMax = 20_000

    init(held: UInt64, waiting: UInt64, isCut: Bool = false) {
        (self.held, self.waiting, self.isCut) = (held, waiting, isCut)
    }

    init(_ state: LimitState) { self.init(held: UInt64(state.held), waiting: state.waiting) }

    package init(of scope: String, _ limit: Limit, at now: Instant, in log: any LogSnapshot) throws {
        switch LimitScope(text: scope) {
        case .queue(let name):
            var books = Books()
            let queue = try books.queue(name, in: log)
            // What its limit keeps from running is all that is ready in it.
            let isFull = try queue.map { try LimitUse.isFull($0, limit, now, log) } ?? false
            self.init(held: queue?[.processing] ?? 0, waiting: isFull ? queue?[.enqueued] ?? 0 : 0)
        case .keys(let group): self = try LimitUse.sum("key:\(group):", log)
        case .job, .key, nil: self.init(try LimitRows.state(scope, in: log))
        }
    }

    private static func sum(_ prefix: String, _ log: any LogSnapshot) throws -> LimitUse {
        var sum: (held: UInt64, waiting: UInt64) = (0, 0)
        var keys = 0
        try LimitRows.forEachState(prefix, in: log) { _, state in
            keys += 1
            guard keys <= keysMax else { return false }
            sum = (sum.held + UInt64(state.held), sum.waiting + state.waiting)
            return true
        }
        return LimitUse(held: sum.held, waiting: sum.waiting, isCut: keys > keysMax)
    }

    /// Whether the limit of a queue lets none of its jobs run now.
    package static func isFull(_ queue: QueueRecord, at now: Instant, in log: any LogSnapshot) throws -> Bool {
        guard let limit = try LimitRows.rule(LimitScope.queue(queue.name).text, in: log) else { return false }
        return try isFull(queue, limit, now, log)
    }

    private static func isFull(
        _ queue: QueueRecord, _ limit: Limit, _ now: Instant, _ log: any LogSnapshot
    ) throws -> Bool {
        if queue[.processing] >= limit.concurrency ?? .max { return true }
        return try opening(of: LimitScope.queue(queue.name).text, limit, now, log) != nil
    }

    /// When the window of a queue's rate opens; nil if it is open.
    static func opening(
        of scope: String, _ limit: Limit?, _ now: Instant, _ log: any LogSnapshot
    ) throws -> Instant? {
        try limit?.rate.flatMap { try LimitRows.rate(scope, in: log).opening(of: $0, at: now) }
    }
}

extension LimitUse {
    /// What keeps the jobs of a queue from being claimed, and until when if that is a rate; nil if its limit has room.
    /// How many run is told `withCount`.
    static func ofFullQueue(
        _ queue: String, withCount: Bool, in log: any LogSnapshot
    ) throws -> JobReason.FullQueue? {
        var books = Books()
        let scope = LimitScope.queue(queue).text
        guard let limit = try books.limits.rule(scope, in: log) else { return nil }
        let running = try books.queue(queue, in: log)?[.processing] ?? 0
        if let concurrency = limit.concurrency, running >= concurrency {
            return JobReason.FullQueue(queue: queue, limit: limit, state: .full(withCount ? UInt64(running) : nil))
        }
        guard let rate = limit.rate, let opens = try LimitRows.rate(scope, in: log).openingAfterStarts(of: rate) else {
            return nil
        }
        return JobReason.FullQueue(queue: queue, limit: limit, state: .opens(opens))
    }

    /// The limit whose window opens first, of those for which somebody waits.
    package static func nextOpening(in log: any LogSnapshot) throws -> (at: Instant, scope: String)? {
        var first: (Instant, String)?
        try LimitRows.forEachOpening(in: log) { instant, scope in
            // A group whose keys are being looked at has no window.
            guard !scope.hasSuffix(":*") else { return true }
            first = (instant, scope)
            return false
        }
        return first
    }
}
