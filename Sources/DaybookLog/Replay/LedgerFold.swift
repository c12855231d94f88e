package import DaybookModel

/// Posts the events of a log, in order, to ledgers of its own: what the ledgers are at any point follows from the
/// events before it and from nothing else.
///
/// Not Sendable: one thread at a time.
package final class LedgerFold {
    package let ledgers: FoldLedgers
    @exclusivity(unchecked) private var books = Books()
    /// The last event posted.
    @exclusivity(unchecked) package private(set) var last: SequenceNumber = 0
    /// The first event that was met and that this release does not know, so that it may have missed something.
    @exclusivity(unchecked) package private(set) var strange: StrangeEvent?

    /// The latest time of any event up to `last`: clocks step back, so it need not be the time of that one.
    @exclusivity(unchecked) private(set) var latest = Instant(microseconds: .min)
    /// Whether `last` ends a commit.
    @exclusivity(unchecked) private(set) var isAtCommitEnd = true

    /// Claimed jobs stay in the books until they end; more than this are dropped and read back when needed.
    private static let heldJobsMax = 50_000

    package init(_ ledgers: FoldLedgers) {
        self.ledgers = ledgers
    }

    /// A fold that goes on from a snapshot.
    init(_ ledgers: FoldLedgers, from snapshot: SnapshotRows) throws {
        self.ledgers = ledgers
        try ledgers.begin(with: snapshot)
        last = snapshot.header.mark.sequence
        latest = snapshot.header.latest
    }

    /// Begins behind the archived part of a log, with the ledgers that were put by for that.
    func beginBehindArchives(
        of log: any LogSnapshot, until: Instant = Instant(microseconds: .max)
    ) throws {
        guard last == 0 else { return }
        let start = try log.archivedThrough
        guard start > 0 else { return }
        try log.forEachBaseRow { try ledgers.put($0, $1, $2, replacing: nil) }
        last = start
        latest = until
    }

    /// Applies the next event. Rows that change late are brought up to date by `post`.
    package func apply(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws {
        try apply(value, at: sequence, EventHead(value, at: sequence))
    }

    func apply(_ value: UnsafeRawBufferPointer, at sequence: SequenceNumber, _ head: EventHead) throws {
        guard sequence == last + 1 else {
            throw LogError(.damaged, "Event \(last + 1) is missing.", at: last + 1)
        }
        let event = try Event(value, head, withPayload: false)
        if event.body.isUnknown { note(sequence, head) }
        try books.apply(event, at: sequence, in: ledgers)
        last = sequence
        latest = max(latest, head.time)
        isAtCommitEnd = head.isCommitEnd
    }

    package var metUnknownKind: Bool { strange != nil }

    private func note(_ sequence: SequenceNumber, _ head: EventHead) {
        strange = strange ?? StrangeEvent(sequence: sequence, kind: head.kind, version: head.version)
    }

    /// Brings all rows up to date with the events applied, as the writer does at the end of a commit.
    package func post() throws {
        try books.post(to: ledgers)
        if books.heldJobs > LedgerFold.heldJobsMax { books.forget() }
    }

    /// The job's latest event so far; 0 if the ledgers do not know the job.
    func lastEvent(of job: SequenceNumber) throws -> SequenceNumber { try books.job(job, in: ledgers)?.last ?? 0 }

    /// Whether events are missing from the log so far, in what was archived as well.
    func hasLoss() throws -> Bool { try books.hasLoss(in: ledgers) }

    /// The jobs that have changed since the last `post`, whichever of them the events were about.
    var changedJobs: [SequenceNumber] { books.changedJobs }

    /// The job's record so far; nil if the ledgers do not know it.
    func record(of job: SequenceNumber) throws -> JobRecord? { try books.job(job, in: ledgers) }
}

extension LedgerFold {
    /// Applies events from where the fold stands through `end`, at most `count`, up to the first that is not
    /// `wanted`, or to the end of a commit where it is to pause. Answers whether there is more to apply. Damage
    /// ends it with an error: a fold over wrong events would be a wrong state.
    func read(
        _ log: any LogSnapshot, through end: SequenceNumber, atMost count: Int,
        while wanted: (EventHead) -> Bool = { _ in true }, pausing: () -> Bool = { false }
    ) throws -> Bool {
        var left = count
        var (isStopped, isPaused) = (false, false)
        try log.events(from: last + 1) { sequence, value in
            guard sequence <= end, left > 0 else { return false }
            left -= 1
            guard EventChecksum.matches(value, at: sequence) else { throw damage(.badChecksum, sequence) }
            let head: EventHead
            do throws(EventDamage) { head = try EventHead(value, at: sequence) } catch { throw damage(error, sequence) }
            isStopped = !wanted(head)
            guard !isStopped else { return false }
            try apply(value, at: sequence, head)
            guard head.isCommitEnd else { return true }
            try post()
            isPaused = pausing()
            return !isPaused
        }
        guard !isStopped, last < end else { return false }
        guard left == 0 || isPaused else {
            throw LogError(.damaged, "Event \(last + 1) is missing; run `daybook log verify`.", at: last + 1)
        }
        return true
    }

    private func damage(_ damage: EventDamage, _ sequence: SequenceNumber) -> LogError {
        LogError(.damaged, "Event \(sequence) is damaged: \(damage.sentence); run `daybook log verify`.", at: sequence)
    }
}
