internal import DaybookLog
public import DaybookModel

/// The rules by which finished jobs leave the ledgers, and the holds that keep them there. Who sets them and why stands
/// in the log, and so does what left.
public struct Retention: Sendable {
    let engine: JobEngine

    /// Sets how long the jobs of a scope are kept, for all processes of the store and until it is said otherwise.
    ///
    ///     try await engine.retention.set(.keep(.failed, for: .seconds(30 * 86_400)), reason: "ticket 81")
    public func set(_ rule: RetentionRule, reason: String = "") async throws {
        try await perform(.keep(rule.scope, rule.microseconds, reason: reason, actor: .process(engine.process)))
    }

    /// Keeps a job, or the jobs of a name or a tenant, whatever the rules say, and lets nobody delete them.
    public func hold(_ scope: HoldScope, reason: String) async throws {
        try await perform(.hold(scope, reason: reason, actor: .process(engine.process)))
    }

    /// Takes a hold away.
    public func release(_ scope: HoldScope, reason: String = "") async throws {
        try await perform(.release(scope, reason: reason, actor: .process(engine.process)))
    }

    /// Takes out everything whose time has come, at once. Answers how many jobs left.
    @discardableResult
    public func run() async throws -> Int {
        let before = try finished()
        var batches: [[SequenceNumber]] = []
        try engine.storage.forEachRetirable(now: engine.clock.now()) { batches.append($0) }
        for jobs in batches { try await perform(.retire(jobs, actor: .process(engine.process))) }
        return batches.isEmpty ? 0 : max(0, before - (try finished()))
    }

    /// The rules that were set, by their scopes; nil for a period means for ever.
    public func rules() throws -> [(scope: RetentionScope, period: Duration?)] {
        try engine.read { log in
            var rules: [(RetentionScope, Duration?)] = []
            try RetentionRows.forEachRule(in: log) { text, microseconds in
                guard let scope = RetentionScope(text: text) else { return }
                let period = microseconds < RetentionSet.forEver ? Duration.microseconds(Int64(microseconds)) : nil
                rules.append((scope, period))
            }
            return rules
        }
    }

    /// The holds that are in force.
    public func holds() throws -> [HoldScope] {
        try engine.read { log in
            var holds: [HoldScope] = []
            try RetentionRows.forEachHold(in: log) { text, _ in
                if let scope = HoldScope(text: text) { holds.append(scope) }
            }
            return holds
        }
    }

    private func finished() throws -> Int {
        try engine.read { log in
            var books = Books()
            return try books.allQueues(in: log).reduce(0) {
                $0 + Int(clamping: $1[.succeeded] + $1[.failed] + $1[.cancelled])
            }
        }
    }

    private func perform(_ command: RetentionCommand) async throws {
        if case .refused(let refusal) = try await engine.perform(.retention(Box(command))) { throw refusal }
    }
}

extension JobEngine {
    /// How long finished jobs are kept, and who must be kept longer.
    public var retention: Retention { Retention(engine: self) }

    /// Writes down the rules that this process brings along, where they do not hold yet.
    static func enter(
        _ rules: [RetentionRule], in environment: EngineEnvironment, process: SequenceNumber
    ) throws {
        let missing = try environment.storage.read { log in
            try rules.filter { try RetentionRows.rule($0.scope.description, in: log) != $0.microseconds }
        }
        guard !missing.isEmpty else { return }
        let commands = missing.map { rule in
            Command.retention(
                Box(.keep(rule.scope, rule.microseconds, reason: "set by the program", actor: .process(process))))
        }
        if let reserve = environment.reserve {
            try reserve.require(.completing, byteCount: try reserve.worstCaseBytes(of: commands))
        }
        try LogWriter(environment.storage).turn(now: environment.clock.now()) { turn in
            // Whoever does not understand all of the log leaves the rules to those who do.
            guard turn.stranger == nil else { return }
            for command in commands {
                if case .refused(let refusal) = try turn.perform(command) { throw refusal }
            }
        }
    }
}
