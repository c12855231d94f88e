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
    /// A number that the log has not come to is refused: it is from a future that a restored store does not have. One
    /// that it has handed out again is not noticed; keep what `position(of:)` says where stores are restored.
    ///
    /// It ends when the engine is closed. Whoever reads slowly holds nobody up and pins nothing: what he has not come
    /// to waits in the log.
    public func events(after: SequenceNumber = 0) -> LoggedEvents {
        LoggedEvents(engine: self, after: after, position: nil)
    }

    /// The same, from a place that was kept with a checksum of the event that stood there. Refused if the log has
    /// something else in that place, as after it was restored from an older backup.
    public func events(after position: LogPosition) -> LoggedEvents {
        LoggedEvents(engine: self, after: position.sequence, position: position)
    }

    /// The place of an event, to be kept and gone on from; throws if there is no such event.
    public func position(of sequence: SequenceNumber) throws -> LogPosition {
        guard sequence > 0 else { return .start }
        let found = try read { log in try log.event(sequence) { LogPosition(sequence, $0) } }
        guard let found else { throw LogError(.notFound, "There is no event \(sequence) in the log.", at: sequence) }
        return found
    }
}

/// What happens in a store, one fact after the other.
public struct LoggedEvents: AsyncSequence, Sendable {
    /// What it is a sequence of.
    public typealias Element = LoggedEvent

    let engine: JobEngine
    let after: SequenceNumber
    let position: LogPosition?

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(engine: engine, last: after, position: position)
    }

    /// Reads on.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let engine: JobEngine
        fileprivate var last: SequenceNumber
        private var ahead: [LoggedEvent] = []
        private var taken = 0
        /// What must stand behind `last`, until that was looked at.
        private var position: LogPosition?
        private var isChecked = false

        /// So many are read in one look, so that no look is long.
        private static let aheadMax = 512

        fileprivate init(engine: JobEngine, last: SequenceNumber, position: LogPosition?) {
            self.engine = engine
            self.last = last
            self.position = position
        }

        /// The next fact; nil when the engine has been closed.
        public mutating func next() async throws -> LoggedEvent? {
            while taken == ahead.count {
                try Task.checkCancellation()
                do {
                    guard try !readAhead() else { break }
                    // What comes after the second look wakes whoever waits.
                    let ticket = try engine.watch.ticketForAnything()
                    guard try !readAhead() else { break }
                    guard try await ticket.wait() else { return nil }
                } catch is EngineClosed {
                    return nil
                }
            }
            defer { taken += 1 }
            last = ahead[taken].sequence
            return ahead[taken]
        }

        private mutating func check(_ log: any LogSnapshot) throws {
            guard !isChecked else { return }
            try position?.require(in: log)
            let end = try log.last
            guard last > end else {
                isChecked = true
                return
            }
            throw LogError(
                .notFound,
                """
                The log ends with event \(end), before event \(last): the store was restored from an older backup, or \
                it is another store. Begin anew from its first event, or from where it was restored.
                """, at: last)
        }

        private mutating func readAhead() throws -> Bool {
            ahead.removeAll(keepingCapacity: true)
            taken = 0
            try engine.read { log in
                try check(log)
                try log.events(from: last + 1) { sequence, value in
                    ahead.append(LoggedEvent(try Event(value, at: sequence), at: sequence))
                    return ahead.count < Iterator.aheadMax
                }
            }
            return !ahead.isEmpty
        }
    }
}
