/// Which finished jobs a rule of retention is about.
public struct RetentionScope: Hashable, Sendable, CustomStringConvertible {
    enum Subject: Hashable, Sendable {
        case everything
        case name(String)
        case tenant(String)
    }

    let subject: Subject
    /// How they ended; nil for all ends.
    public let state: JobState?

    /// Every finished job that no other rule is about.
    public static let everything = RetentionScope(subject: .everything, state: nil)
    /// The jobs that ended so.
    public static let succeeded = RetentionScope(subject: .everything, state: .succeeded)
    /// The jobs that ended so.
    public static let failed = RetentionScope(subject: .everything, state: .failed)
    /// The jobs that ended so.
    public static let cancelled = RetentionScope(subject: .everything, state: .cancelled)

    /// The jobs of a name, of all that ended so if a state is given.
    public static func name(_ name: String, _ state: JobState? = nil) -> RetentionScope {
        RetentionScope(subject: .name(name), state: state)
    }

    /// The jobs of a tenant, of all that ended so if a state is given.
    public static func tenant(_ tenant: String, _ state: JobState? = nil) -> RetentionScope {
        RetentionScope(subject: .tenant(tenant), state: state)
    }

    init(subject: Subject, state: JobState?) {
        self.subject = subject
        self.state = state
    }

    /// How events and commands write it: `all`, `failed`, `name:Mail`, `tenant:acme/failed`.
    public var description: String {
        let end = state.map { "/" + $0.name } ?? ""
        return switch subject {
        case .everything: state?.name ?? "all"
        case .name(let name): "name:" + name + end
        case .tenant(let tenant): "tenant:" + tenant + end
        }
    }

    package init?(text: String) {
        if text == "all" {
            self = .everything
            return
        }
        guard let colon = text.firstIndex(of: ":") else {
            guard let state = JobState(name: text) else { return nil }
            self.init(subject: .everything, state: state)
            return
        }
        let parts = text[text.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
        guard let subject = parts.first.map(String.init), parts.count <= 2 else { return nil }
        var state: JobState?
        if parts.count == 2 {
            guard let found = JobState(name: parts[1]) else { return nil }
            state = found
        }
        switch text[..<colon] {
        case "name": self.init(subject: .name(subject), state: state)
        case "tenant": self.init(subject: .tenant(subject), state: state)
        default: return nil
        }
    }

    /// Whose jobs, if it is about those of one tenant.
    package var tenant: String? { if case .tenant(let tenant) = subject { tenant } else { nil } }

    /// Whether there can be such jobs.
    var isValid: Bool {
        guard state?.isFinished ?? true else { return false }
        return switch subject {
        case .everything: true
        case .name(let name), .tenant(let name): Name.isValid(name)
        }
    }
}

/// Whose finished jobs are not to leave the ledgers, whatever the rules say: a legal hold.
public enum HoldScope: Hashable, Sendable, CustomStringConvertible {
    case job(JobID)
    case name(String)
    case tenant(String)

    /// How events and commands write it: `job:7`, `name:Mail`, `tenant:acme`.
    public var description: String {
        switch self {
        case .job(let job): "job:\(job.rawValue)"
        case .name(let name): "name:" + name
        case .tenant(let tenant): "tenant:" + tenant
        }
    }

    package init?(text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "job":
            guard let number = UInt64(rest) else { return nil }
            self = .job(JobID(rawValue: number))
        case "name": self = .name(rest)
        case "tenant": self = .tenant(rest)
        default: return nil
        }
    }

    var isValid: Bool {
        switch self {
        case .job(let job): job.rawValue != 0
        case .name(let name), .tenant(let name): Name.isValid(name)
        }
    }
}
