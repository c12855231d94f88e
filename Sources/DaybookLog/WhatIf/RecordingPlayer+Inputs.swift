internal import DaybookModel

// What comes from outside: it came when it came.
extension RecordingPlayer {
    func perform(_ deed: Recording.Deed, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        func now(_ number: SequenceNumber) -> SequenceNumber? { deeds.played[number] ?? played[number] }
        let somebody = Actor.person("recorded")
        var command: Command?
        switch deed {
        case .enqueue(let arrival): return try enqueue(arrival, &turn, &deeds)
        case .start(let process): return try start(process, &turn, &deeds)
        case .begin(let process): return stand(process, .working, &deeds)
        case .close(let process): return stand(process, .closed, &deeds)
        case .leave(let process): return stand(process, .left, &deeds)
        case .freeze(let process): return try freeze(process, &turn, &deeds)
        case .stop(let process, let isLost): return try stop(process, isLost: isLost, &turn, &deeds)
        case .openBatch(let batch, let name, let outer):
            let new = NewBatch(name: name, in: now(outer) ?? 0, isOpen: true, jobs: [], actor: somebody)
            let answer = try turn.perform(.batch(Box(.create(new))))
            if case .together(let answers) = answer, case .done(let made)? = answers.first {
                deeds.played[batch] = made
            }
        case .cancel(let number):
            guard let job = now(number) else { return }
            command = .cancel(job: job, expected: nil, reason: "as recorded", actor: somebody)
            breakOff(job, &deeds)
        case .requeue(let number):
            command = now(number).map { .requeue(job: $0, expected: nil, reason: "as recorded", actor: somebody) }
        case .reschedule(let number, let until):
            command = now(number).map {
                .reschedule(job: $0, until: until, expected: nil, reason: "as recorded", actor: somebody)
            }
        case .unpark(let number): command = now(number).map { .unpark(job: $0, actor: somebody) }
        case .pause(let queue): command = .pauseQueue(queue, reason: "as recorded", actor: somebody)
        case .resume(let queue): command = .resumeQueue(queue, reason: "as recorded", actor: somebody)
        case .limit(let scope, let limit):
            if policy.limits[scope] == nil { command = .limit(scope, limit, reason: "as recorded", actor: somebody) }
        case .sealBatch(let batch): command = now(batch).map { .batch(Box(.seal($0, actor: somebody))) }
        case .cancelBatch(let batch):
            command = now(batch).map { .batch(Box(.cancel($0, reason: "as recorded", actor: somebody))) }
        }
        // What does not fit any more, because the job has come to something else here, is refused and leaves no trace.
        if let command { _ = try turn.perform(command) }
    }

    /// A job that is cancelled while it runs gives its worker back at once.
    private func breakOff(_ job: SequenceNumber, _ deeds: inout Deeds) {
        guard let one = running[job], !deeds.ended.contains(job), deeds.interrupted.insert(job).inserted else { return }
        deeds.pools[deeds.handed[job] ?? one.pool].free += 1
    }

    func enqueue(_ arrival: Recording.Arrival, _ turn: inout Turn, _ deeds: inout Deeds) throws {
        var created = arrival.created.value
        let change = policy.change(name: created.name, queue: created.queue)
        if let retry = change.retry { created.retry = retry.description }
        if let attempts = change.attempts { created.attempts = UInt32(attempts) }
        if let priority = change.priority { created.priority = Int16(clamping: priority) }
        if let queue = change.queue { created.queue = queue }
        created.requestID = nil
        created.planned = nil
        created.actor = .system
        created.batch = deeds.played[created.batch] ?? played[created.batch] ?? 0
        created.after = created.after.compactMap { dependency in
            guard case .job(let number) = dependency.parent, let parent = deeds.played[number] ?? played[number] else {
                return nil
            }
            return Dependency(.job(parent), dependency.condition)
        }
        switch try turn.perform(.enqueue(Box(created), onConflict: .existing)) {
        case .created(let job):
            deeds.played[arrival.number] = job
            deeds.recorded[job] = arrival.number
        case .duplicate(let job, _): deeds.played[arrival.number] = job
        case .refused: deeds.refused += 1
        default: break
        }
    }
}
