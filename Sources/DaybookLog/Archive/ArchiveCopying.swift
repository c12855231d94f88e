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

/// The events of all archives that lie in a damaged store's folder, in order. What cannot be read is passed over.
struct ArchivedEvents {
    private var files: [ArchiveFile] = []
    private var place = 0
    private var following: SequenceNumber = 0
    private var block: ArchiveBlock?
    /// The last event that any of them has.
    let last: SequenceNumber

    init(of store: FolderDescriptor) {
        if let folder = try? store.existingFolder(ArchiveShelf.folderName), let names = try? folder.entries() {
            files = names.filter { $0.hasSuffix(".archive") }.compactMap { try? ArchiveFile(folder, $0) }
                .sorted { $0.header.first < $1.header.first }
        }
        last = files.map(\.header.last).max() ?? 0
        following = files.first?.header.first ?? 0
    }

    mutating func next() -> (sequence: SequenceNumber, value: [UInt8])? {
        while place < files.count {
            let file = files[place]
            following = max(following, file.header.first)
            guard following <= file.header.last else {
                place += 1
                block = nil
                continue
            }
            if block.map({ following > $0.last }) ?? true {
                block = try? file.block(with: following)
            }
            defer { following += 1 }
            guard let block, following >= block.first, following <= block.last else { continue }
            let value = block.with(following) { Array($0) }
            guard value.withUnsafeBytes({ EventChecksum.matches($0, at: following) }) else { continue }
            return (following, value)
        }
        return nil
    }
}
