public import DaybookModel

/// When somebody is to be told.
///
///     options.alerts = [.queueOlderThan(.seconds(300)), .jobs(.failed, moreThan: 100), .diskBelow(bytes: 2 << 30)]
public struct AlertRule: Sendable, Equatable {
    enum Condition: Sendable, Equatable {
        case queueOlder(microseconds: Int64, queue: String?)
        case jobs(JobState, moreThan: Int, queue: String?)
        case failureRate(above: Double, microseconds: Int64, runsMin: Int)
        case recurringLate(microseconds: Int64)
        case diskBelow(bytes: Int)
        case readerBehind(commits: Int)
        case writerBlocked
    }

    let condition: Condition
    /// What its episodes go by, and the heading to look under in Docs/Runbook.md. Two rules of one kind need names of
    /// their own.
    public private(set) var name: String

    /// The oldest ready job of a queue has waited for longer, in a queue that is not paused. Without a name, each queue
    /// has an episode of its own.
    public static func queueOlderThan(_ age: Duration, queue: String? = nil) -> AlertRule {
        AlertRule(condition: .queueOlder(microseconds: age.clampedMicroseconds, queue: queue), name: "queue-older")
    }

    /// More jobs than so many stand there, in all queues together or in one.
    public static func jobs(_ state: JobState, moreThan count: Int, queue: String? = nil) -> AlertRule {
        AlertRule(condition: .jobs(state, moreThan: count, queue: queue), name: "jobs-\(state.name)")
    }

    /// Of the runs that ended in the last `time` a larger share than this (0 to 1) failed. Nothing is said of fewer
    /// than
    /// `runsMin`.
    public static func failureRate(above share: Double, over time: Duration, atLeast runsMin: Int = 20) -> AlertRule {
        AlertRule(
            condition: .failureRate(above: share, microseconds: time.clampedMicroseconds, runsMin: max(1, runsMin)),
            name: "failure-rate")
    }

    /// A recurring job that was due so long ago has not fired.
    public static func recurringLate(by time: Duration) -> AlertRule {
        AlertRule(condition: .recurringLate(microseconds: time.clampedMicroseconds), name: "recurring-late")
    }

    /// The disk has less left than this.
    public static func diskBelow(bytes: Int) -> AlertRule {
        AlertRule(condition: .diskBelow(bytes: bytes), name: "disk-low")
    }

    /// Some process holds a snapshot that is so many commits old: the file grows meanwhile.
    public static func readerBehind(commits: Int) -> AlertRule {
        AlertRule(condition: .readerBehind(commits: commits), name: "reader-old")
    }

    /// A write of this process has waited for seconds for one of another. Who is to be told is told at once and not
    /// by a job, since no job can be written.
    public static let writerBlocked = AlertRule(condition: .writerBlocked, name: "writer-blocked")

    /// The one queue that it is about.
    var queue: String? {
        switch condition {
        case .queueOlder(_, let queue), .jobs(_, _, let queue): queue
        default: nil
        }
    }

    /// The same under another name: letters, digits and `-`.
    public func named(_ name: String) -> AlertRule {
        var rule = self
        rule.name = name
        return rule
    }
}

/// An episode of a rule, as it begins or ends.
public struct Alert: Sendable, Equatable {
    /// The rule's name.
    public let rule: String
    /// What it is about, such as a queue; empty for the whole store.
    public let subject: String
    /// Whether the episode begins; else it has ended.
    public let isOpen: Bool
    /// A sentence for people: what is wrong, or that it is over.
    public let text: String
    /// When it was first seen.
    public let since: Instant
    /// The job that is the episode, by which a repeated delivery is recognised. Nil where no job can be written.
    public let episode: JobID?

    /// The same episode as it ends.
    var over: Alert {
        Alert(
            rule: rule, subject: subject, isOpen: false, text: "\(rule) is over: \(text)", since: since,
            episode: episode)
    }

    /// One JSON object: `rule`, `subject`, `state` (`open` or `closed`), `text`, `since` and `episode`.
    public var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("rule", rule)
            json.field("subject", subject)
            json.field("state", isOpen ? "open" : "closed")
            json.field("text", text)
            json.field("since", since)
            json.field("episode", episode?.rawValue)
        }
        return json.bytes
    }
}
