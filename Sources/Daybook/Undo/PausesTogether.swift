// Whoever pauses all queues, or resumes them, says so of each of them, and of those to come. Taking back what was said
// of those to come takes back all of it, and puts each queue to where it stood: one that somebody had paused before,
// for a reason of its own, stays paused. What somebody has changed since is left alone.

internal import DaybookLog
internal import DaybookModel

struct PausesTogether {
    /// What was said of one queue.
    private struct Said {
        let queue: String
        let event: SequenceNumber
    }

    private let engine: JobEngine
    private let isPause: Bool
    /// The queues to come stand first, as they did: what takes that back can be taken back in its turn.
    private let all: [Said]

    /// They are written at once, in a commit or two. Whatever else is as near is of the same person and reason.
    private static let microsecondsMax: Int64 = 1_000_000
    private static let eventsMax = 100_000

    /// Nil for what was said of one queue alone.
    init?(_ change: SequenceNumber, _ event: Event, _ engine: JobEngine) throws {
        guard event.body.pausedOrResumed == Name.queuesToCome else { return nil }
        var found: [Said] = []
        var names: Set<String> = []
        var looked = 0
        try engine.read { log in
            try log.events(from: change) { sequence, value in
                looked += 1
                let other = try Event(value, at: sequence, withPayload: false)
                let age = other.time.microseconds - event.time.microseconds
                guard age <= PausesTogether.microsecondsMax, looked <= PausesTogether.eventsMax else { return false }
                guard let queue = other.body.pausedOrResumed, other.body.kind == event.body.kind,
                    other.actor == event.actor, other.body.pauseReason == event.body.pauseReason,
                    names.insert(queue).inserted
                else { return true }
                found.append(Said(queue: queue, event: sequence))
                return true
            }
        }
        guard found.count > 1 else { return nil }
        self.engine = engine
        isPause = event.body.kind == EventKind.queuePaused.rawValue
        all = found
    }

    /// The commands that put the queues back.
    func commands(_ reason: String, _ actor: Actor) throws -> [Command] {
        let stood = try standings()
        let moved = try changedSince()
        return all.compactMap { said in
            guard let wasPaused = stood[said.queue], wasPaused != isPause, !moved.contains(said.queue) else {
                return nil
            }
            return .putBack(.queue(said.queue, isPaused: wasPaused), cause: said.event, reason: reason, actor: actor)
        }
    }

    private static let kinds = [EventKind.queuePaused, .queueResumed]

    /// Of which of the queues something else was said since.
    private func changedSince() throws -> Set<String> {
        let own = Set(all.map(\.event))
        var changed: Set<String> = []
        var next = first
        let search = ChangeSearch(engine.storage, PausesTogether.kinds) { $0.pausedOrResumed != nil }
        while let found = try search.first(after: next) {
            next = found.sequence
            if !own.contains(next), let queue = found.event.body.pausedOrResumed { changed.insert(queue) }
        }
        return changed
    }

    private var first: SequenceNumber { all[0].event }

    /// Which of the queues were paused before.
    private func standings() throws -> [String: Bool] {
        var stood: [String: Bool] = [:]
        var missing = Set(all.map(\.queue))
        let search = ChangeSearch(engine.storage, PausesTogether.kinds) { body in
            guard let queue = body.pausedOrResumed, missing.remove(queue) != nil else { return false }
            stood[queue] = body.kind == EventKind.queuePaused.rawValue
            return missing.isEmpty
        }
        switch try search.last(before: first) {
        case .event: return stood
        // Of none of these was anything said, nor of those to come.
        case .nothing where missing.contains(Name.queuesToCome):
            for queue in missing { stood[queue] = false }
            return stood
        case .nothing, .unknown: break
        }
        for queue in try engine.past(.sequence(first - 1), limits: FoldLedgers.Limits()).queues() {
            if missing.contains(queue.name) { stood[queue.name] = queue.isPaused }
        }
        for queue in missing where stood[queue] == nil { stood[queue] = false }
        return stood
    }
}

extension EventBody {
    /// The queue that it pauses or resumes.
    var pausedOrResumed: String? {
        switch self {
        case .queuePaused(let queue, _), .queueResumed(let queue, _): queue
        default: nil
        }
    }

    fileprivate var pauseReason: String? {
        switch self {
        case .queuePaused(_, let reason), .queueResumed(_, let reason): reason
        default: nil
        }
    }
}
