package import DaybookModel

extension LogStorage {
    /// What pauses all queues, those to come as well, or resumes them: the queue of each command, and the command. The
    /// engine's own go on, so that the one who paused all can still cancel what waits.
    package func commands(
        pausingAll isPause: Bool, reason: String, by actor: Actor
    ) throws -> [(queue: String, command: Command)] {
        let known = try read { log in
            var books = Books()
            return try books.allQueues(in: log)
        }
        // One that is paused stays so for the reason that it has.
        let names = known.filter { $0.isPaused ? !isPause : !QueueRecord.isReserved($0.name) }.map(\.name).sorted()
        // First, so that none comes in between.
        let all = [Name.queuesToCome] + names.filter { $0 != Name.queuesToCome }
        return all.map { ($0, Command(pausing: isPause, $0, reason: reason, by: actor)) }
    }
}

extension Command {
    /// Pauses a queue, or resumes it.
    package init(pausing isPause: Bool, _ queue: String, reason: String, by actor: Actor) {
        self =
            isPause
            ? .pauseQueue(queue, reason: reason, actor: actor) : .resumeQueue(queue, reason: reason, actor: actor)
    }
}
