internal import DaybookLog
internal import DaybookModel

/// What people have done to one recurring job: its events lead from the latest to the first.
struct RecurringChanges {
    private let storage: any LogStorage
    private let last: SequenceNumber

    init(_ storage: any LogStorage, last: SequenceNumber) {
        self.storage = storage
        self.last = last
    }

    /// The last change behind an event, if there is one.
    func last(after change: SequenceNumber) throws -> (sequence: SequenceNumber, actor: Actor)? {
        var found: (SequenceNumber, Actor)?
        try walk(change) { sequence, event in
            guard sequence > change else { return false }
            switch event.body {
            case .recurringSet, .recurringPaused, .recurringResumed, .recurringRemoved:
                found = (sequence, event.actor)
                return false
            default: return true
            }
        }
        return found
    }

    struct Pause {
        let until: Instant?
    }

    /// The pause that was in force before an event.
    func pause(before change: SequenceNumber) throws -> Pause? {
        var found: Pause?
        try walk(change) { sequence, event in
            guard sequence < change else { return true }
            switch event.body {
            case .recurringPaused(let step):
                found = Pause(until: step.value.until)
                return false
            case .recurringResumed, .recurringRemoved: return false
            // To be set while it is paused leaves it paused; a definition begins unpaused.
            case .recurringSet(let set): return set.value.earlier != 0
            default: return true
            }
        }
        return found
    }

    /// From the latest back, for as long as `body` answers true.
    private func walk(_ change: SequenceNumber, _ body: (SequenceNumber, Event) throws -> Bool) throws {
        var (sequence, looked) = (last, SequenceNumber(0))
        while sequence > 0 {
            looked += 1
            guard looked <= RecurringChanges.entriesMax else { throw Refusal.isTooFarBack(change) }
            let place = sequence
            guard let event = try storage.read({ try $0.eventAtHand(place) { try Event($0, at: place) } }) else {
                return
            }
            guard try body(place, event), let step = event.body.recurringStep, step.earlier < place else { return }
            sequence = step.earlier
        }
    }

    private static let entriesMax: SequenceNumber = 100_000
}
