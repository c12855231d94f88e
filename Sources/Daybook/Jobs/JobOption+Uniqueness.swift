public import DaybookModel

extension JobOption {
    /// While a job with this key is unfinished, or only while it waits to be started, there is no second.
    ///
    ///     try await engine.enqueue(Reindex(shop: 7), .unique("reindex:7", while: .waiting))
    public static func unique(_ key: String, while condition: UniqueWhile) -> JobOption {
        JobOption { job, _ in
            job.key = key
            job.uniqueness = condition == .waiting ? .waiting : .unfinished
        }
    }

    /// For so long from now there is no second job with this key, whatever becomes of this one.
    ///
    ///     try await engine.enqueue(Remind(user: 3), .unique("remind:3", for: .seconds(600)))
    public static func unique(_ key: String, for window: Duration) -> JobOption {
        JobOption { job, _ in
            job.key = key
            job.uniqueness = .window(microseconds: window.clampedMicroseconds)
        }
    }

    /// What happens if another job has the key: it answers for this one unless you say otherwise.
    public static func onConflict(_ policy: ConflictPolicy) -> JobOption {
        JobOption(conflict: policy) { _, _ in }
    }
}

extension [JobOption] {
    /// The last word on conflicts; nil if there is none.
    var conflict: ConflictPolicy? { last { $0.conflict != nil }?.conflict }
}
