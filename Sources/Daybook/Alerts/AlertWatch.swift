// What the rules say at this moment. Looking is cheap: counts stand in the ledgers, of each queue and priority one
// row is read, and of the log the events since the last look, without their bodies.

internal import DaybookLog
internal import DaybookModel
internal import Synchronization

/// What one rule says of one subject.
struct AlertFinding: Sendable, Equatable {
    let rule: String
    let subject: String
    /// A sentence about what is wrong; nil if nothing is.
    let text: String?

    /// The unique key of the job that is the episode.
    var key: String {
        let key = "\(AlertFinding.keyPrefix)\(rule):\(subject)"
        return key.utf8.count <= Name.lengthMax ? key : longKey
    }

    /// Nobody else's: whoever held such a key would keep an alert from being raised.
    private static let keyPrefix = "\(QueueRecord.reservedPrefix)alert:"

    private var longKey: String {
        // FNV-1a: two queues whose names are alike for a hundred letters still have episodes of their own.
        let hash = subject.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "\(AlertFinding.keyPrefix)\(rule.prefix(40)):\(subject.prefix(40)):\(String(hash, radix: 16))"
    }
}

/// Looks at the store as the rules ask. Only the task that watches asks it.
final class AlertWatch: Sendable {
    let rules: [AlertRule]
    let deliveries: [AlertDelivery]
    let interval: Duration
    private let environment: EngineEnvironment
    private let folder: StoreFolder?
    private let state = Mutex(State())

    private struct State {
        var isWatching = false
        var findings: [String: AlertFinding] = [:]
        var runs = RecentRuns()
        /// Since when a write waits, and what the watch says of it.
        var blocked: String?
        /// Told without a job, because none could be written.
        var told: [String: Alert] = [:]
    }

    init?(_ options: EngineOptions, _ environment: EngineEnvironment, _ folder: StoreFolder?) {
        guard !options.alerts.isEmpty else { return nil }
        rules = options.alerts
        deliveries = options.alertDeliveries
        interval = max(.milliseconds(20), options.alertsEvery)
        self.environment = environment
        self.folder = folder
    }

    /// Two rules that say something of one subject under one name would take each other's episodes for their own.
    func check() throws {
        for (index, rule) in rules.enumerated() {
            guard Name.isValid(rule.name), rule.name.utf8.count <= 40, !rule.name.contains(":") else {
                throw LogError(
                    .badInput, "The alert \(rule.name) needs a name of 1 to 40 letters, digits, '.', '_' or '-'.")
            }
            let rivals = rules[..<index].filter { $0.name == rule.name }
            guard rivals.allSatisfy({ $0.queue != nil && rule.queue != nil && $0.queue != rule.queue }) else {
                throw LogError(.badInput, "Two alerts are named \(rule.name): name one of them with named(_:).")
            }
        }
    }

    /// One task at a time watches. False if one does.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.isWatching = true }
            return !state.isWatching
        }
    }

    func end() { state.withLock { $0.isWatching = false } }

    /// What was found last; nil before there was a look.
    func finding(_ key: String) -> AlertFinding? { state.withLock { $0.findings[key] } }

    var hasLooked: Bool { state.withLock { !$0.findings.isEmpty } }

    /// True the first time.
    func markTold(_ key: String, _ alert: Alert) -> Bool {
        state.withLock { state in
            guard state.told[key] == nil else { return false }
            state.told[key] = alert
            return true
        }
    }

    func forgetTold(_ key: String) -> Alert? { state.withLock { $0.told.removeValue(forKey: key) } }
    var told: [Alert] { state.withLock { $0.told.values.sorted { $0.since < $1.since } } }

    // MARK: The writer's lock

    var watchesWriter: Bool { rules.contains { $0.condition == .writerBlocked } }
    func noteBlocked(_ sentence: String) { state.withLock { $0.blocked = sentence } }
    func takeBlocked() -> String? { state.withLock { $0.blocked.take() } }

    // MARK: Looking

    func look() throws -> [AlertFinding] {
        let now = environment.clock.now()
        var found: [AlertFinding] = []
        for rule in rules { found += try look(rule, now) }
        state.withLock { state in
            state.findings = Dictionary(found.map { ($0.key, $0) }) { $0.text == nil ? $1 : $0 }
        }
        return found
    }

    private func look(_ rule: AlertRule, _ now: Instant) throws -> [AlertFinding] {
        func finding(_ text: String?, _ subject: String = "") -> [AlertFinding] {
            [AlertFinding(rule: rule.name, subject: subject, text: text)]
        }
        switch rule.condition {
        case .queueOlder(let microseconds, let queue):
            return try environment.storage.read { log in
                try queues(queue, log).map { number, record in
                    let age =
                        try record.isPaused ? nil : ReadyAge.oldest(of: number, record, in: log).map { $0.until(now) }
                    let text = age.flatMap { age in
                        age <= microseconds
                            ? nil
                            : "the oldest ready job of queue \(record.name) has waited for \(Alert.words(age)), "
                                + "more than "
                                + Alert.words(microseconds)
                    }
                    return AlertFinding(rule: rule.name, subject: record.name, text: text)
                }
            }
        case .jobs(let wanted, let most, let queue):
            let count = try environment.storage.read { log in
                try queues(queue, log).reduce(UInt64(0)) { $0 &+ $1.record[wanted] }
            }
            let place = queue.map { " in queue \($0)" } ?? ""
            return finding(
                count > UInt64(max(0, most)) ? "\(count) jobs are \(wanted.name)\(place), more than \(most)" : nil,
                queue ?? "")
        case .failureRate(let share, let microseconds, let runsMin):
            let (runs, failed) = try recentRuns(now, microseconds)
            guard runs >= runsMin, Double(failed) > share * Double(runs) else { return finding(nil) }
            return finding("\(failed) of the \(runs) runs of the last \(Alert.words(microseconds)) failed")
        case .recurringLate(let microseconds): return finding(try lateRecurring(now, microseconds))
        case .diskBelow(let bytes):
            guard let folder else { return finding(nil) }
            let free = DiskSpace.freeBytes(folder.path)
            return finding(
                free < bytes ? "the disk has \(ByteCount.text(free)) left, less than \(ByteCount.text(bytes))" : nil)
        case .readerBehind(let commits):
            guard let oldest = try folder?.facts().oldestReader, oldest.commitsBehind > UInt64(max(0, commits)) else {
                return finding(nil)
            }
            return finding(
                "pid \(oldest.processID) holds a snapshot that is \(oldest.commitsBehind) commits old, so the file "
                    + "grows"
            )
        case .writerBlocked: return []
        }
    }

    private func queues(
        _ name: String?, _ log: any LogSnapshot
    ) throws -> [(number: UInt32, record: QueueRecord)] {
        var books = Books()
        return try books.allQueues(in: log).enumerated().map { (UInt32($0 + 1), $1) }
            .filter { name == nil ? !QueueRecord.isReserved($1.name) : $1.name == name }
    }

    private func lateRecurring(_ now: Instant, _ microseconds: Int64) throws -> String? {
        try environment.storage.read { log in
            var late: (at: Instant, definition: SequenceNumber)?
            try RecurringBook.forEachDue(in: log) { instant, definition in
                late = (instant, definition)
                return false
            }
            guard let late, late.at.until(now) > microseconds else { return nil }
            let id = try RecurringBook.record(late.definition, in: log)?.id ?? "\(late.definition)"
            return "recurring job \(id) was due \(Alert.words(late.at.until(now))) ago and has not fired"
        }
    }

    private func recentRuns(_ now: Instant, _ microseconds: Int64) throws -> (runs: Int, failed: Int) {
        var recent = state.withLock { $0.runs }
        try recent.advance(in: environment.storage, to: now, microseconds)
        state.withLock { $0.runs = recent }
        return recent.counts
    }
}

/// Passes on what the store's folder says of a blocked writer: it is opened before anybody watches.
package final class BlockedWriterRelay: Sendable {
    private let watch = Mutex<AlertWatch?>(nil)

    func set(_ alerts: AlertWatch) { watch.withLock { $0 = alerts } }
    func tell(_ sentence: String) { watch.withLock { $0 }?.noteBlocked(sentence) }
}

extension Alert {
    /// In the largest unit that says it well.
    static func words(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        if seconds < 1 { return "\(microseconds / 1_000) ms" }
        if seconds < 120 { return "\(seconds) s" }
        return seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }
}

extension Instant {
    fileprivate func until(_ later: Instant) -> Int64 { later.microseconds - microseconds }
}
