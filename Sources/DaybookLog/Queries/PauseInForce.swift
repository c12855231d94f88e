internal import DaybookModel

/// Since when a queue is paused, who did it and why: the latest pause of it, or of all, that the log still has at hand.
struct PauseInForce {
    let since: Instant
    let actor: Actor
    let reason: String

    /// Further back than this nobody waits for the answer.
    private static let eventsMax: SequenceNumber = 500_000

    /// Nil if that is too far back, or in an archive. Whoever asks has seen that the queue is paused.
    init?(of queue: String, in log: any LogSnapshot) throws {
        let last = try log.last
        let first = max(try log.archivedThrough, last > PauseInForce.eventsMax ? last - PauseInForce.eventsMax : 0)
        var found: PauseInForce?
        try log.eventsBackward(from: last) { sequence, value in
            guard sequence > first else { return false }
            guard try EventHead(value, at: sequence).kind == EventKind.queuePaused.rawValue else { return true }
            let event = try Event(value, at: sequence)
            // One that came while all were paused has no pause of its own.
            guard case .queuePaused(let name, let reason) = event.body, [queue, Name.queuesToCome].contains(name)
            else { return true }
            found = PauseInForce(since: event.time, actor: event.actor, reason: reason)
            return false
        }
        guard let found else { return nil }
        self = found
    }

    private init(since: Instant, actor: Actor, reason: String) {
        (self.since, self.actor, self.reason) = (since, actor, reason)
    }

    /// ` person:ann paused it at 2026-11-23 07:00:00 UTC: the disk is full.`
    var sentence: String {
        " \(actor) paused it at \(since.forPeople)" + (reason.isEmpty ? "." : ": \(reason).")
    }
}
