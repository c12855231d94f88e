internal import DaybookLMDB
internal import DaybookModel

/// What a store says of itself beside its log: its format and identity, and how many rows its databases count.
struct StoreShape {
    private let storage: LMDBStorage

    /// `nil` for a storage that keeps nothing beside the log.
    init?(_ storage: any LogStorage) {
        guard let storage = storage as? LMDBStorage else { return nil }
        self.storage = storage
    }

    func check(_ draft: inout VerifyDraft) {
        do {
            try checkMeta(&draft)
            // Rows that are missing or too many have been named if there are any; counts are held against a log that is
            // whole.
            if draft.findings.isEmpty { try checkCounts(&draft) }
        } catch {
            draft.note(ReadProblem(error, while: .opening))
        }
    }

    private func checkMeta(_ draft: inout VerifyDraft) throws {
        guard let meta = try MetaRows.read(from: storage.environment) else { return }
        if meta.format != MetaRows.currentFormat {
            draft.doubts.add(
                """
                The store has format \(meta.format); this release knows \(MetaRows.currentFormat). Verify it with the \
                release that wrote it.
                """)
        }
        if let problem = storage.ledgersProblem {
            if problem.code == .damaged {
                draft.findings.add(problem.description)
            } else {
                draft.doubts.add("The ledgers were not checked: \(problem.description)")
            }
        } else if meta.ledgers != storage.versions.ledgers {
            draft.doubts.add(
                """
                The store has ledgers' version \(meta.ledgers); this release knows \
                \(storage.versions.ledgers). Verify it with the release that wrote it.
                """)
        }
        if let identity = try? storage.read({ try $0.identity() }), identity != meta.identity {
            draft.findings.add(
                "The log's first event names another store than the rest of data.mdb: parts of two were mixed.",
                at: 1)
        }
    }

    private func checkCounts(_ draft: inout VerifyDraft) throws {
        let (last, first, events, nodes) = try storage.environment.read { transaction in
            var cursor = try transaction.handle.unsafeCursor(storage.databases.events)
            defer { cursor.close() }
            let log = LMDBLogTransaction(transaction.handle, storage.databases, storage.shelf)
            defer { log.end() }
            // What archiving has left behind, or is about to take away.
            let first = try log.firstAtHand
            var before = 0
            var found = try cursor.move(.first)
            while found, try SequenceKey.read(cursor.key) < first {
                before += 1
                found = try cursor.move(.next)
            }
            return (
                try cursor.move(.last) ? try SequenceKey.read(cursor.key) : 0, first,
                try transaction.count(storage.databases.events) - before, try transaction.count(storage.databases.nodes)
            )
        }
        if UInt64(events) != last + 1 - first {
            draft.findings.add(
                "The database `events` counts \(events) rows from event \(first) on and ends with event \(last).",
                at: last)
        }
        let expected = HistoryTree.storedNodeCount(last)
        if UInt64(nodes) != expected {
            draft.findings.add("The database `nodes` counts \(nodes) rows; \(last) events make \(expected).", at: last)
        }
    }
}

extension HistoryTree {
    /// How many nodes are stored for so many events.
    static func storedNodeCount(_ events: UInt64) -> UInt64 {
        (lowestStoredLevel..<levelsMax).reduce(0) { $0 + events >> UInt64(4 * $1) }
    }
}
