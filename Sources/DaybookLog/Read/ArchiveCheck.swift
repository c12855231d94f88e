// Where a verification begins, and what has to be true there.
//
// A log whose beginning is archived says in a `checkpoint` event what it had come to: the head of the chain and the
// root of the tree at the last archived event, and the digest of the ledgers there. That event is part of the chain
// that is verified, so nothing of it is taken on trust but what a log from event 1 would also begin with. With the
// archives the verification begins at event 1; each has to be there, whole, and the one that was made of this log.

internal import DaybookModel

extension LogVerifier {
    /// Answers behind which event to begin.
    func checkArchives(_ draft: inout VerifyDraft) throws -> SequenceNumber {
        let (start, records) = try storage.read { log in
            let start = try log.archivedThrough
            return (start, try ArchiveRows.chain(through: start, in: log))
        }
        guard start > 0 else { return 0 }
        guard let newest = records.last, newest.last == start else {
            draft.findings.add("The log's events up to \(start) are in archives, and no checkpoint says so.", at: start)
            return start
        }
        try checkBeginning(newest, &draft)
        guard options.includesArchives, let shelf = (storage as? LMDBStorage)?.shelf else { return start }
        let before = draft.findings.kept.count
        var expected: SequenceNumber = 1
        for record in records {
            if record.first != expected {
                draft.findings.add("No archive has events \(expected) to \(record.first - 1).", at: expected)
            }
            expected = record.last + 1
            do {
                progress(ReadProgress(.events, at: record.first, of: start))
                let file = try shelf.archive(record)
                guard try file.digest() == record.digest else { throw file.isAnother(than: record) }
                draft.archives += 1
            } catch let error as LogError where error.code == .notFound || error.code == .damaged {
                draft.findings.add(error.description, at: record.first, .archive)
            }
        }
        // What is missing cannot be gone through; what stands in the log itself still can.
        return draft.findings.kept.count == before ? 0 : start
    }

    private func checkBeginning(_ record: ArchiveRecord, _ draft: inout VerifyDraft) throws {
        do {
            try storage.read { log in
                let seal = try log.seal(endingAt: record.last)
                let tree = try HistoryTree(of: log, count: record.last)
                guard tree.root().withBytes({ Array($0) }) == record.root,
                    seal.head.withBytes({ Array($0) }) == record.head
                else {
                    draft.findings.add(
                        """
                        Where the archives end, after event \(record.last), the log is not what its checkpoint, event \
                        \(record.checkpoint), says.
                        """, at: record.last)
                    return
                }
                guard options.checksLedgers else { return }
                var sum = LedgerDigest.empty
                try log.forEachBaseRow { sum.add($0, $1, $2) }
                guard sum.bytes != record.base else { return }
                draft.findings.add(
                    "The ledgers that were put by for event \(record.last) are not what its commit recorded.",
                    at: record.last)
            }
        } catch {
            draft.note(ReadProblem(error, while: .ledgers))
        }
    }
}

extension LedgerDigest {
    /// As they stand in a seal.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.add(first)
        bytes.add(second)
        return bytes
    }
}
