/// What becomes of a job that is out of attempts, or of time.
public enum ExhaustionPolicy: Sendable {
    /// It has failed, and waits there for a person.
    case fail
    /// It is cancelled, with that reason, and nobody is bothered.
    case discard
}

extension JobOption {
    /// Only errors of these types are worth another run. They are compared by the name that stands with a failed run.
    public static func retry(only types: any Error.Type...) -> JobOption {
        retry(onlyNamed: types.map { String(describing: $0) })
    }

    /// Errors of these types are not worth another run, whatever else is said.
    public static func retry(never types: any Error.Type...) -> JobOption {
        retry(neverNamed: types.map { String(describing: $0) })
    }

    /// The same by name, for types that are not at hand; a run that took too long has the type `timeout`.
    public static func retry(onlyNamed types: [String]) -> JobOption { JobOption { job, _ in job.retryOnly = types } }

    /// The same by name, for types that are not at hand; a run that took too long has the type `timeout`.
    public static func retry(neverNamed types: [String]) -> JobOption { JobOption { job, _ in job.retryNever = types } }

    /// What becomes of the job when its attempts, or the time for them, are used up; `.fail` unless said otherwise.
    /// An error that is never retried, and a job that killed its processes, has failed either way.
    public static func onExhaustion(_ policy: ExhaustionPolicy) -> JobOption {
        JobOption { job, _ in job.isDiscardedOnExhaustion = policy == .discard }
    }
}
