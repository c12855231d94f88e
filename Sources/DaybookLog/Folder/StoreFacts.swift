internal import DaybookLMDB

/// What a store says of itself to whoever looks after it: versions, sizes, readers. Not for every turn: it counts
/// the free pages.
package struct StoreFacts: Sendable {
    /// Somebody who may read the store, and how far behind the snapshot is that he holds open.
    package struct Reader: Sendable {
        package let processID: Int32
        /// Commits made since the snapshot that he holds; `nil` while he holds none.
        package let commitsBehind: UInt64?
    }

    /// One of the databases in `data.mdb`.
    package struct Table: Sendable {
        package let name: String
        package let rows: Int
        package let pages: Int
    }

    package let format: UInt32
    package let ledgersVersion: UInt32
    package let libraryVersion: String
    /// LMDB's flags as they are in force.
    package let flags: [String]
    package let mapSizeBytes: Int
    package let fileSizeBytes: Int
    /// Up to the end of the last page in use.
    package let usedBytes: Int
    /// Pages within it that hold nothing and are used again.
    package let freePages: Int
    package let pageSizeBytes: Int
    /// What the disk has left.
    package let diskFreeBytes: Int
    /// Whether there is too little left for a small job to be enqueued. An engine knows this of itself.
    package var refusesNewWork: Bool
    package let readersMax: Int
    package let readers: [Reader]
    package let tables: [Table]

    /// Who holds the oldest snapshot, if it is older than the newest commit.
    package var oldestReader: (processID: Int32, commitsBehind: UInt64)? {
        let behind = readers.compactMap { reader in reader.commitsBehind.map { (reader.processID, $0) } }
        return behind.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0 : nil }
    }

    /// Flags with which an acknowledged job can be lost. None of them is ever set by Daybook.
    package var flagsThatLose: [String] {
        flags.filter { ["NOSYNC", "NOMETASYNC", "MAPASYNC", "WRITEMAP", "NOLOCK"].contains($0) }
    }
}

extension StoreFolder {
    package func facts() throws(LogError) -> StoreFacts {
        do {
            let environment = storage.environment
            guard let meta = try MetaRows.read(from: environment) else {
                throw LogError(.damaged, "\(path)/data.mdb does not name its format. See `daybook recover`.")
            }
            let info = try environment.info()
            let free = DiskSpace.freeBytes(environment.directory)
            // What engines have secured lies behind the pages in use, and is no part of what is free. The last page of
            // it may be theirs in part only.
            let end = DiskSpace.allocatedBytes("\(path)/\(StoreFile.data)") - info.pageSizeBytes
            let secured = max(0, end - info.usedBytes)
            return StoreFacts(
                format: meta.format, ledgersVersion: meta.ledgers, libraryVersion: info.libraryVersion,
                flags: info.flags,
                mapSizeBytes: info.mapSizeBytes, fileSizeBytes: info.fileSizeBytes, usedBytes: info.usedBytes,
                freePages: info.freePages, pageSizeBytes: info.pageSizeBytes,
                diskFreeBytes: free,
                refusesNewWork: secured + free < DiskReserve.leastForNewBytes(usedBytes: info.usedBytes),
                readersMax: info.readersMax,
                readers: info.readers.map { StoreFacts.Reader($0, at: info.lastTransactionID) },
                tables: try tables(in: environment))
        } catch {
            throw LogError(error, doing: "look at the store in \(path)")
        }
    }

    private func tables(in environment: LMDBEnvironment) throws -> [StoreFacts.Table] {
        try environment.read { transaction in
            var tables: [StoreFacts.Table] = []
            for name in LogDatabases.names {
                guard let database = environment.database(name) else { continue }
                let found = try transaction.statistics(database)
                tables.append(
                    StoreFacts.Table(
                        name: name, rows: found.rows, pages: found.branchPages + found.leafPages + found.overflowPages))
            }
            return tables
        }
    }
}

extension StoreFacts.Reader {
    fileprivate init(_ reader: ReaderInfo, at last: UInt64) {
        processID = reader.pid
        commitsBehind = reader.transactionID.map { last - min($0, last) }
    }
}
