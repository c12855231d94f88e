extension Books {
    /// A new job, or the one that is there already under the same request id or unique key. The key of a job whose
    /// success leads to this one is free by then.
    mutating func enqueue(
        _ box: Box<Created>, _ onConflict: ConflictPolicy,
        among surroundings: Surroundings = .none, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        // Fields are read through the box one by one: a copy of what is in it costs as much as the rest of this.
        if let refusal = Books.refusal(of: box) { return .refused(refusal) }
        if let request = box.value.requestID, let job = try KeyBook.job(.request, request, in: ledgers) {
            return try duplicate(of: job, box.value, surroundings, &decision, in: ledgers)
        }
        if let key = box.value.key, let holder = try KeyBook.holder(key, at: decision.now, in: ledgers),
            holder.until != nil || holder.job != surroundings.ending
        {
            switch onConflict {
            case .existing: return try duplicate(of: holder.job, box.value, surroundings, &decision, in: ledgers)
            case .replace, .reschedule:
                return try change(holder.job, onConflict, box.value, surroundings, &decision, in: ledgers)
            case .refuse: return .refused(.keyIsTaken(holder))
            }
        }
        var cause = surroundings.success
        if box.value.rerunOf != 0 {
            switch try success(of: box.value.rerunOf, in: ledgers) {
            case .failure(let refusal): return .refused(refusal)
            case .success(let event): cause = event
            }
        }
        if box.value.batch != 0, let refusal = try refusal(of: box.value, intoBatchAmong: surroundings, in: ledgers) {
            return .refused(refusal)
        }
        let job = decision.next
        var body = box
        if let due = box.value.due, due <= decision.now {
            // An instant that has passed means now, and says so by not being there.
            var now = box.value
            now.due = nil
            body = Box(now)
        }
        var unmet: String?
        if !box.value.after.isEmpty {
            switch try resolve(box.value.after, among: surroundings, in: ledgers) {
            case .failure(let refusal): return .refused(refusal)
            case .success(let after):
                unmet = Books.unmet(after)
                var waiting = body.value
                waiting.after = after
                body = Box(waiting)
            }
        }
        decision.record(
            Event(
                time: decision.now, job: job, cause: cause, actor: box.value.actor, body: .created(body)))
        if let unmet {
            decision.record(
                Event(time: decision.now, job: job, previous: job, cause: job, body: .cancelled(reason: unmet)))
        }
        return .created(job: job)
    }

    /// The last event of a job that has succeeded, whose work is to be done once more.
    private mutating func success(
        of job: SequenceNumber, in ledgers: any Ledgers
    ) throws -> Result<SequenceNumber, Refusal> {
        guard let record = try self.job(job, in: ledgers) else { return .failure(.noSuchJob(job)) }
        guard record.state == .succeeded else { return .failure(.wrongState(job, record.state, "done once more")) }
        return .success(record.last)
    }

    mutating func duplicate(
        of job: SequenceNumber, _ created: Created, _ surroundings: Surroundings, after last: SequenceNumber? = nil,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        let previous =
            try last ?? (job == surroundings.ending ? surroundings.success : self.job(job, in: ledgers)?.last ?? 0)
        let body = Duplicate(key: created.key, requestID: created.requestID, client: created.client)
        let event = decision.record(
            Event(
                time: decision.now, job: job, previous: previous, cause: surroundings.success, actor: created.actor,
                body: .duplicate(Box(body))))
        return .duplicate(job: job, at: event)
    }
}
