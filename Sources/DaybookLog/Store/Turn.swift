package import DaybookModel

/// One turn of the writer: commands in, events out, all of them one commit.
package struct Turn {
    package let transaction: any LogTransaction
    let batch: EventBatch
    var books: Books
    package let now: Instant
    private var decision: Decision

    init(transaction: any LogTransaction, batch: EventBatch, books: Books, now: Instant) {
        self.transaction = transaction
        self.batch = batch
        self.books = books
        self.now = now
        decision = Decision(now: now, head: batch.first - 1)
    }

    /// Events so far.
    package var count: Int { batch.count }
    package var byteCount: Int { batch.byteCount }
    /// The last number taken.
    package var last: SequenceNumber { batch.first - 1 + UInt64(batch.count) }

    /// Decides a command and records what follows from it. A refusal is an answer and leaves no trace.
    package mutating func perform(_ command: Command) throws -> Answer {
        begin()
        let answer = try books.decide(command, &decision, in: transaction)
        try record()
        return answer
    }

    /// Makes ready what has come due. Answers how many jobs that were.
    package mutating func releaseDue(limit: Int) throws -> Int {
        begin()
        try books.decideDue(&decision, limit: limit, in: transaction)
        let count = decision.events.count
        try record()
        return count
    }

    /// Records an event that no rule decides: the first of a log, or one that an import carries over.
    @discardableResult
    package mutating func record(_ event: Event) throws -> SequenceNumber {
        let sequence = batch.append(event)
        try books.apply(event, at: sequence, in: transaction)
        return sequence
    }

    package mutating func nextDue() throws -> Instant? { try books.nextDue(in: transaction) }

    package mutating func job(_ id: SequenceNumber) throws -> JobRecord? { try books.job(id, in: transaction) }

    private mutating func begin() {
        decision.restart(head: last)
    }

    private mutating func record() throws {
        for event in decision.events { try record(event) }
    }
}
