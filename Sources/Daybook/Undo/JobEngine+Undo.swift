// What somebody changed is put back to what it was, if it still is what he made of it. Whether it is, is found out
// twice: the log says whether anybody has changed the same since, and the rules look once more at how it stands in the
// turn that puts it back.

internal import DaybookLog
package import DaybookModel

extension JobEngine {
    /// Takes back what an event changed. Answers the event that did.
    @discardableResult
    package func takeBack(
        _ change: SequenceNumber, _ kind: ChangeKind, reason: String, by person: String?
    ) async throws -> SequenceNumber {
        guard let event = try read({ try $0.eventAtHand(change) { try Event($0, at: change) } }),
            ChangeKind(EventKind(rawValue: event.body.kind)) == kind
        else { throw Refusal.noSuchChange(change, kind) }
        let reason = reason.isEmpty ? "event \(change) taken back" : reason
        let actor = try actor(person)
        if let together = try PausesTogether(change, event, self) {
            return try await takeBack(change, together, reason, actor)
        }
        switch event.body {
        case .queuePaused(let queue, _): return try await takeBack(change, queue, true, reason, actor)
        case .queueResumed(let queue, _): return try await takeBack(change, queue, false, reason, actor)
        case .queueLimited(let limited): return try await takeBack(change, limited.value, reason, actor)
        case .recurringPaused, .recurringResumed: return try await takeBackRecurring(change, event, reason, person)
        case .cancelled, .rescheduled: return try await putBack(change, event, reason, actor)
        default:
            do {
                return try await DeletedJob(change, event, self).putInAgain(reason, actor)
            } catch let refusal as OperationRefusal {
                throw Refusal(.wrongState, "Job \(event.job) is not put in again: \(refusal.sentence).")
            }
        }
    }

    // MARK: Queues

    private func takeBack(
        _ change: SequenceNumber, _ together: PausesTogether, _ reason: String, _ actor: Actor
    ) async throws -> SequenceNumber {
        let search = ChangeSearch(storage, [.queuePaused, .queueResumed]) { $0.pausedOrResumed == Name.queuesToCome }
        try requireNothing(after: change, search)
        let commands = try together.commands(reason, actor)
        guard !commands.isEmpty else {
            throw Refusal(.wrongState, "All queues stood as event \(change) has it before that, too.")
        }
        return try await firstEvent(of: commands)
    }

    private func takeBack(
        _ change: SequenceNumber, _ queue: String, _ isPaused: Bool, _ reason: String, _ actor: Actor
    ) async throws -> SequenceNumber {
        let search = ChangeSearch(storage, [.queuePaused, .queueResumed]) { $0.pausedOrResumed == queue }
        try requireNothing(after: change, search)
        let wasPaused = try stoodPaused(queue, before: change, search)
        guard wasPaused != isPaused else {
            throw Refusal(
                .wrongState, "The queue \(queue) was \(wasPaused ? "" : "not ")paused before event \(change), too.")
        }
        return try await putBack(.queue(queue, isPaused: wasPaused), change, reason, actor)
    }

    /// Whether a queue was paused before an event. One that came while all were paused is, although nobody had said so
    /// of it alone.
    private func stoodPaused(
        _ queue: String, before change: SequenceNumber, _ search: ChangeSearch
    ) throws -> Bool {
        switch try search.last(before: change) {
        case .event(let event): if case .queuePaused = event.body { return true } else { return false }
        case .nothing:
            let all = ChangeSearch(storage, [.queuePaused]) { $0.pausedOrResumed == Name.queuesToCome }
            if case .nothing = try all.last(before: change) { return false }
        case .unknown: break
        }
        return try past(.sequence(change - 1), limits: FoldLedgers.Limits()).queues().contains {
            $0.name == queue && $0.isPaused
        }
    }

    // MARK: Limits

    private func takeBack(
        _ change: SequenceNumber, _ limited: QueueLimited, _ reason: String, _ actor: Actor
    ) async throws -> SequenceNumber {
        guard let scope = LimitScope(text: limited.scope) else { throw Refusal.noSuchChange(change, .limits) }
        let search = ChangeSearch(storage, [.queueLimited]) { body in
            if case .queueLimited(let other) = body { other.value.scope == limited.scope } else { false }
        }
        try requireNothing(after: change, search)
        let before: Limit?
        switch try search.last(before: change) {
        case .event(let event):
            guard case .queueLimited(let other) = event.body else { throw Refusal.noSuchChange(change, .limits) }
            before = other.value.limit
        case .nothing: before = nil
        case .unknown:
            before = try past(.sequence(change - 1), limits: FoldLedgers.Limits()).read {
                try LimitRows.rule(limited.scope, in: $0)
            }
        }
        guard before != limited.limit else {
            throw Refusal(.wrongState, "The limit of \(limited.scope) was the same before event \(change).")
        }
        return try await putBack(.limit(scope, to: before, from: limited.limit), change, reason, actor)
    }

    private func requireNothing(after change: SequenceNumber, _ search: ChangeSearch) throws {
        guard let later = try search.first(after: change) else { return }
        throw Refusal.changedSince(change, by: later.sequence, later.event.actor)
    }

    private func putBack(
        _ back: PutBack, _ change: SequenceNumber, _ reason: String, _ actor: Actor
    ) async throws -> SequenceNumber {
        switch try await perform(.putBack(back, cause: change, reason: reason, actor: actor)) {
        case .done(let event): return event
        case .refused(let refusal): throw refusal
        default: throw Refusal(.badOption, "The store answered something else than was asked.")
        }
    }

    // MARK: Recurring jobs

    private func takeBackRecurring(
        _ change: SequenceNumber, _ event: Event, _ reason: String, _ person: String?
    ) async throws -> SequenceNumber {
        guard let step = event.body.recurringStep,
            let record = try read({ try RecurringBook.record(step.definition, in: $0) })
        else { throw Refusal.noSuchChange(change, .recurring) }
        let id = record.id
        let entries = RecurringChanges(storage, last: record.last)
        if let later = try entries.last(after: change) {
            throw Refusal.changedSince(change, by: later.sequence, later.actor)
        }
        if case .recurringPaused(let pause) = event.body {
            // A pause that took the place of another leaves that one in force.
            guard try entries.pause(before: change) == nil else {
                throw Refusal(.wrongState, "The recurring job \(id) was paused before event \(change), too.")
            }
            if let until = pause.value.until, until <= clock.now() {
                throw Refusal(.wrongState, "The pause of event \(change) has ended by itself.")
            }
            return try await recurring.resume(id, reason: reason, by: person)
        }
        guard let pause = try entries.pause(before: change) else {
            throw Refusal(.wrongState, "The recurring job \(id) was not paused before event \(change).")
        }
        return try await recurring.pause(id, until: pause.until, reason: reason, by: person)
    }
}
