internal import DaybookLMDB
internal import DaybookModel

/// Makes ledgers from a log in databases that nobody reads yet.
struct LedgerMaking {
    /// The log.
    let source: LMDBStorage
    /// Where the ledgers come to stand, with the same log.
    let target: LMDBStorage
    let beside: LogDatabases
    let control: CopyControl
    let step: (Int) throws -> Void

    struct Made {
        let last: SequenceNumber
        let rows: UInt64
        let digest: LedgerDigest
    }

    private static let eventsAtOnce = 65_536
    /// So many bytes of rows go into one transaction.
    private static let pieceBytes = 4 << 20

    func run() throws -> Made {
        let (archived, last) = try source.read { (try $0.archivedThrough, try $0.last) }
        let fold = LedgerFold(FoldLedgers(.everything))
        if archived > 0 {
            try advance(fold, through: archived, of: last)
            try putBase(fold.ledgers, archived)
        }
        try advance(fold, through: last, of: last)
        guard !fold.metUnknownKind else {
            throw LogError(
                .unusable,
                """
                The log has events that this release does not know, so it cannot make the ledgers from it. Use the \
                newer release that wrote them.
                """)
        }
        let rows = try putRows(fold.ledgers)
        // What has come to the disk, not what was handed over, is held against the fold.
        let sum = try target.read { log in
            try LedgerSum(of: log, at: last) {
                control.progress(CopyProgress(phase: .checking, position: $0.position, total: rows))
            }
        }
        guard sum.rows == fold.ledgers.digest else {
            throw LogError(.damaged, "The new ledgers are not what the log makes of them. Nothing was changed.")
        }
        return Made(last: last, rows: rows, digest: sum.rows)
    }

    private func advance(_ fold: LedgerFold, through end: SequenceNumber, of last: SequenceNumber) throws {
        var hasMore = fold.last < end
        while hasMore {
            try control.requireGoingOn()
            control.progress(CopyProgress(phase: .rebuilding, position: fold.last, total: last))
            do {
                hasMore = try source.read { log in
                    try fold.read(log, through: end, atMost: LedgerMaking.eventsAtOnce)
                }
            } catch  where !(error is LogError) {
                throw LogError(
                    .damaged,
                    """
                    Event \(fold.last + 1) cannot be posted to the ledgers: \(FoldCheck.sentence(error)) Run \
                    `daybook log verify`.
                    """, at: fold.last + 1)
            }
        }
        try fold.post()
    }

    private func putBase(_ ledgers: FoldLedgers, _ archived: SequenceNumber) throws {
        var piece: UInt32 = 0
        try ledgers.forEachPiece(byteCount: BaseRows.pieceBytes) { rows in
            try control.requireGoingOn()
            try target.write { try ($0 as? LMDBLogTransaction)?.putBase(archived, piece, rows) }
            piece += 1
            try step(2)
        }
    }

    private func putRows(_ ledgers: FoldLedgers) throws -> UInt64 {
        var count: UInt64 = 0
        try ledgers.forEachPiece(byteCount: LedgerMaking.pieceBytes) { rows in
            try control.requireGoingOn()
            control.progress(CopyProgress(phase: .ledgers, position: count, total: 0))
            var inPiece: UInt64 = 0
            try target.environment.write { transaction in
                inPiece = 0
                let handle = transaction.handle
                try BaseRows.forEach(in: rows) { table, key, value in
                    try handle.put(try beside[table], key, value, .append)
                    inPiece += 1
                }
            }
            count += inPiece
            try step(2)
        }
        return count
    }
}
