internal import DaybookModel

/// Since when a queue is paused, who did it and why: the latest pause of it, or of all, that the log still has at hand.
struct PauseInForce {
    let since: Instant
    let actor: Actor
    let reason: String

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
                let pause = PauseInForce(since: event.time, actor: event.actor, reason: reason)
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

    /// ` person:ann paused it at 2026-11-23 07:00:00 UTC: the disk is full.`
    var sentence: String {
        " \(actor) paused it at \(since.forPeople)" + (reason.isEmpty ? "." : ": \(reason).")
    }
}
