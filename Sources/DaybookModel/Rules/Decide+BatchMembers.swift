/// What may become part of a batch: jobs, and batches inside it.
extension Books {
    /// Why a job cannot belong to the batch that it names, if so.
    mutating func refusal(
        of created: Created, intoBatchAmong surroundings: Surroundings, in ledgers: any Ledgers
    ) throws -> Refusal? {
        let isNew = created.batch == surroundings.batch
        if isNew, surroundings.outer == 0 || created.after.isEmpty { return nil }
        let around = try batches.around(isNew ? surroundings.outer : created.batch, in: ledgers)
        for dependency in created.after {
            guard case .job(let parent) = dependency.parent else { continue }
            if parent == created.batch {
                return Refusal(.badOption, "A job of batch \(parent) cannot wait for the end of that batch.")
            }
            if around.contains(where: { $0.number == parent }) {
                return Refusal(
                    .badOption,
                    "A job of a batch inside batch \(parent) cannot wait for the end of batch \(parent): neither could "
                        + "ever end.")
            }
        }
        if let refusal = isNew ? nil : Books.refusal(into: created.batch, around, of: "jobs") { return refusal }
        return try circle(through: created, in: around.map(\.number), in: ledgers).map {
            .circle($0, isNew ? surroundings.outer : created.batch)
        }
    }

    /// Why there can be no further batch inside a batch, if so.
    mutating func refusal(ofBatchIn outer: SequenceNumber, in ledgers: any Ledgers) throws -> Refusal? {
        let around = try batches.around(outer, in: ledgers)
        if let refusal = Books.refusal(into: outer, around, of: "batches") { return refusal }
        guard around.count < BatchRecord.depthMax else {
            return Refusal(
                .badOption,
                "Batch \(outer) is the innermost of \(around.count) batches, and that is the most; make the new one "
                    + "beside it.")
        }
        return nil
    }

    /// `around` is the batch itself and those around it.
    private static func refusal(
        into batch: SequenceNumber, _ around: [(number: SequenceNumber, record: BatchRecord)], of what: String
    ) -> Refusal? {
        guard let record = around.first?.record else { return .noSuchBatch(batch) }
        if record.wasCancelled {
            return Refusal(.wrongState, "Batch \(batch) has been cancelled and takes no more \(what); make another.")
        }
        if record.standing.isEnded {
            return Refusal(
                .wrongState,
                "Batch \(batch) has \(record.standing.rawValue) and takes no more \(what); make another, or keep one "
                    + "open until all its \(what) are in.")
        }
        // One around it that has ended while this one goes on is about to go on as well.
        if let cancelled = around.first(where: { $0.record.wasCancelled && !$0.record.standing.isEnded }) {
            return Refusal(
                .wrongState,
                "Batch \(cancelled.number) has been cancelled, and batch \(batch), which is inside it, takes no more "
                    + "\(what); make another.")
        }
        guard record.jobs < BatchRecord.jobsMax else {
            return Refusal(
                .badOption, "Batch \(batch) has \(record.jobs) jobs, and that is the most; make another batch.")
        }
        return nil
    }
}

extension Refusal {
    static func noSuchBatch(_ batch: SequenceNumber) -> Refusal {
        Refusal(.noSuchBatch, "There is no batch \(batch); `daybook batches list` shows those that there are.")
    }
}
