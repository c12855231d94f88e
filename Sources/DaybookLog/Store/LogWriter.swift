package import DaybookModel

/// The write side of a log: decides, appends, posts and commits, a turn at a time. One thread owns it.
///
/// It keeps what the next turn will need, the edge of the history tree and the books of what is running, and checks
/// at every turn that the log still ends where it left it. If another process has written, or a turn failed, it
/// forgets and reads anew.
package final class LogWriter {
    private let storage: any LogStorage
    private let batch = EventBatch()
    /// A turn takes them and gives them back.
    private var books: Books? = Books()
    private var decision: Decision?
    private lazy var catchUpHasher = LeafHasher()
    private var head = Hash.zero
    /// When the last event was.
    private var latest: Instant?
    /// Where the log ended when all of the above was true; `nil` if it is not.
    private var current: SequenceNumber?
    private var strangers = StrangerWatch()

    package init(_ storage: any LogStorage) {
        self.storage = storage
    }

    /// An event that this release does not understand, if any was met so far.
    var stranger: StrangeEvent? { strangers.met }

    /// Runs one turn: `body` gives commands, and everything they led to is committed at once when it returns.
    /// Without events nothing is written. The body may run more than once, so it starts its own results anew each
    /// time. `committed` is called once all is durable, before anybody else is told of it.
    ///
    /// `now` is asked once no other process can write: by then the wait may have taken long, and what they wrote
    /// meanwhile must not seem to be later than this.
    package func turn<R>(
        now: @autoclosure () throws -> Instant, _ body: (inout Turn) throws -> R, committed: (R) -> Void = { _ in }
    ) throws -> R {
        while true {
            if let result = try turnOrMark(now: try now(), body, committed: committed) { return result }
        }
    }

    /// Nil if that was not the turn, but the store has been told of an event that nobody here understands: that has to
    /// last even if the turn is refused because of it.
    private func turnOrMark<R>(
        now: @autoclosure () throws -> Instant, _ body: (inout Turn) throws -> R, committed: (R) -> Void
    ) throws -> R? {
        var sealed: (last: SequenceNumber, head: Hash)?
        var time = Instant.epoch
        do {
            let result: R? = try storage.write(
                { transaction in
                    sealed = nil
                    let last = try catchUp(transaction)
                    if try strangers.mark(in: transaction) { return nil }
                    time = try now()
                    let result: R
                    (result, sealed) = try commit(
                        after: last, now: time, preface: stepBack(to: time), transaction, body)
                    return result
                }, committed: { if let result = $0 { committed(result) } })
            strangers.isMarked()
            if let sealed {
                if !batch.isEmpty { latest = time }
                head = sealed.head
                current = sealed.last
                strangers.commit(through: sealed.last)
            }
            return result
        } catch {
            current = nil
            throw error
        }
    }

    /// Runs several turns whose commits become durable together. `record` records the events of each, by its index,
    /// and `check` may refuse what came of it. Both may run more than once.
    func carryOver(
        commits: Int, record: (Int, inout Turn) throws -> Void, check: (Int, Seal) throws -> Void
    ) throws {
        var last: SequenceNumber = 0
        do {
            try storage.write { transaction in
                last = try catchUp(transaction)
                for index in 0..<commits {
                    // No rule is asked, so it does not matter what time it is.
                    (_, (last, head)) = try commit(after: last, now: .epoch, transaction) { try record(index, &$0) }
                    try check(index, batch.seal)
                }
                // They are another's events, and nobody here has looked at them.
                try strangers.look(transaction, through: last)
                _ = try strangers.mark(in: transaction)
            }
            strangers.isMarked()
            current = last
            latest = nil
        } catch {
            current = nil
            throw error
        }
    }

    /// Whoever is the first to write after the clock was set back says so: order is that of the numbers, and times that
    /// go back must not look like an error.
    private func stepBack(to now: Instant) -> Event? {
        guard let latest, now < latest.advanced(microseconds: -ClockStep.noticedMicroseconds) else { return nil }
        return Event(time: now, body: .clockStepped(microseconds: now.microseconds - latest.microseconds))
    }

    /// Everything of a turn but its becoming durable.
    private func commit<R>(
        after last: SequenceNumber, now: Instant, preface: Event? = nil, _ transaction: any LogTransaction,
        _ body: (inout Turn) throws -> R
    ) throws -> (R, (last: SequenceNumber, head: Hash)) {
        // Until the commit has succeeded none of the memory can be trusted.
        current = nil
        batch.restart(at: last + 1)
        var turn = Turn(
            transaction: transaction, batch: batch, books: books.take() ?? Books(),
            decision: decision.take() ?? Decision(now: now, head: last), now: now, preface: preface,
            stranger: strangers.met)
        defer { (books, decision) = (turn.books, turn.decision) }
        let result = try body(&turn)
        return (result, try close(&turn, transaction, after: last))
    }

    private func close(
        _ turn: inout Turn, _ transaction: any LogTransaction, after last: SequenceNumber
    ) throws -> (SequenceNumber, Hash) {
        guard !batch.isEmpty else { return (last, head) }
        try turn.books.post(to: transaction)
        batch.close(after: head, ledgers: transaction.ledgerDigest)
        guard case .appended = try transaction.append(batch, ifHeadIs: last) else {
            throw LogError(.headMoved, "The log grew while a turn was being decided; decide again.")
        }
        return (batch.last, batch.seal.head)
    }

    /// Makes the batch's tree, head and books those of the transaction's log.
    private func catchUp(_ transaction: any LogTransaction) throws -> SequenceNumber {
        let last = try transaction.last
        guard current != last else { return last }
        try transaction.requireUnchangedForm()
        try strangers.look(transaction, through: last)
        if current == nil { books?.forget() } else { books?.forgetRows() }
        try catchUpTree(transaction, last)
        head = last == 0 ? .zero : try transaction.seal(endingAt: last).head
        latest = try transaction.event(last) { try EventHead($0, at: last).time }
        return last
    }

    /// Where another process has added a few events, adding their leaves is cheaper than reading the edge anew.
    private func catchUpTree(_ transaction: any LogTransaction, _ last: SequenceNumber) throws {
        guard let current, current == batch.tree.count, last > current, last - current <= LogWriter.leavesToAdd else {
            batch.tree = try HistoryTree(of: transaction, count: last)
            return
        }
        var completed: [HistoryTree.Node] = []
        // Until all are there the tree is neither this nor that.
        self.current = nil
        for sequence in current + 1...last {
            let leaf = try transaction.event(sequence) { try catchUpHasher.leaf(of: $0, at: sequence) }
            guard let leaf else { throw LogError(.damaged, "Event \(sequence) is missing.", at: sequence) }
            batch.tree.append(leaf, completed: &completed)
        }
    }

    /// About as many as the lowest rows of an edge hold.
    private static let leavesToAdd: SequenceNumber = 16
}

extension HistoryTree {
    /// The edge of the tree over the first `count` events of a log.
    package init(of log: any LogSnapshot, count: SequenceNumber) throws {
        let hasher = LeafHasher()
        try self.init(
            count: count,
            node: { level, index in
                guard let node = try log.node(level, index) else {
                    throw LogError(
                        .damaged, "Node \(level)/\(index) of the history tree is missing; run `daybook log verify`.")
                }
                return node
            },
            leaf: { index in
                let leaf = try log.event(index + 1) { try hasher.leaf(of: $0, at: index + 1) }
                guard let leaf else { throw LogError(.damaged, "Event \(index + 1) is missing.", at: index + 1) }
                return leaf
            })
    }
}

extension LeafHasher {
    /// The leaf of one event as it is stored.
    func leaf(of value: UnsafeRawBufferPointer, at sequence: SequenceNumber) throws -> Hash {
        let head = try EventHead(value, at: sequence)
        var result = Hash.zero
        add(Input(value, head, at: sequence))
        finish { result = $0 }
        return result
    }
}

extension LeafHasher.Input {
    init(_ value: UnsafeRawBufferPointer, _ head: EventHead, at sequence: SequenceNumber) {
        self.init(
            sequence: sequence,
            open: UnsafeRawBufferPointer(rebasing: value[EventHead.Offset.version..<head.facts.upperBound]),
            payload: UnsafeRawBufferPointer(rebasing: value[head.payload]))
    }
}

extension LogSnapshot {
    /// The seal of the commit that ends with this event.
    package func seal(endingAt sequence: SequenceNumber) throws -> Seal {
        guard let seal = try event(sequence, { Seal(of: $0) }) ?? nil else {
            throw LogError(.damaged, "Event \(sequence) does not end a commit.", at: sequence)
        }
        return seal
    }

    /// The last event of the commit that holds this one, and its seal.
    package func commit(of sequence: SequenceNumber) throws -> (last: SequenceNumber, seal: Seal)? {
        var found: (SequenceNumber, Seal)?
        try events(from: sequence) { number, value in
            guard let seal = Seal(of: value) else { return true }
            found = (number, seal)
            return false
        }
        return found
    }
}
