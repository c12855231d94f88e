internal import DaybookModel

extension LMDBStorage {
    /// Copies the archives into the folder `archive` of a store that is being made, and flushes them. On the way each
    /// is held against the digest of what was archived. One that is not there or is another ends the copy, unless it
    /// may do without: then what is wrong with those left out is answered, a sentence for each.
    func copyArchives(
        to folder: FolderDescriptor, mayLackSome: Bool, _ control: CopyControl
    ) throws -> [String] {
        let records = try read { log in try ArchiveRows.chain(through: log.archivedThrough, in: log) }
        guard !records.isEmpty else { return [] }
        // Files may have been exchanged since they were opened.
        shelf.reopen()
        let target = try folder.folder(ArchiveShelf.folderName)
        var leftOut: [String] = []
        for (place, record) in records.enumerated() {
            control.progress(
                CopyProgress(phase: .archives, position: UInt64(place), total: UInt64(records.count)))
            do {
                try copy(record, to: target, control)
            } catch let error as LogError where error.code == .notFound || error.code == .damaged {
                guard mayLackSome else { throw LMDBStorage.incomplete(error) }
                try target.remove(ArchiveShelf.name(record.first, record.last))
                leftOut.append(error.description)
            }
        }
        try target.flush()
        try folder.flush()
        return leftOut
    }

    private func copy(_ record: ArchiveRecord, to target: FolderDescriptor, _ control: CopyControl) throws {
        let archive = try shelf.archive(record)
        let name = ArchiveShelf.name(record.first, record.last)
        try target.remove(name)
        let copy = try target.openFile(name, .toMake)
        let sha = Sha256()
        sha.begin()
        try archive.forEachPiece { (bytes, offset) throws(LogError) in
            try control.requireGoingOn()
            bytes.withUnsafeBytes { sha.add($0) }
            try copy.write(bytes, at: UInt64(offset))
        }
        guard sha.end().withBytes({ Array($0) }) == record.digest else { throw archive.isAnother(than: record) }
        try copy.flush()
    }

    private static func incomplete(_ error: LogError) -> LogError {
        LogError(
            .unusable,
            """
            A copy would not be whole. \(error.description) To go on without archives that cannot be copied, say so \
            with --allow-missing.
            """, at: error.sequence)
    }
}

extension ArchiveFile {
    /// Its digest is not that of what was archived.
    func isAnother(than record: ArchiveRecord) -> LogError {
        LogError(
            .damaged, "\(path) is not what was archived: its digest is another. Put the right one in its place.",
            at: record.first)
    }
}
