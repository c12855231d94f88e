internal import Daybook
internal import DaybookLog
internal import DaybookModel

/// Mistakes about recurring jobs and batches.
extension Saboteur {
    /// As if two processes had found the same occurrence due, and neither had looked whether the plan stood still.
    func fireAgain(_ process: VirtualProcess) {
        var found: (at: SequenceNumber, event: Event, set: RecurringSet, record: RecurringRecord)?
        try? process.world.memory.read { log in
            found = try latest(in: log) { sequence, event in
                guard case .fired(let box) = event.body, box.value.origin == .schedule,
                    let record = try RecurringBook.record(box.value.definition, in: log),
                    !record.flags.contains(.isRemoved),
                    case .recurringSet(let set)? = try log.event(record.version, { try Event($0, at: record.version) })?
                        .body
                else { return nil }
                return (sequence, event, set.value, record)
            }
        }
        guard let found, case .fired(let box) = found.event.body else { return }
        var step = box.value
        step.earlier = found.record.last
        step.plan = RecurringNext(planned: found.record.next, due: found.record.due)
        let now = process.world.time.now
        _ = try? LogWriter(process.world.memory).turn(now: now) { turn in
            let fired = try turn.record(
                Event(time: now, cause: found.event.cause, actor: found.event.actor, body: .fired(Box(step))))
            var job = found.set.job
            job.planned = step.planned
            job.actor = found.event.actor
            try turn.record(
                Event(time: now, job: fired + 1, cause: fired, actor: job.actor, body: .created(Box(job))))
        }
        noteWritten(process)
    }

    /// As if whoever goes on with a telling had not noted how far it came.
    func tellAgain(_ process: VirtualProcess) {
        var found: Event?
        try? process.world.memory.read { log in
            found = try latest(in: log) { _, event in
                guard case .parentEnded(let parent, _) = event.body, try BatchRecord.of(parent, in: log) != nil else {
                    return nil
                }
                return event
            }
        }
        guard var event = found, let record = record(event.job, process) else { return }
        event.previous = record.last
        write(process) {
            var again = event
            again.time = $0
            return again
        }
    }

    /// As if a batch inside another were no part of it.
    func endOuter(_ process: VirtualProcess) {
        var found: (inner: SequenceNumber, outer: SequenceNumber)?
        try? process.world.memory.read { log in
            found = try latest(in: log) { sequence, event in
                guard case .batchCreated(_, let outer) = event.body, outer != 0,
                    try BatchRecord.of(sequence, in: log)?.standing.isEnded == false,
                    try BatchRecord.of(outer, in: log)?.standing == .running
                else { return nil }
                return (sequence, outer)
            }
        }
        guard let found else { return }
        write(process) { Event(time: $0, cause: found.inner, body: .batchEnded(found.outer, .succeeded)) }
    }

    /// What `body` finds in the latest of the events before the end of the log for which it finds something.
    private func latest<R>(
        in log: any LogSnapshot, _ body: (SequenceNumber, Event) throws -> R?
    ) throws -> R? {
        var found: R?
        var left = 200
        try log.eventsBackward(from: try log.last) { sequence, value in
            found = try body(sequence, try Event(value, at: sequence))
            left -= 1
            return found == nil && left > 0
        }
        return found
    }
}
