internal import DaybookModel

/// What steps came to in the original after the point at which a fork begins. What they did to the world is done, so
/// the fork has their results and does not do them again.
struct LaterSteps {
    let source: any LogStorage
    /// The last event that the fork took over.
    let cut: SequenceNumber
    let control: CopyControl

    struct Summary {
        var taken: UInt64 = 0
        /// Those whose result is under a key: it names the event that it stands in, so it fits no other.
        var closed: UInt64 = 0
    }

    private struct Found {
        let job: SequenceNumber
        let step: Box<Stepped>
    }

    private static let eventsAtOnce = 20_000

    func run(_ writer: LogWriter, now: () -> Instant) throws -> Summary {
        var summary = Summary()
        var next = cut + 1
        while true {
            try control.requireGoingOn()
            let (steps, last) = try read(from: next, &summary)
            if !steps.isEmpty {
                let time = now()
                summary.taken += try writer.turn(now: time) { turn in
                    try steps.reduce(0) { try $0 + (record($1, &turn, at: time) ? 1 : 0) }
                }
            }
            guard let last else { return summary }
            next = last + 1
        }
    }

    /// A stretch of the original; nil for its last event where it was the end.
    private func read(
        from first: SequenceNumber, _ summary: inout Summary
    ) throws -> (steps: [Found], last: SequenceNumber?) {
        var steps: [Found] = []
        var last: SequenceNumber?
        var closed: UInt64 = 0
        try source.read { log in
            try log.events(from: first) { sequence, value in
                let head = try EventHead(value, at: sequence)
                if head.kind == EventKind.stepped.rawValue, head.job <= cut {
                    if SealedEvent.content(of: value, head) != nil {
                        closed += 1
                    } else if case .stepped(let step) = try Event(value, at: sequence).body {
                        steps.append(Found(job: head.job, step: step))
                    }
                }
                last = sequence
                return sequence < first + UInt64(LaterSteps.eventsAtOnce)
            }
        }
        summary.closed += closed
        return (steps, last)
    }

    /// False for a step of a job that has ended in the fork, or that it has already.
    private func record(_ found: Found, _ turn: inout Turn, at now: Instant) throws -> Bool {
        guard let job = try turn.job(found.job), !job.state.isFinished else { return false }
        let book = try StepBook.of(found.job, in: turn.transaction)
        guard book.event(of: found.step.value.step) == nil, book.steps.count < StepBook.stepsMax else { return false }
        try turn.record(
            Event(time: now, job: found.job, previous: job.last, actor: .system, body: .stepped(found.step)))
        return true
    }
}
