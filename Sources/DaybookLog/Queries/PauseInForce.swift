package import DaybookModel

/// Since when a queue is paused, who did it and why: the latest pause of it, or of all, that the log still has at hand.
package struct PauseInForce: Equatable, Sendable {
    package let since: Instant
    package let actor: Actor
    package let reason: String

    /// Further back than this nobody waits for the answer.
    private static let eventsMax: SequenceNumber = 50_000

    /// Nil if that is too far back, or in an archive. Whoever asks has seen that the queue is paused.
    init?(of queue: String, in log: any LogSnapshot) throws {
        let last = try log.last
        let first = max(try log.archivedThrough, last > PauseInForce.eventsMax ? last - PauseInForce.eventsMax : 0)
        guard last > first else { return nil }
        var own: PauseInForce?
        // One that came while all were paused has no pause of its own.
        var all: PauseInForce?
        try log.eventsBackward(from: last) { sequence, value in
            // What is damaged is not what is looked for; and nothing opens an archive for this.
            if (try? EventHead(value, at: sequence))?.kind == EventKind.queuePaused.rawValue,
                let event = try? Event(value, at: sequence), case .queuePaused(let name, let reason) = event.body
            {
                let pause = PauseInForce(since: event.time, actor: event.actor.asTold, reason: reason)
                if name == queue { own = pause } else if name == Name.queuesToCome { all = all ?? pause }
            }
            return own == nil && sequence > first + 1
        }
        guard let found = own ?? all else { return nil }
        self = found
    }

    private init(since: Instant, actor: Actor, reason: String) {
        (self.since, self.actor, self.reason) = (since, actor, reason)
    }
}
