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
                // What is damaged is none of them.
                guard let head = try? EventHead(value, at: sequence) else { return true }
                let age = head.time.microseconds - event.time.microseconds
                guard age <= PausesTogether.microsecondsMax, looked <= PausesTogether.eventsMax else { return false }
                guard head.kind == event.body.kind, let other = try? Event(value, at: sequence, withPayload: false),
                    let queue = other.body.pausedOrResumed, other.actor == event.actor,
                    other.body.pauseReason == event.body.pauseReason,
                    names.insert(queue).inserted
                else { return true }
                found.append(Said(queue: queue, event: sequence))
                return true
            }
        }
        isPause = event.body.kind == EventKind.queuePaused.rawValue
        guard isPause || found.count > 1 else { return nil }
        self.engine = engine
        all = found
    }

    /// The commands that put the queues back.
    func commands(_ reason: String, _ actor: Actor) throws -> [Command] {
        let stood = try standings()
        let moved = try changedSince()
        let back = all.compactMap { said -> Command? in
            guard let wasPaused = stood[said.queue], wasPaused != isPause, !moved.contains(said.queue) else {
                return nil
            }
            return .putBack(.queue(said.queue, isPaused: wasPaused), cause: said.event, reason: reason, actor: actor)
        }
        guard !back.isEmpty, isPause else { return back }
        return try back
            + cameSince(moved).map {
                .putBack(.queue($0, isPaused: false), cause: first, reason: reason, actor: actor)
            }
    }

    /// The queues that are paused because they came while all were.
    private func cameSince(_ moved: Set<String>) throws -> [String] {
        let now = try engine.read { log in
            var books = Books()
            return try books.allQueues(in: log)
        }
        var found = Set(now.filter { $0.isPaused && !QueueRecord.isReserved($0.name) }.map(\.name))
        found.subtract(all.map(\.queue))
        found.subtract(moved)
        guard !found.isEmpty else { return [] }
        // Of these nobody has ever said anything.
        let search = ChangeSearch(engine.storage, PausesTogether.kinds) { body in
            if let queue = body.pausedOrResumed { found.remove(queue) }
            return found.isEmpty
        }
        if case .unknown = try search.last(before: first) {
            let before = try engine.past(.sequence(first - 1), limits: FoldLedgers.Limits()).queues()
            found.subtract(before.map(\.name))
        }
        return found.sorted()
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
