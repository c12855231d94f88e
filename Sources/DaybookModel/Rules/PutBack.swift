/// What is put back to what it was, and what it has to be now: whoever wants it has seen that, and somebody may
/// have been faster.
package enum PutBack: Equatable, Sendable {
    /// A queue is paused, or goes on.
    case queue(String, isPaused: Bool)
    case limit(LimitScope, to: Limit?, from: Limit?)
}

extension Books {
    mutating func putBack(
        _ back: PutBack, _ cause: SequenceNumber, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        let body: EventBody
        switch back {
        case .queue(let name, let isPaused):
            guard let queue = try queue(name, in: ledgers), queue.isPaused != isPaused else {
                return .refused(.isBackAlready("The queue \(name)"))
            }
            body = isPaused ? .queuePaused(queue: name, reason: reason) : .queueResumed(queue: name, reason: reason)
        case .limit(let scope, let limit, let expected):
            guard try LimitRows.rule(scope.text, in: ledgers) == expected, limit != expected else {
                return .refused(.isBackAlready("The limit of \(scope.text)"))
            }
            body = .queueLimited(Box(QueueLimited(scope: scope.text, limit: limit, reason: reason)))
        }
        return .done(at: decision.record(Event(time: decision.now, cause: cause, actor: actor, body: body)))
    }
}

extension Refusal {
    fileprivate static func isBackAlready(_ what: String) -> Refusal {
        Refusal(.changedMeanwhile, "\(what) is no longer what that event made of it; look at it again.")
    }
}
