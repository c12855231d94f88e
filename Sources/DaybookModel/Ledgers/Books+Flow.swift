/// What waits for what.
extension Books {
    mutating func applyFlow(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .continued: try goOn(event, sequence, in: ledgers)
        case .parentEnded(let parent, let state): try noteParent(parent, state, event, sequence, in: ledgers)
        case .parentReopened(let parent): try noteParent(parent, .enqueued, event, sequence, in: ledgers)
        default: try applyBatch(event, sequence, in: ledgers)
        }
    }

    /// A job that comes into being writes down what it waits for. What had ended by then stands in its first event.
    mutating func enterConditions(
        of job: SequenceNumber, _ dependencies: [Dependency], _ record: inout JobRecord, in ledgers: any Ledgers
    ) throws {
        let book = ConditionBook(dependencies)
        guard book.standing != .met else { return }
        record.state = .awaiting
        record.flags.insert(.hasConditions)
        try put(book, of: job, replacing: nil, in: ledgers)
        for entry in book.entries where entry.standing != .met {
            try putEdge(entry.parent, job, in: ledgers)
            try noteChildren(of: entry.parent, in: ledgers)
        }
    }

    /// Others wait for this job. That is no event of its own.
    private mutating func noteChildren(of parent: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let record = try job(parent, in: ledgers), !record.flags.contains(.hasChildren),
            let index = jobs.index(of: parent)
        else { return }
        jobs[index].record.flags.insert(.hasChildren)
        guard !jobs[index].isChanged else { return }
        jobs[index].isChanged = true
        changedJobs.append(parent)
    }

    /// What a job waits for has moved.
    mutating func noteParent(
        _ parent: SequenceNumber, _ state: JobState, _ event: Event, _ sequence: SequenceNumber,
        in ledgers: any Ledgers
    ) throws {
        let old = try conditions(of: event.job, in: ledgers)
        var book = old
        let hasChanged = book.note(parent, state)
        try change(event, sequence, in: ledgers) { record in
            guard hasChanged else { return }
            switch book.standing {
            case .unmet: break
            case .open: if record.state == .cancelled { record.state = .awaiting }
            case .met:
                record.flags.remove(.hasConditions)
                if record.state == .awaiting || record.state == .cancelled {
                    record.release(at: event.time, position: sequence)
                }
            }
        }
        guard hasChanged else { return }
        if book.entries.contains(where: { $0.parent == parent && $0.standing == .met }) {
            try removeEdge(parent, event.job, in: ledgers)
        }
        if book.standing == .met {
            try remove(old, of: event.job, in: ledgers)
        } else {
            try put(book, of: event.job, replacing: old, in: ledgers)
        }
    }

    /// Cancelled because a condition can no longer be met, a job keeps what it waits for, since that may change again;
    /// cancelled for any other reason it waits for nothing any more.
    mutating func endWaiting(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        guard let record = try job(event.job, in: ledgers), record.flags.contains(.hasConditions) else { return }
        let book = try conditions(of: event.job, in: ledgers)
        if case .cancelled = event.body, book.standing == .unmet { return }
        guard let index = jobs.index(of: event.job) else { return }
        jobs[index].record.flags.remove(.hasConditions)
        try forget(book, of: event.job, in: ledgers)
    }

    mutating func forgetConditions(of job: SequenceNumber, in ledgers: any Ledgers) throws {
        try forget(try conditions(of: job, in: ledgers), of: job, in: ledgers)
    }

    private mutating func forget(_ book: ConditionBook, of job: SequenceNumber, in ledgers: any Ledgers) throws {
        for entry in book.entries where entry.standing != .met { try removeEdge(entry.parent, job, in: ledgers) }
        try remove(book, of: job, in: ledgers)
    }

    /// Those who wait for a job are told by and by.
    mutating func goOn(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        guard case .continued(let state, let cursor) = event.body, event.job != 0 else { return }
        if try job(event.job, in: ledgers) != nil {
            try change(event, sequence, in: ledgers) { _ in }
        } else if try hasLoss(in: ledgers) {
            return
        }
        var row = try Continuation.of(event.job, in: ledgers)
        if let state {
            row = Continuation(state, cause: event.cause)
        } else if cursor != 0 {
            row?.cursor = cursor
        } else {
            row = nil
        }
        try setContinuation(of: event.job, row, in: ledgers)
    }

    mutating func setContinuation(
        of job: SequenceNumber, _ row: Continuation?, in ledgers: any Ledgers
    ) throws {
        if row != nil { mayContinue = true }
        let stored = try Continuation.of(job, in: ledgers)?.encoded()
        try RowKey.child(of: 0, job).withBytes { key in
            if let row {
                try row.encoded().withUnsafeBytes { value in
                    guard let stored else { return try ledgers.put(.children, key, value, replacing: nil) }
                    try stored.withUnsafeBytes { try ledgers.put(.children, key, value, replacing: $0) }
                }
            } else if let stored {
                try stored.withUnsafeBytes { try ledgers.remove(.children, key, old: $0) }
            }
        }
    }

    // MARK: Rows

    private func putEdge(_ parent: SequenceNumber, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try RowKey.child(of: parent, job).withBytes {
            try ledgers.put(.children, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
        }
    }

    private func removeEdge(_ parent: SequenceNumber, _ job: SequenceNumber, in ledgers: any Ledgers) throws {
        try RowKey.child(of: parent, job).withBytes {
            try ledgers.remove(.children, $0, old: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    mutating func conditions(of job: SequenceNumber, in ledgers: any Ledgers) throws -> ConditionBook {
        if let latest = latestConditions, latest.job == job { return latest.book }
        let book = try ConditionBook.of(job, in: ledgers)
        latestConditions = (job, book)
        return book
    }

    private mutating func put(
        _ book: ConditionBook, of job: SequenceNumber, replacing old: ConditionBook?, in ledgers: any Ledgers
    ) throws {
        latestConditions = nil
        try RowKey.number(job).withBytes { key in
            try book.encoded().withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.conditions, key, value, replacing: nil) }
                try old.encoded().withUnsafeBytes { try ledgers.put(.conditions, key, value, replacing: $0) }
            }
        }
    }

    private mutating func remove(_ book: ConditionBook, of job: SequenceNumber, in ledgers: any Ledgers) throws {
        latestConditions = nil
        try RowKey.number(job).withBytes { key in
            try book.encoded().withUnsafeBytes { try ledgers.remove(.conditions, key, old: $0) }
        }
    }
}

extension JobRecord {
    /// All that it waited for has come true: it is ready, or due if its instant has not come yet.
    fileprivate mutating func release(at now: Instant, position sequence: SequenceNumber) {
        guard waitsFor == .delay, due > now else {
            state = .enqueued
            waitsFor = .nothing
            position = sequence
            return
        }
        state = .scheduled
    }
}
