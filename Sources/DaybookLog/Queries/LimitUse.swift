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
