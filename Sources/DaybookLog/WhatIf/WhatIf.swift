public import DaybookModel

/// What is to be otherwise when a log's past is run again. What is not said stays as it was recorded.
public struct WhatIf: Sendable, Equatable {
    /// What is to be otherwise about jobs.
    public struct JobChange: Sendable, Equatable {
        /// How long they wait between runs.
        public var retry: RetryPolicy?
        /// The total number of runs, the first included.
        public var attempts: Int?
        /// Higher runs first.
        public var priority: Int?
        /// Where they wait.
        public var queue: String?

        /// Nothing is otherwise, but for what is given.
        public init(retry: RetryPolicy? = nil, attempts: Int? = nil, priority: Int? = nil, queue: String? = nil) {
            self.retry = retry
            self.attempts = attempts
            self.priority = priority
            self.queue = queue
        }
    }

    /// Workers that take from the same queues.
    public struct Workers: Sendable, Equatable {
        /// So many jobs at once.
        public var count: Int
        /// Where they take from; nil for every queue.
        public var queues: [String]?

        /// So many, for these queues or for all.
        public init(_ count: Int, queues: [String]? = nil) {
            self.count = count
            self.queues = queues
        }
    }

    /// Who works, from the first event to the last. Nil: as many as the log shows at work, while their processes lived.
    public var workers: [Workers]?
    /// For every job. What is said of a name or a queue goes before it.
    public var everyJob = JobChange()
    /// By the jobs' name.
    public var names: [String: JobChange] = [:]
    /// By the queue in which they were recorded. What is said of a name goes before it.
    public var queues: [String: JobChange] = [:]
    /// Limits in place of those recorded for the same scope; nil takes it away.
    public var limits: [LimitScope: Limit?] = [:]

    /// Everything as it was.
    public init() {}

    func change(name: String, queue: String) -> JobChange {
        var change = everyJob
        for more in [queues[queue], names[name]] {
            guard let more else { continue }
            change.retry = more.retry ?? change.retry
            change.attempts = more.attempts ?? change.attempts
            change.priority = more.priority ?? change.priority
            change.queue = more.queue ?? change.queue
        }
        return change
    }
}
