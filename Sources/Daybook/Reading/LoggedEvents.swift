internal import DaybookLog
public import DaybookModel

extension JobEngine {
    /// Everything that happens in the store, in order, whichever process does it: first what the log already holds
    /// behind `after`, then what comes. Keep the last event's number, where it will survive you, and go on behind it.
    ///
    ///     for try await event in engine.events(after: cursor) {
    ///         if let run = event.run, !run.isSuccess { report(event.job, run.error) }
    ///         cursor = event.sequence
    ///     }
    ///
    /// It ends when the engine is closed. Whoever reads slowly holds nobody up and pins nothing: what he has not come
    /// to waits in the log.
    public func events(after: SequenceNumber = 0) -> LoggedEvents {
        LoggedEvents(engine: self, after: after)
    }
}

/// What happens in a store, one fact after the other.
public struct LoggedEvents: AsyncSequence, Sendable {
    /// What it is a sequence of.
    public typealias Element = LoggedEvent

    let engine: JobEngine
    let after: SequenceNumber

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(engine: engine, last: after)
    }

    /// Reads on.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let engine: JobEngine
        fileprivate var last: SequenceNumber
        private var ahead: [LoggedEvent] = []
        private var taken = 0

        /// So many are read in one look, so that no look is long.
        private static let aheadMax = 512

        fileprivate init(engine: JobEngine, last: SequenceNumber) {
            self.engine = engine
            self.last = last
        }

        /// The next fact; nil when the engine has been closed.
        public mutating func next() async throws -> LoggedEvent? {
            while taken == ahead.count {
                try Task.checkCancellation()
                guard try !readAhead() else { break }
                // What comes after the second look wakes whoever waits.
                let ticket = try engine.watch.ticketForAnything()
                guard try !readAhead() else { break }
                guard try await ticket.wait() else { return nil }
            }
            defer { taken += 1 }
            last = ahead[taken].sequence
            return ahead[taken]
        }

        private mutating func readAhead() throws -> Bool {
            ahead.removeAll(keepingCapacity: true)
            taken = 0
            try engine.read { log in
                try log.events(from: last + 1) { sequence, value in
                    ahead.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
                    return ahead.count < Iterator.aheadMax
                }
            }
            return !ahead.isEmpty
        }
    }
}
