internal import DaybookModel

/// Who runs and who has started under which limit, by rules of the oracle's own.
struct LimitFacts {
    private struct Start {
        let time: Instant
        let token: SequenceNumber
    }

    private var rules: [String: Limit] = [:]
    private var running: [String: Set<SequenceNumber>] = [:]
    private var starts: [String: [Start]] = [:]
    /// When nothing of a scope's starts lies in any window any more, and the first of these instants.
    private var over: [String: Instant] = [:]
    private var firstOver = Instant(microseconds: .max)
    /// Who has begun, where each keeps its place until it has finished.
    private var begun: [String: SequenceNumber] = [:]
    /// Jobs with a key, by the first that they have.
    private(set) var lanes: [String: Set<SequenceNumber>] = [:]

    static func scopes(of created: Created) -> [String] {
        var scopes = created.limitKeys.map { "key:" + $0 }
        if let tenant = created.tenant { scopes.append("key:tenant:" + tenant) }
        return scopes + ["name:" + created.name, "queue:" + created.queue]
    }

    /// The rule for a scope: its own, or that of all keys that begin as it does.
    private func rule(_ scope: String) -> Limit? {
        if let own = rules[scope] { return own }
        let parts = scope.split(separator: ":", maxSplits: 2)
        return parts.count == 3 && parts[0] == "key" ? rules["key:\(parts[1]):*"] : nil
    }

    mutating func set(_ limited: QueueLimited, _ jobs: [JobFacts?]) {
        let old = rules[limited.scope]
        rules[limited.scope] = limited.limit
        // Another length begins anew; that may concern many scopes, so all do.
        if old?.rate?.microseconds != limited.limit?.rate?.microseconds { starts = [:] }
    }

    mutating func enter(_ number: SequenceNumber, _ job: JobFacts) {
        guard job.scopes.count > 2 else { return }
        lanes[job.scopes[0], default: []].insert(number)
    }

    mutating func note(_ number: SequenceNumber, _ before: JobFacts, _ after: JobFacts) {
        let hasLeft = after.isFinished || after.state == .parked
        if (before.state == .processing) != (after.state == .processing) {
            for scope in after.scopes {
                if after.state == .processing {
                    running[scope, default: []].insert(number)
                } else {
                    running[scope]?.remove(number)
                }
            }
        }
        guard hasLeft, before.state != after.state else { return }
        for scope in after.scopes where begun[scope] == number { begun[scope] = nil }
        if after.isFinished, after.scopes.count > 2 { lanes[after.scopes[0]]?.remove(number) }
    }

    mutating func takeBack(_ token: SequenceNumber, _ scopes: [String]) {
        for scope in scopes { starts[scope]?.removeAll { $0.token == token } }
    }

    /// The clock has come to `time`. What is over by then stays so if the clock is set back: in real time it was over.
    mutating func pass(_ time: Instant) {
        guard time >= firstOver else { return }
        for (scope, end) in over where end <= time {
            over[scope] = nil
            starts[scope] = nil
        }
        firstOver = over.values.min() ?? Instant(microseconds: .max)
    }

    // MARK: A start

    /// The first limit that has no room for one more job.
    mutating func start(
        _ number: SequenceNumber, _ scopes: [String], at time: Instant, token: SequenceNumber
    ) -> (promise: SimulationPromise, sentence: String)? {
        var wrong: (SimulationPromise, String)?
        for scope in scopes {
            guard let rule = rule(scope) else { continue }
            let others = running[scope]?.count ?? 0
            if let most = rule.concurrency, others >= most {
                wrong = wrong ?? (.limits, "\(others) jobs of \(scope) run already, and the limit is \(most)")
            }
            if rule.keepsOrder {
                if let other = begun[scope], other != number {
                    wrong = wrong ?? (.lanes, "job \(other) of \(scope) has begun and has not finished")
                }
                begun[scope] = number
            }
            if let rate = rule.rate {
                let used = countStart(scope, rate, at: time, token)
                if used > rate.count {
                    wrong = wrong ?? (.limits, "\(used) jobs of \(scope) have started, and the rate is \(rate.count)")
                }
            }
        }
        return wrong
    }

    func keepsOrder(_ scope: String) -> Bool { rule(scope)?.keepsOrder == true }

    /// Answers how many have started in the window that ends now.
    private mutating func countStart(
        _ scope: String, _ rate: Limit.Rate, at time: Instant, _ token: SequenceNumber
    ) -> Int {
        var kept = starts[scope] ?? []
        let isFixed = rate.window == .fixed
        // A sliding window is looked at in sixteenths.
        let part = isFixed ? rate.microseconds : max(1, (rate.microseconds + 15) / 16)
        func place(_ instant: Instant) -> Int64 { instant.microseconds / part }
        // A clock that was set back to before the last start begins anew.
        if let last = kept.map(\.time).max(), place(time) < place(last) { kept = [] }
        kept.removeAll {
            isFixed ? place($0.time) < place(time) : $0.time.microseconds <= time.microseconds - rate.microseconds
        }
        kept.append(Start(time: time, token: token))
        starts[scope] = kept
        // Counts are kept in seventeen parts, of a fixed window, too.
        let end = Instant(microseconds: (place(time) + 17) * part)
        over[scope] = end
        firstOver = min(firstOver, end)
        return kept.count
    }
}

extension Oracle {
    /// A job is claimed: all its limits must have room, and nobody of its lane may have been there before it.
    func judgeLimits(of number: SequenceNumber, _ job: JobFacts, _ event: Event, _ sequence: SequenceNumber) {
        if let wrong = limits.start(number, job.scopes, at: event.time, token: sequence) {
            note(wrong.promise, sequence, wrong.sentence)
        }
        guard testimony != nil, job.scopes.count > 2, limits.keepsOrder(job.scopes[0]) else { return }
        for other in limits.lanes[job.scopes[0]] ?? [] where other < number {
            guard let facts = jobs[Int(other)], facts.state == .enqueued, facts.readySince < number, facts.runs == 0,
                facts.queue == job.queue, facts.priority == job.priority, facts.scopes == job.scopes
            else { continue }
            note(.lanes, sequence, "job \(other) of \(job.scopes[0]) was ready before it")
        }
    }
}
