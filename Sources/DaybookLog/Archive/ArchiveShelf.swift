internal import DaybookModel
internal import Synchronization

/// The archives of a store: which of them are there, and their events as if they still stood in the log.
package final class ArchiveShelf: Sendable {
    /// The store's own folder.
    private let store: String
    private let open = Mutex<[SequenceNumber: ArchiveFile]>([:])

    static let folderName = "archive"

    init(store: String) {
        self.store = store
    }

    static func name(_ first: SequenceNumber, _ last: SequenceNumber) -> String {
        func padded(_ number: SequenceNumber) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        }
        return "events-\(padded(first))-\(padded(last)).archive"
    }

    /// The archive that a record tells of; throws if it is not there, or is another one.
    func archive(_ record: ArchiveRecord) throws -> ArchiveFile {
        if let known = open.withLock({ $0[record.first] }) { return known }
        let name = ArchiveShelf.name(record.first, record.last)
        let folder: FolderDescriptor
        do {
            folder = try FolderDescriptor(opening: "\(store)/\(ArchiveShelf.folderName)")
            guard try folder.status(of: name) != nil else { throw ArchiveShelf.missing(record) }
        } catch {
            throw ArchiveShelf.missing(record)
        }
        let file = try ArchiveFile(folder, name)
        guard file.header.first == record.first, file.header.last == record.last, file.header.head == record.head else {
            throw LogError(
                .damaged,
                "\(file.path) is an archive of another log, or of another part of it. Put the right one in its place.",
                at: record.first)
        }
        open.withLock { $0[record.first] = file }
        return file
    }

    /// Takes away the archives of a store that did not come to be.
    static func clear(in folder: FolderDescriptor) throws(LogError) {
        guard try folder.status(of: folderName) != nil else { return }
        let archives = try folder.existingFolder(folderName)
        for name in try archives.entries() { try archives.remove(name) }
        try folder.removeFolder(folderName)
    }

    /// Forgets what is open: files may have been exchanged.
    package func reopen() { open.withLock { $0 = [:] } }

    static func missing(_ record: ArchiveRecord) -> LogError {
        LogError(
            .notFound,
            """
            Events \(record.first) to \(record.last) are in the archive \(name(record.first, record.last)), which is \
            not in the store's folder `\(folderName)`. Put it back to look at them.
            """, at: record.first)
    }

    func with<R>(
        _ sequence: SequenceNumber, _ record: ArchiveRecord, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        try archive(record).block(with: sequence).with(sequence, body)
    }

    /// Calls `body` with the events of an archive from `first` through `last`, for as long as it answers true. False if
    /// it did not.
    func events(
        from first: SequenceNumber, through last: SequenceNumber, _ record: ArchiveRecord,
        _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        let file = try archive(record)
        var next = first
        while next <= last {
            let block = try file.block(with: next)
            let end = min(last, block.last)
            while next <= end {
                guard try block.with(next, { try body(next, $0) }) else { return false }
                next += 1
            }
        }
        return true
    }

    func eventsBackward(
        from last: SequenceNumber, _ record: ArchiveRecord,
        _ body: (SequenceNumber, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        let file = try archive(record)
        var next = last
        while next >= record.first {
            let block = try file.block(with: next)
            while next >= block.first {
                guard try block.with(next, { try body(next, $0) }) else { return false }
                next -= 1
            }
        }
        return true
    }
}
