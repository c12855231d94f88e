package import DaybookModel

/// What a follower posts in one transaction: the events behind a cursor, up to the end of a commit.
struct FollowerBatch {
    let log: any LogSnapshot
    let id: ViewID
    /// What was erased up to here is in none of the rows.
    let begun: SequenceNumber
    /// It ends at the first end of a commit after so many events, or after so long.
    let eventsMin: Int

    static let nanosecondsMax: UInt64 = 250_000_000
    static let eventsPerLookAtClock = 64

    /// The rows may hold what is erased by an event that they were begun before.
    func requireCleanRows(_ event: Event, at sequence: SequenceNumber) throws {
        guard case .erased(let erased) = event.body, !erased.value.isAfterwards, sequence > begun else { return }
        throw RowsErased()
    }

    func event(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws -> Event {
        guard EventChecksum.matches(value, at: sequence) else {
            throw LogError(.damaged, "Event \(sequence) is damaged; run `daybook log verify`.", at: sequence)
        }
        do {
            return try Event(value, at: sequence)
        } catch {
            throw LogError(.damaged, "Event \(sequence) is damaged: \(error.sentence).", at: sequence)
        }
    }
}

extension Follower {
    /// Posts a batch, and says how far it went. Here `Self` is known, so that `apply` is called without a detour.
    static func post(_ batch: FollowerBatch, after cursor: ViewCursor, to pending: PendingRows) throws -> ViewCursor {
        var follower = Self()
        var rows = FollowerRows(pending)
        let jobs = CreationLookup(batch.log)
        defer { jobs.end() }
        let end = MonotonicClock.nowNanoseconds + FollowerBatch.nanosecondsMax
        var next = cursor
        var count = 0
        var isOver = false
        try batch.log.events(from: cursor.sequence + 1) { sequence, value in
            let posted = try batch.event(value, at: sequence)
            try batch.requireCleanRows(posted, at: sequence)
            let event = FollowedEvent(posted, at: sequence, jobs)
            do {
                try follower.apply(event, to: &rows)
            } catch let damage as ViewDamage {
                throw damage
            } catch {
                throw FollowerFailure(of: batch.id, at: sequence, error)
            }
            count += 1
            if count % FollowerBatch.eventsPerLookAtClock == 0 { isOver = MonotonicClock.nowNanoseconds >= end }
            guard let seal = Seal(of: value) else { return true }
            next = ViewCursor(sequence: sequence, head: seal.head)
            return count < batch.eventsMin && !isOver
        }
        return next
    }
}

/// A tenant was erased since the rows were begun: they are thrown away and made anew, of what can still be read.
struct RowsErased: Error {}

/// A follower's own code refused an event: going on without it would leave rows that are not the log's.
package struct FollowerFailure: Error, CustomStringConvertible {
    package let id: ViewID
    package let sequence: SequenceNumber
    package let cause: any Error

    init(of id: ViewID, at sequence: SequenceNumber, _ cause: any Error) {
        self.id = id
        self.sequence = sequence
        self.cause = cause
    }

    package var description: String {
        "The follower \(id) stopped at event \(sequence): \(cause)"
            + ("\(cause)".last?.isPunctuation == true ? "" : ".")
            + " Mend it, raise its version if rows change, and open the store anew."
    }
}
