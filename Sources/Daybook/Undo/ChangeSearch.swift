internal import DaybookLog
internal import DaybookModel

/// Looks in the log for what else was said about something that an event has changed. The ledgers know how it
/// stands, and not by which event.
struct ChangeSearch {
    let storage: any LogStorage
    /// Whether a body is about the same thing.
    let isSame: (EventBody) -> Bool
    /// The kinds that can be.
    let kinds: Set<UInt8>

    static let eventsMax: SequenceNumber = 1_000_000
    /// A long stretch is read in parts, so that no reader stays open for long.
    private static let partMax: SequenceNumber = 50_000

    init(_ storage: any LogStorage, _ kinds: [EventKind], _ isSame: @escaping (EventBody) -> Bool) {
        self.storage = storage
        self.kinds = Set(kinds.map(\.rawValue))
        self.isSame = isSame
    }

    /// The first event behind another that is about the same.
    func first(after event: SequenceNumber) throws -> (sequence: SequenceNumber, event: Event)? {
        guard try storage.lastEvent - min(event, storage.lastEvent) <= ChangeSearch.eventsMax else {
            throw Refusal.isTooFarBack(event)
        }
        var from = event + 1
        while try from <= storage.lastEvent {
            var found: (SequenceNumber, Event)?
            let end = from + ChangeSearch.partMax
            try storage.read { log in
                try log.events(from: from) { sequence, value in
                    guard sequence < end else { return false }
                    found = try match(value, sequence)
                    return found == nil
                }
            }
            if let found { return found }
            from = end
        }
        return nil
    }

    enum Before {
        case event(Event)
        case nothing
        /// It may lie further back than is looked, or in an archive that is not there.
        case unknown
    }

    /// The last event before another that is about the same.
    func last(before event: SequenceNumber) throws -> Before {
        var from = event - 1
        let bound = event > ChangeSearch.eventsMax ? event - ChangeSearch.eventsMax : 0
        do {
            while from > bound {
                var found: (SequenceNumber, Event)?
                let end = from > ChangeSearch.partMax ? from - ChangeSearch.partMax : 0
                try storage.read { log in
                    try log.eventsBackward(from: from) { sequence, value in
                        guard sequence > end else { return false }
                        found = try match(value, sequence)
                        return found == nil
                    }
                }
                if let found { return .event(found.1) }
                from = end
            }
        } catch let error as LogError where error.code == .notFound {
            return .unknown
        }
        return bound == 0 ? .nothing : .unknown
    }

    private func match(_ value: UnsafeRawBufferPointer, _ sequence: SequenceNumber) throws -> (SequenceNumber, Event)? {
        guard kinds.contains(try EventHead(value, at: sequence).kind) else { return nil }
        let event = try Event(value, at: sequence)
        return isSame(event.body) ? (sequence, event) : nil
    }
}
