extension Books {
    /// Gives the job that holds a key the arguments of one that was to be, and its time if it has one; or its time
    /// alone. Two events: what became of the job, and that there is no second.
    mutating func change(
        _ job: SequenceNumber, _ policy: ConflictPolicy, _ created: Created, _ surroundings: Surroundings,
        _ decision: inout Decision, in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try self.job(job, in: ledgers), record.mayBeReplaced else {
            return .refused(
                Refusal(
                    .wrongState,
                    "Job \(job) holds this key and has started or is done, so it is not replaced; wait until the key "
                        + "is free, or leave the job as it is."))
        }
        guard try names.text(.job, record.name, in: ledgers) == created.name else {
            return .refused(
                Refusal(
                    .badOption,
                    "Job \(job), which holds this key, has another name, and cannot take these arguments."))
        }
        guard try !isErased(job, record, in: ledgers) else { return .refused(.isErased(job)) }
        let isTimed = policy == .reschedule || created.due != nil
        guard record.state != .awaiting || !isTimed else {
            return .refused(
                Refusal(
                    .wrongState,
                    "Job \(job), which holds this key, waits for other jobs and not for a time; it can take other "
                        + "arguments only."))
        }
        let body: EventBody
        if policy == .reschedule {
            let until = max(created.due ?? decision.now, decision.now)
            body = .rescheduled(until: until, reason: "somebody asked for it again")
        } else {
            body = try .replaced(Box(replacement(of: job, by: created, at: decision.now, in: ledgers)))
        }
        let last = decision.record(Event(of: job, record, at: decision.now, by: created.actor, body))
        return try duplicate(of: job, created, surroundings, after: last, &decision, in: ledgers)
    }

    /// Whether what the job was given was erased with its tenant, and all that it will ever be given.
    private func isErased(_ job: SequenceNumber, _ record: JobRecord, in ledgers: any Ledgers) throws -> Bool {
        guard let tenant = try RetentionRules.tenant(of: job, record, in: ledgers) else { return false }
        return try job < RetentionRows.erasure(of: tenant, in: ledgers)
    }

    /// Who has the key of a finished job by now, so that it cannot be taken up again. A window keeps new jobs out, and
    /// this is none.
    func keyHolder(insteadOf job: SequenceNumber, _ decision: Decision, in ledgers: any Ledgers) throws -> KeyBook
        .Holder?
    {
        guard let key = try KeyBook.text(.unique, of: job, in: ledgers),
            let holder = try KeyBook.holder(key, at: decision.now, in: ledgers), holder.job != job
        else { return nil }
        return holder.until == nil ? holder : nil
    }

    private func replacement(
        of job: SequenceNumber, by created: Created, at now: Instant, in ledgers: any Ledgers
    ) throws -> Replaced {
        var body = Replaced(
            original: try KeyBook.replacement(of: job, in: ledgers) ?? job, salt: created.salt,
            arguments: created.arguments)
        body.argumentsVersion = created.argumentsVersion
        body.due = created.due.map { max($0, now) }
        body.client = created.client
        body.secret = created.secret
        return body
    }
}

extension Refusal {
    static func isErased(_ job: SequenceNumber) -> Refusal {
        Refusal(
            .wrongState,
            "Job \(job) holds this key and was erased with its tenant: it takes no arguments any more. Cancel it, then "
                + "enqueue again.")
    }

    static func keyIsTaken(_ holder: KeyBook.Holder) -> Refusal {
        guard let until = holder.until else {
            return Refusal(.alreadyThere, "Job \(holder.job) holds this key and is not finished.")
        }
        return Refusal(.alreadyThere, "Job \(holder.job) holds this key until \(until).")
    }
}
