package import DaybookModel

/// How much of a limit is used.
package struct LimitUse {
    package let held: UInt64
    package let waiting: UInt64

    package init(of scope: String, _ limit: Limit, in log: any LogSnapshot) throws {
        switch LimitScope(text: scope) {
        case .queue(let name):
            var books = Books()
            let queue = try books.queue(name, in: log)
            held = queue?[.processing] ?? 0
            // What its limit keeps from running is all that is ready in it.
            waiting = held >= limit.concurrency ?? .max ? queue?[.enqueued] ?? 0 : 0
        case .keys(let group):
            var sum: (held: UInt64, waiting: UInt64) = (0, 0)
            try LimitRows.forEachState("key:\(group):", in: log) { _, state in
                sum = (sum.held + UInt64(state.held), sum.waiting + state.waiting)
                return true
            }
            (held, waiting) = sum
        case .job, .key, nil:
            let state = try LimitRows.state(scope, in: log)
            (held, waiting) = (UInt64(state.held), state.waiting)
        }
    }
}

extension LimitUse {
    /// What keeps the jobs of a queue from being claimed, and until when if that is a rate; nil if its limit has room.
    static func ofFullQueue(_ queue: String, in log: any LogSnapshot) throws -> String? {
        var books = Books()
        let scope = LimitScope.queue(queue).text
        guard let limit = try books.limits.rule(scope, in: log) else { return nil }
        let running = try books.queue(queue, in: log)?[.processing] ?? 0
        if let concurrency = limit.concurrency, running >= concurrency {
            return "\(scope) (\(limit.words)): \(running) run"
        }
        guard let rate = limit.rate, let opens = try LimitRows.rate(scope, in: log).openingAfterStarts(of: rate) else {
            return nil
        }
        return "\(scope) (\(limit.words)), which opens at \(opens.forPeople)"
    }

    /// The limit whose window opens first, of those for which somebody waits.
    package static func nextOpening(in log: any LogSnapshot) throws -> (at: Instant, scope: String)? {
        var first: (Instant, String)?
        try LimitRows.forEachOpening(in: log) { instant, scope in
            first = (instant, scope)
            return false
        }
        return first
    }
}
