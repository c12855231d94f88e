package import DaybookLog
public import DaybookModel

/// Who paused a recurring job, when and why.
public struct RecurringPause: Sendable {
    /// The event.
    public let event: SequenceNumber
    /// When.
    public let time: Instant
    /// Who did it.
    public let actor: Actor
    /// Why.
    public let reason: String
    /// When it ends by itself.
    public let until: Instant?

    /// The pause in force, found from the latest event of its recurring job on; nil if that is too far back.
    package static func inForce(from last: SequenceNumber, in log: any LogSnapshot) throws -> RecurringPause? {
        var found: RecurringPause?
        try log.recurringEvents(from: last, limit: eventsMax) { sequence, event in
            guard case .recurringPaused(let step) = event.body else { return true }
            found = RecurringPause(
                event: sequence, time: event.time, actor: event.actor, reason: step.value.reason,
                until: step.value.until)
            return false
        }
        return found
    }

    /// Whatever comes by hand in a pause stands between it and the latest event.
    private static let eventsMax = 10_000
}

extension LogSnapshot {
    /// Calls `body` with the events of a recurring job from its latest back, at most `limit`, for as long as it answers
    /// true. Answers whether those are all that there are.
    @discardableResult
    func recurringEvents(
        from last: SequenceNumber, limit: Int, _ body: (SequenceNumber, Event) throws -> Bool
    ) throws -> Bool {
        var (sequence, looked) = (last, 0)
        while sequence != 0 {
            looked += 1
            let place = sequence
            guard looked <= limit, let event = try eventAtHand(place, { try Event($0, at: place, withPayload: false) }),
                try body(place, event), let step = event.body.recurringStep, step.earlier < place
            else { return false }
            sequence = step.earlier
        }
        return true
    }
}
