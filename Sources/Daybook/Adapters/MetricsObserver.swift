#if MetricsSupport
    internal import DaybookLog
    public import Metrics
    internal import Synchronization

    /// Counts and times what an engine does.
    ///
    /// | metric | what | dimensions |
    /// |---|---|---|
    /// | `daybook.events` | counter: events made durable by this process | `kind`, `queue`, `job` |
    /// | `daybook.run` | timer: runs of handlers | `job`, `outcome` |
    /// | `daybook.turn` | timer: from a turn's first command until it is on the disk | |
    /// | `daybook.turn.bytes`, `daybook.turn.events` | recorders: how large turns are | |
    ///
    ///     options.observers = [MetricsObserver()]
    public final class MetricsObserver: EngineObserver {
        private struct Key: Hashable {
            let label: String
            let values: [String]
        }

        private struct Handles {
            var counters: [Key: Metrics.Counter] = [:]
            var timers: [Key: Metrics.Timer] = [:]
        }

        private let factory: any MetricsFactory
        private let handles = Mutex(Handles())
        private let turnTime: Metrics.Timer
        private let turnBytes: Recorder
        private let turnEvents: Recorder

        /// More names of jobs and queues than these are counted together, because each costs memory for ever.
        private static let handlesMax = 2_000

        /// An observer that makes its metrics with `factory`.
        public init(factory: any MetricsFactory = MetricsSystem.factory) {
            self.factory = factory
            turnTime = Metrics.Timer(label: "daybook.turn", factory: factory)
            turnBytes = Recorder(label: "daybook.turn.bytes", factory: factory)
            turnEvents = Recorder(label: "daybook.turn.events", factory: factory)
        }

        /// Counts what happened.
        public func committed(_ turn: CommittedTurn) {
            turnTime.record(duration: turn.duration)
            turnBytes.record(turn.byteCount)
            turnEvents.record(turn.events.count)
            var counts: [Key: Int] = [:]
            for event in turn.events {
                let creation = try? event.creation
                let values = [event.kind?.name ?? "unknown", creation?.queue ?? "", creation?.name ?? ""]
                counts[Key(label: "daybook.events", values: values), default: 0] += 1
            }
            for (key, count) in counts { counter(key).increment(by: count) }
        }

        /// Times the run.
        public func ended(_ job: JobContext, _ outcome: RunOutcome?, after duration: Duration) {
            let word =
                switch outcome {
                case .succeeded: "succeeded"
                case .failed: "failed"
                case .snooze: "snoozed"
                case .cancel: "cancelled"
                case nil: "none"
                }
            timer(Key(label: "daybook.run", values: [job.name, word])).record(duration: duration)
        }

        private func counter(_ key: Key) -> Metrics.Counter {
            handles.withLock { handles in
                if let known = handles.counters[key] { return known }
                let isFull = handles.counters.count >= MetricsObserver.handlesMax
                let key = isFull ? Key(label: key.label, values: [key.values[0], "other", "other"]) : key
                if let known = handles.counters[key] { return known }
                let counter = Metrics.Counter(
                    label: key.label, dimensions: Array(zip(["kind", "queue", "job"], key.values)), factory: factory)
                handles.counters[key] = counter
                return counter
            }
        }

        private func timer(_ key: Key) -> Metrics.Timer {
            handles.withLock { handles in
                if let known = handles.timers[key] { return known }
                let isFull = handles.timers.count >= MetricsObserver.handlesMax
                let key = isFull ? Key(label: key.label, values: ["other", key.values[1]]) : key
                if let known = handles.timers[key] { return known }
                let timer = Metrics.Timer(
                    label: key.label, dimensions: Array(zip(["job", "outcome"], key.values)), factory: factory)
                handles.timers[key] = timer
                return timer
            }
        }
    }
#endif
