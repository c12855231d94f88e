/// Batches and their jobs.
extension Books {
    mutating func applyBatch(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .batchCreated(let name, let outer):
            try makeBatch(name, in: outer, event, sequence, in: ledgers)
        case .batchContinued(let batch, let cursor):
            try goOn(withBatch: batch, cursor: cursor, sequence, in: ledgers)
        case .batchSealed(let batch):
            try changeBatch(batch, event, sequence, in: ledgers) { if $0.standing == .open { $0.standing = .running } }
        case .batchCancelled(let batch, _):
            try changeBatch(batch, event, sequence, in: ledgers) { record in
                record.wasCancelled = true
                record.isCancelling = true
                record.cursor = 0
                if record.standing == .open { record.standing = .running }
            }
        case .batchEnded(let batch, let standing):
            let (old, new) = try changeBatch(batch, event, sequence, in: ledgers) { $0.standing = standing }
            try noteInner(old, new, sequence, in: ledgers)
            try setContinuation(
                of: batch, Continuation(standing.jobState, cause: sequence), in: ledgers)
        case .batchReopened(let batch):
            let (old, new) = try changeBatch(batch, event, sequence, in: ledgers) { record in
                record.standing = .running
                record.wasCancelled = false
            }
            try noteInner(old, new, sequence, in: ledgers)
            try setContinuation(of: batch, Continuation(.processing, cause: sequence), in: ledgers)
        default: break
        }
    }

    /// A new batch. Inside another it counts there as a job does; where that one is missing from the log, it stands by
    /// itself.
    private mutating func makeBatch(
        _ name: String, in outer: SequenceNumber, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        let around = outer == 0 ? nil : try batches.record(outer, in: ledgers)
        let record = BatchRecord(name: name, in: around == nil ? 0 : outer, at: sequence, event.time)
        batches.put(record, of: sequence)
        guard let around else { return }
        try RowKey.child(of: RowKey.holdsBatches | outer, sequence).withBytes {
            try ledgers.put(.members, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
        }
        var changed = around
        changed.jobs += 1
        batches.put(changed, of: outer)
    }

    /// A new job belongs to a batch.
    mutating func enterBatch(
        _ batch: SequenceNumber, _ job: SequenceNumber, _ record: inout JobRecord, in ledgers: any Ledgers
    ) throws {
        guard var row = try batches.record(batch, in: ledgers) else { return }
        record.flags.insert(.inBatch)
        try RowKey.child(of: batch, job).withBytes {
            try ledgers.put(.members, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
        }
        try RowKey.child(of: 0, job).withBytes { key in
            try withUnsafeBytes(of: batch.littleEndian) { try ledgers.put(.members, key, $0, replacing: nil) }
        }
        row.jobs += 1
        batches.put(row, of: batch)
    }

    /// A job of a batch has ended, or was taken up again.
    mutating func noteMember(
        _ job: SequenceNumber, _ old: JobState, _ new: JobState, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        // Only ends are counted.
        guard old.isFinished || new.isFinished, let batch = try BatchRecord.number(of: job, in: ledgers) else { return }
        try note(old, new, in: batch, sequence, in: ledgers)
    }

    /// A batch inside another has ended, or goes on. The next turn decides what that makes of the other.
    private mutating func noteInner(
        _ old: BatchRecord, _ new: BatchRecord, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard new.outer != 0 else { return }
        try note(old.standing.jobState, new.standing.jobState, in: new.outer, sequence, in: ledgers)
    }

    /// Counts what has become of a job of a batch, or of a batch inside it.
    private mutating func note(
        _ old: JobState, _ new: JobState, in batch: SequenceNumber, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard let record = try batches.record(batch, in: ledgers) else { return }
        var changed = record
        changed.count(old, by: -1)
        changed.count(new, by: 1)
        guard changed != record else { return }
        batches.put(changed, of: batch)
        try attend(to: batch, changed, sequence, in: ledgers)
    }

    /// A job leaves the ledgers; what it came to still counts.
    func leaveBatch(_ job: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let batch = try BatchRecord.number(of: job, in: ledgers) else { return }
        try RowKey.child(of: batch, job).withBytes {
            try ledgers.remove(.members, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        try RowKey.child(of: 0, job).withBytes { key in
            try withUnsafeBytes(of: batch.littleEndian) { try ledgers.remove(.members, key, old: $0) }
        }
    }

    /// A call has put all its jobs into its batch: the job that stands for it was none of them, and its success, which
    /// has just been counted, says nothing about them.
    mutating func leaveFilledBatch(_ call: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let batch = try BatchRecord.number(of: call, in: ledgers),
            let record = try batches.record(batch, in: ledgers), let index = jobs.index(of: call)
        else { return }
        jobs[index].record.flags.remove(.inBatch)
        try leaveBatch(call, in: ledgers)
        var changed = record
        changed.jobs -= 1
        changed.count(.succeeded, by: -1)
        batches.put(changed, of: batch)
    }

    /// One of the parts of a telling, or of a cancelling, is done.
    private mutating func goOn(
        withBatch batch: SequenceNumber, cursor: SequenceNumber, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard let record = try batches.record(batch, in: ledgers) else { return }
        if record.isCancelling {
            var changed = record
            changed.cursor = cursor
            changed.isCancelling = cursor != 0
            batches.put(changed, of: batch)
            if changed.isCancelling { return }
            try setContinuation(of: batch, nil, in: ledgers)
            try attend(to: batch, changed, sequence, in: ledgers)
        } else if cursor != 0 {
            var row = try Continuation.of(batch, in: ledgers)
            row?.cursor = cursor
            try setContinuation(of: batch, row, in: ledgers)
        } else {
            try setContinuation(of: batch, nil, in: ledgers)
            try attend(to: batch, record, sequence, in: ledgers)
        }
    }

    @discardableResult
    private mutating func changeBatch(
        _ batch: SequenceNumber, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers,
        _ change: (inout BatchRecord) -> Void
    ) throws -> (old: BatchRecord, new: BatchRecord) {
        guard let old = try batches.record(batch, in: ledgers) else {
            throw LedgerError.impossibleEvent(
                sequence, EventKind(rawValue: event.body.kind) ?? .gap, "batch \(batch) is not in the ledgers")
        }
        var new = old
        change(&new)
        new.last = sequence
        if new.standing != old.standing { new.since = event.time }
        batches.put(new, of: batch)
        try attend(to: batch, new, sequence, in: ledgers)
        return (old, new)
    }

    /// Leaves word for the next turn if something is to follow.
    private mutating func attend(
        to batch: SequenceNumber, _ record: BatchRecord, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        guard record.needsAttention, try Continuation.of(batch, in: ledgers) == nil else { return }
        try setContinuation(of: batch, Continuation(.processing, cause: sequence), in: ledgers)
    }
}
