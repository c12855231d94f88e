// Reads stretches of the log, each in a snapshot of its own, so that no reader is in anybody's way however long the
// log is.

import DaybookLog
import DaybookModel

/// Finds events that match a filter, going forward or back.
struct EventReader {
    private let store: CommandStore
    private let filter: EventFilter
    private var queues = QueuesOfJobs()

    /// Events looked at in one snapshot.
    private static let stretch: UInt64 = 20_000

    init(_ store: CommandStore, _ filter: EventFilter) {
        self.store = store
        self.filter = filter
    }

    /// The newest `count` matching events up to `last`, the oldest of them first.
    mutating func newest(_ count: Int, upTo last: SequenceNumber, _ progress: Progress) throws -> [EventRecord] {
        var found: [EventRecord] = []
        var next = last
        while next > 0, found.count < count {
            progress.update("looking through events", last - next, of: last)
            let bound = next > EventReader.stretch ? next - EventReader.stretch : 0
            // The one behind the stretch: where numbers were left out it is far away.
            var further: SequenceNumber = 0
            try store.read { snapshot in
                try snapshot.eventsBackward(from: next) { sequence, value in
                    guard sequence > bound, found.count < count else {
                        further = sequence
                        return false
                    }
                    if let record = try match(value, sequence, snapshot) { found.append(record) }
                    return true
                }
            }
            next = min(bound, further)
        }
        return found.reversed()
    }

    /// Matching events behind `last`, from one stretch, and the last event that was looked at.
    mutating func next(after last: SequenceNumber) throws -> (found: [EventRecord], last: SequenceNumber) {
        var found: [EventRecord] = []
        var latest = last
        try store.read { snapshot in
            try snapshot.events(from: last + 1) { sequence, value in
                guard sequence <= last + EventReader.stretch else { return false }
                if let record = try match(value, sequence, snapshot) { found.append(record) }
                latest = sequence
                return true
            }
        }
        return (found, latest)
    }

    private mutating func match(
        _ value: UnsafeRawBufferPointer, _ sequence: SequenceNumber, _ snapshot: any LogSnapshot
    ) throws -> EventRecord? {
        try EventChecksum.require(value, at: sequence)
        guard filter.mayMatch(try EventHead(value, at: sequence)) else { return nil }
        let event = try Event(value, at: sequence)
        guard try filter.isOfQueue(event, in: snapshot, &queues) else { return nil }
        return EventRecord(sequence: sequence, event: event)
    }
}
