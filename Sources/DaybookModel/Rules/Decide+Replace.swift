extension Books {
    /// Gives the job that holds a key the arguments of one that was to be, and its time if it has one. Two events: what
    /// became of the job, and that there is no second.
    mutating func replace(
        _ job: SequenceNumber, with created: Created, _ surroundings: Surroundings, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws -> Answer {
        guard let record = try self.job(job, in: ledgers), record.mayBeReplaced else {
            return .refused(
                Refusal(
                    .wrongState,
                    "Job \(job) holds this key and has started, waits for other jobs, or is done, so it is not "
                        + "replaced; wait until the key is free, or leave the job as it is."))
        }
        guard try names.text(.job, record.name, in: ledgers) == created.name else {
            return .refused(
                Refusal(
                    .badOption,
                    "Job \(job), which holds this key, has another name, and cannot take these arguments."))
        }
        var body = Replaced(
            original: try KeyBook.replacement(of: job, in: ledgers) ?? job, salt: created.salt,
            arguments: created.arguments)
        body.argumentsVersion = created.argumentsVersion
        body.due = created.due.map { max($0, decision.now) }
        body.client = created.client
        body.secret = created.secret
        let last = decision.record(
            Event(of: job, record, at: decision.now, by: created.actor, .replaced(Box(body))))
        return try duplicate(of: job, created, surroundings, after: last, &decision, in: ledgers)
    }
}

extension Refusal {
    static func keyIsTaken(_ holder: KeyBook.Holder) -> Refusal {
        guard let until = holder.until else {
            return Refusal(.alreadyThere, "Job \(holder.job) holds this key and is not finished.")
        }
        return Refusal(.alreadyThere, "Job \(holder.job) holds this key until \(until).")
    }
}
