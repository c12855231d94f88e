/// What events make of unique keys.
extension Books {
    func takeKey(
        _ key: String, _ uniqueness: Uniqueness, for job: SequenceNumber, _ record: inout JobRecord, at now: Instant,
        in ledgers: any Ledgers
    ) throws {
        if case .window(let microseconds) = uniqueness {
            let end = now.advanced(microseconds: microseconds)
            return try KeyBook.open(key, job: job, until: end, at: now, in: ledgers)
        }
        record.flags.insert(.hasKey)
        if uniqueness == .waiting { record.flags.insert(.holdsKeyWhileWaiting) }
        try KeyBook.take(.unique, key, job: job, in: ledgers)
    }

    /// A job that has not started gets other arguments, and another time if one is given.
    mutating func replace(
        _ replaced: Replaced, _ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers
    ) throws {
        try change(event, sequence, in: ledgers) { record in
            record.flags.insert(.isReplaced)
            if let due = replaced.due { record.wait(for: .delay, until: due, position: sequence) }
        }
        try KeyBook.setReplacement(of: event.job, sequence, in: ledgers)
    }
}

extension JobRecord {
    /// Whether its key keeps others out.
    var holdsKey: Bool {
        switch state {
        case .awaiting, .scheduled, .enqueued, .parked: true
        case .processing: !flags.contains(.holdsKeyWhileWaiting)
        case .succeeded, .failed, .cancelled: false
        }
    }

    /// Whether nothing of it has run yet, so that it can still become something else.
    var mayBeReplaced: Bool {
        guard attempt == 0, deaths == 0, waitsFor != .retry, waitsFor != .snooze else { return false }
        switch state {
        case .awaiting, .scheduled, .enqueued, .parked: return true
        case .processing, .succeeded, .failed, .cancelled: return false
        }
    }
}
