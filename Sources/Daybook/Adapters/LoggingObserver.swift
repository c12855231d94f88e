#if LoggingSupport
    internal import DaybookLog
    public import Logging

    /// Writes what an engine does to a logger: failures as errors, what will be tried again or went wrong on the way as
    /// warnings, all else for debugging. What belongs to the user, arguments, results and error texts, stays out of it.
    ///
    ///     options.observers = [LoggingObserver(Logger(label: "jobs"))]
    public struct LoggingObserver: EngineObserver {
        private let logger: Logger

        /// An observer that writes to `logger`.
        public init(_ logger: Logger) {
            self.logger = logger
        }

        /// Writes a line for each event.
        public func committed(_ turn: CommittedTurn) {
            if turn.missedBefore > 0 {
                logger.warning("The logger is too slow", metadata: ["turns.missed": "\(turn.missedBefore)"])
            }
            for event in turn.events {
                guard let kind = event.kind else { continue }
                logger.log(level: LoggingObserver.level(of: kind), "\(kind.name)", metadata: metadata(of: event))
            }
        }

        private static func level(of kind: EventKind) -> Logger.Level {
            switch kind {
            case .failed: .error
            case .attemptFailed, .interrupted, .stale, .parked, .processLost, .clockStepped, .rebuilt, .gap, .restored:
                .warning
            case .claimed, .returned, .enqueued: .trace
            default: .debug
            }
        }

        private func metadata(of event: FollowedEvent) -> Logger.Metadata {
            var metadata: Logger.Metadata = ["event": "\(event.sequence)", "actor": "\(event.actor)"]
            if let job = event.job {
                metadata["job.id"] = "\(job)"
                if let creation = try? event.creation {
                    metadata["job.name"] = "\(creation.name)"
                    metadata["job.queue"] = "\(creation.queue)"
                }
            }
            if event.attempt > 0 { metadata["job.attempt"] = "\(event.attempt)" }
            if !event.reason.isEmpty { metadata["reason"] = "\(event.reason)" }
            if let run = event.run, !run.isSuccess { metadata["error.type"] = "\(run.errorType)" }
            return metadata
        }
    }

    extension JobContext {
        /// A logger that says with each line which job and which run it is about.
        public func logger(_ logger: Logger) -> Logger {
            var logger = logger
            logger[metadataKey: "job.id"] = "\(id)"
            logger[metadataKey: "job.name"] = "\(name)"
            logger[metadataKey: "job.attempt"] = "\(attempt)"
            return logger
        }
    }
#endif
