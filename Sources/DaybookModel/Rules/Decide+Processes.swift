extension Books {
    /// What processes say of themselves and of each other, and what they are asked.
    mutating func decideProcess(_ command: Command, _ decision: inout Decision, in ledgers: any Ledgers) throws
        -> Answer
    {
        switch command {
        case .startProcess(let started):
            let process = decision.next
            decision.record(Event(time: decision.now, actor: .process(process), body: .processStarted(started)))
            return .done(at: process)
        case .stopProcess(let process):
            return try stop(process, &decision, in: ledgers)
        case .loseProcess(let process, let actor):
            // Of several who see a death one says so.
            guard try self.process(process, in: ledgers)?.standing.isAlive == true else {
                return .done(at: decision.head)
            }
            return .done(
                at: decision.record(
                    Event(time: decision.now, cause: process, actor: actor, body: .processLost)))
        case .askProcess(let process, let wish, let reason, let actor):
            return try ask(process, wish, reason, actor, &decision, in: ledgers)
        default: return .done(at: decision.head)
        }
    }

    /// Asks a process for something. It is told by the commit, and does it when it comes to it.
    mutating func ask(
        _ process: SequenceNumber, _ wish: ProcessWish, _ reason: String, _ actor: Actor, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try self.process(process, in: ledgers) else {
            return .refused(
                Refusal(.noSuchProcess, "There is no process \(process); `daybook processes list` names them."))
        }
        switch record.standing {
        case .stopped, .lost:
            return .refused(Refusal(.wrongState, "Process \(process) has ended."))
        case .stopping where wish != .stop:
            return .refused(Refusal(.wrongState, "Process \(process) has been asked to stop and will not go on."))
        case .alive, .quiet, .stopping:
            return .done(
                at: decision.record(
                    Event(
                        time: decision.now, cause: process, actor: actor,
                        body: .processAsked(wish, reason: reason))))
        }
    }
}
