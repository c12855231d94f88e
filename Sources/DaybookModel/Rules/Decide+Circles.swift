// Circles. Each job waits for older ones, so among jobs there is none. But a batch that takes further jobs ends after
// younger ones, and one of those may be told to wait for somebody who waits for the end of the batch.

extension Books {
    /// Looking through more of those who wait for a batch than this would be no small step.
    private static let waitersSeenMax = 256

    /// What a new job of the batches cannot wait for, as it ends only after them; nil if there is no such thing, or
    /// if it stands behind very many others.
    mutating func circle(
        through created: Created, in batches: [SequenceNumber], in ledgers: any Ledgers
    ) throws -> SequenceNumber? {
        var parents: Set<SequenceNumber> = []
        for dependency in created.after {
            if case .job(let parent) = dependency.parent, dependency.end == nil { parents.insert(parent) }
        }
        guard !parents.isEmpty else { return nil }
        var (seen, open) = (Set(batches), batches)
        while let next = open.popLast() {
            let limit = Books.waitersSeenMax - seen.count
            for waiter in try Continuation.children(of: next, limit: limit, in: ledgers) {
                guard try readableJob(waiter, in: ledgers)?.state == .awaiting else { continue }
                // Its batch ends after it, and so does what is around that.
                let batch = try BatchRecord.number(of: waiter, in: ledgers)
                let around = try batch.map { try self.batches.around($0, in: ledgers).map(\.number) } ?? []
                for found in [waiter] + around where seen.insert(found).inserted {
                    if parents.contains(found) { return found }
                    open.append(found)
                }
            }
        }
        return nil
    }
}

extension Refusal {
    static func circle(_ parent: SequenceNumber, _ batch: SequenceNumber) -> Refusal {
        Refusal(
            .badOption,
            "A job of batch \(batch) cannot wait for \(parent), which waits for the end of that batch: neither could "
                + "ever end.")
    }
}
