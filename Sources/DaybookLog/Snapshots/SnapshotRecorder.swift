// Taking snapshots while a fold passes by, and seeing to it that there are not too many.
//
// One fold at a time does that, under `flock` on the folder of the snapshots; any other goes by without. Whoever reads
// needs no lock: files appear under their names when they are complete, and stay as they are until they are taken away.

internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Takes the snapshots of one fold. It has the folder's lock until the end of its life. Not Sendable.
final class SnapshotRecorder {
    /// The snapshot taken last, or that the fold began with.
    private(set) var mark: LogMark
    private let shelf: SnapshotShelf
    private let folder: FolderDescriptor
    private let eventsBetween: UInt64

    /// Nil if another fold takes snapshots at this moment, or none can be taken.
    fileprivate init?(
        _ shelf: SnapshotShelf, from mark: LogMark, through end: SequenceNumber, _ storage: any LogStorage
    ) {
        guard let folder = shelf.makeFolder(), flock(folder.number, LOCK_EX | LOCK_NB) == 0 else { return nil }
        self.shelf = shelf
        self.folder = folder
        self.mark = mark
        eventsBetween = shelf.limits.eventsBetween(in: end)
        guard (try? tidy(storage)) != nil, isReachable else { return nil }
    }

    /// Whether a snapshot is to be taken where the fold stands.
    func isDue(_ fold: LedgerFold) -> Bool {
        guard fold.isAtCommitEnd, fold.last > mark.sequence else { return false }
        return fold.last - mark.sequence >= eventsBetween
            || fold.ledgers.changed?.count ?? 0 >= shelf.limits.changedRowsMax
    }

    /// Takes a snapshot of where the fold stands. False if that did not come about, and no other is to be taken on the
    /// way.
    func take(_ fold: LedgerFold, of storage: any LogStorage) -> Bool {
        do {
            // Another release may know what this one passed over.
            guard !fold.metUnknownKind, mark == .beginning || fold.ledgers.changed != nil,
                let header = try header(fold, storage)
            else { throw Full() }
            try write(header) { try fold.ledgers.write(all: header.isWhole, to: &$0) }
            fold.ledgers.changed = ChangedRows()
            mark = header.mark
            try SnapshotThinning(shelf, folder).run(keeping: SnapshotName(header))
            guard isReachable else { throw Full() }
            return true
        } catch {
            // It was to be quicker the next time: that is not worth failing for.
            fold.ledgers.changed = nil
            return false
        }
    }

    /// There is no room for more, or no use.
    struct Full: Error {}

    private func header(_ fold: LedgerFold, _ storage: any LogStorage) throws -> SnapshotHeader? {
        let last = fold.last
        guard let seal = try storage.stored.read({ try $0.event(last) { Seal(of: $0) } ?? nil }) else { return nil }
        let header = SnapshotHeader(
            identity: shelf.identity, base: mark, mark: LogMark(sequence: last, head: seal.head), latest: fold.latest,
            digest: fold.ledgers.digest)
        // What the log does not vouch for would be refused anyway.
        return SnapshotShelf.isIn(storage, header) ? header : nil
    }

    private func write(_ header: SnapshotHeader, _ rows: (inout SnapshotWriter) throws -> Void) throws {
        guard DiskSpace.freeBytes(folder.path) >= shelf.limits.freeBytesMin else { throw Full() }
        try shelf.write(header, in: folder, rows)
    }

    /// Whether what the fold goes on from is still there.
    private var isReachable: Bool {
        guard mark != .beginning else { return true }
        guard let names = try? SnapshotShelf.names(in: folder) else { return false }
        let chains = SnapshotChains(names)
        guard let last = chains.path(to: mark.sequence).last else { return false }
        return shelf.header(last, in: folder)?.mark == mark
    }

    /// Takes away what is of no use to anybody: files that were not finished, are damaged, of another log, or go on
    /// from one that is not there.
    private func tidy(_ storage: any LogStorage) throws {
        var useless = shelf.takeUseless()
        for entry in try folder.entries() where entry.hasSuffix(SnapshotName.unfinished) {
            guard SnapshotName(String(entry.dropLast(SnapshotName.unfinished.count))) != nil else { continue }
            try folder.remove(entry)
        }
        let names = Set(try SnapshotShelf.names(in: folder))
        for name in names {
            guard let header = shelf.header(name, in: folder), SnapshotShelf.isIn(storage, header) else {
                useless.insert(name)
                continue
            }
        }
        let chains = SnapshotChains(names.subtracting(useless))
        for name in names where useless.contains(name) || !chains.contains(name.to) { try folder.remove(name.text) }
    }
}

extension SnapshotShelf {
    /// Takes snapshots of a fold on its way through `end`; nil if there is nothing to take, or no place for it.
    func recorder(
        goingOnFrom mark: LogMark, in fold: LedgerFold, through end: SequenceNumber, of storage: any LogStorage
    ) -> SnapshotRecorder? {
        guard end > mark.sequence else { return nil }
        let way = end - mark.sequence
        if mark == .beginning {
            // The first snapshot has all rows, whatever has changed.
            return way >= limits.eventsBetween ? SnapshotRecorder(self, from: mark, through: end, storage) : nil
        }
        guard way >= limits.eventsBetween / 8, fold.ledgers.changed != nil else { return nil }
        let recorder = SnapshotRecorder(self, from: mark, through: end, storage)
        if recorder == nil { fold.ledgers.changed = nil }
        return recorder
    }

    /// Writes a file and puts it in its place.
    func write(
        _ header: SnapshotHeader, in folder: FolderDescriptor, _ rows: (inout SnapshotWriter) throws -> Void
    ) throws {
        let name = SnapshotName(header).text
        let unfinished = name + SnapshotName.unfinished
        try folder.remove(unfinished)
        do {
            var writer = SnapshotWriter(try folder.openFile(unfinished, .toMake), header)
            try rows(&writer)
            try writer.finish()
            try owner.take([unfinished], in: folder)
            try folder.rename(unfinished, to: name)
        } catch {
            try? folder.remove(unfinished)
            throw error
        }
    }
}
