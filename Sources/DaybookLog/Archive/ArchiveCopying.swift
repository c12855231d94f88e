internal import DaybookModel

extension LMDBStorage {
    /// Copies the archives that are there into the folder `archive` of a store that is being made, and flushes them.
    func copyArchives(to folder: FolderDescriptor, _ control: CopyControl) throws {
        let records = try read { log in
            try ArchiveRows.chain(through: log.archivedThrough, in: log)
        }
        guard !records.isEmpty else { return }
        let target = try folder.folder(ArchiveShelf.folderName)
        for record in records {
            let archive: ArchiveFile
            do {
                archive = try shelf.archive(record)
            } catch let error as LogError where error.code == .notFound {
                // The copy lacks what the store itself lacks, and knows it.
                continue
            }
            let name = ArchiveShelf.name(record.first, record.last)
            try target.remove(name)
            let copy = try target.openFile(name, .toMake)
            try archive.forEachPiece { (bytes, offset) throws(LogError) in
                try control.requireGoingOn()
                try copy.write(bytes, at: UInt64(offset))
            }
            try copy.flush()
        }
        try target.flush()
        try folder.flush()
    }
}
