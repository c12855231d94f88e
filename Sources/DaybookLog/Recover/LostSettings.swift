// What people had set and the events that said so are missing: a recovered store does not know of it, and nothing goes
// wrong at once. A legal hold that is gone keeps nothing any more. So what the damaged store's ledgers still say is
// held against the recovered ones, and whoever recovers is told of each difference.

internal import DaybookModel

/// Settings of a damaged store that the recovered one does not have.
package struct LostSettings: Equatable, Sendable {
    /// Those that matter most come first.
    package enum Kind: String, CaseIterable, Sendable {
        case hold
        case erasure
        case retention
        case pausedQueue
        case limit
        case recurring
        case pausedRecurring
    }

    package struct Setting: Equatable, Sendable {
        package let kind: Kind
        /// What it is about: a scope, a tenant, a queue or a recurring job.
        package let about: String
        package let sentence: String
    }

    package private(set) var settings: [Setting] = []
    /// Not every row could be read, so there may be more.
    package private(set) var isPartial = false

    /// What is looked for.
    package static let all = "legal holds, erasures, retention rules, paused queues, limits and recurring jobs"

    init() {}

    init(_ ledgers: DamagedLedgers, in log: any LogSnapshot) throws {
        try readRetention(ledgers, log)
        try readQueues(ledgers, log)
        try readLimits(ledgers, log)
        try readRecurring(ledgers, log)
        let order = Dictionary(uniqueKeysWithValues: Kind.allCases.enumerated().map { ($1, $0) })
        settings.sort { (order[$0.kind]!, $0.about) < (order[$1.kind]!, $1.about) }
    }

    private mutating func add(_ kind: Kind, _ about: String, _ sentence: String) {
        settings.append(Setting(kind: kind, about: about, sentence: sentence))
    }

    private mutating func readRows(
        of table: Table, _ ledgers: DamagedLedgers,
        _ body: (inout LostSettings, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let isWhole = try ledgers.forEachRow(of: table) { key, value in try body(&self, key, value) }
        if !isWhole { isPartial = true }
    }

    private mutating func readRetention(_ ledgers: DamagedLedgers, _ log: any LogSnapshot) throws {
        try readRows(of: .retention, ledgers) { lost, key, value in
            switch RetentionRows.row(key, value) {
            case .hold(let scope)? where try RetentionRows.hold(scope.description, in: log) == nil:
                lost.add(
                    .hold, scope.description,
                    "the legal hold on \(scope) is missing: set it again with `daybook retention hold`")
            case .erasure(let tenant, let event)? where try RetentionRows.erasure(of: tenant, in: log) < event:
                lost.add(
                    .erasure, tenant,
                    "that tenant \(tenant) was erased is missing: erase again with `daybook erase --tenant \(tenant)`")
            case .rule(let scope, let keep)? where try RetentionRows.rule(scope.description, in: log) != keep:
                lost.add(
                    .retention, scope.description,
                    "the retention rule for \(scope) is missing: set it again with `daybook retention set`")
            default: break
            }
        }
    }

    private mutating func readQueues(_ ledgers: DamagedLedgers, _ log: any LogSnapshot) throws {
        var books = Books()
        try readRows(of: .queues, ledgers) { lost, _, value in
            guard let queue = QueueRecord(value), queue.isPaused,
                Name.isValid(queue.name) || queue.name == Name.queuesToCome,
                try books.queue(queue.name, in: log)?.isPaused != true
            else { return }
            lost.add(
                .pausedQueue, queue.name,
                queue.name == Name.queuesToCome
                    ? "all queues, those to come as well, were paused: `daybook queues pause --all`"
                    : "queue \(queue.name) was paused: `daybook queues pause \(queue.name)`")
        }
    }

    private mutating func readLimits(_ ledgers: DamagedLedgers, _ log: any LogSnapshot) throws {
        try readRows(of: .limits, ledgers) { lost, key, value in
            guard let (scope, limit) = LimitRows.rule(inRow: key, value), try LimitRows.rule(scope, in: log) != limit
            else { return }
            lost.add(
                .limit, scope,
                "the limit of \(scope) (\(limit.words)) is missing: set it again with `daybook queues limit`")
        }
    }

    private mutating func readRecurring(_ ledgers: DamagedLedgers, _ log: any LogSnapshot) throws {
        try readRows(of: .recurring, ledgers) { lost, _, value in
            guard let old = RecurringRecord(value), !old.flags.contains(.isRemoved) else { return }
            let new = try RecurringBook.definition(old.id, in: log).flatMap { try RecurringBook.record($0, in: log) }
            guard let new, !new.flags.contains(.isRemoved) else {
                return lost.add(
                    .recurring, old.id,
                    "recurring job \(old.id) is missing: set it again with `daybook recurring set`, or open the store "
                        + "with the program that has it")
            }
            guard old.flags.contains(.isPaused), !new.flags.contains(.isPaused) else { return }
            lost.add(
                .pausedRecurring, old.id,
                "recurring job \(old.id) was paused: pause it with `daybook recurring pause \(old.id)`")
        }
    }
}
