internal import DaybookLMDB
package import DaybookModel

/// An archive that the store tells of.
package struct ArchiveStanding: Equatable, Sendable {
    package enum State: String, Sendable {
        case there
        /// Its file is not in the folder `archive`.
        case missing
        /// Its file is damaged, or is another archive.
        case damaged
    }

    package let record: ArchiveRecord
    package let name: String
    package let state: State
    /// Nil if it is not there.
    package let byteCount: Int?
    /// What is wrong with it, if anything.
    package let remark: String
}

extension StoreFolder {
    /// Moves the events before `bound` to an archive, as far as they are not in one. Nil if there are none.
    package func archive(
        before bound: ArchiveBound, by actor: Actor, now: @escaping () -> Instant,
        _ control: CopyControl = CopyControl(), step: @escaping (Int) throws -> Void = { _ in }
    ) throws(LogError) -> ArchiveSummary? {
        let place = try folder.folder(ArchiveShelf.folderName)
        try folder.flush()
        let busy = "The log in \(path) is being archived"
        return try FolderLock.with(place, patienceMilliseconds: 0, busy: busy) { () throws(LogError) in
            var control = control
            control.remains = "nothing was archived"
            let archiving = Archiving(
                storage: storage, identity: identity, folder: place, actor: actor, now: now, control: control,
                step: step)
            do {
                return try archiving.run(before: bound)
            } catch {
                throw LogError(error, doing: "archive a part of the log of \(path)")
            }
        }
    }

    /// Every archive there ever was, the oldest first, and whether its file is there; if `byDigest`, also whether it is
    /// what was archived, for which it is read whole.
    package func archives(byDigest: Bool = false) throws -> [ArchiveStanding] {
        storage.shelf.reopen()
        return try storage.read { log in
            let last = try log.archivedThrough
            return try ArchiveRows.chain(through: last, in: log).map { record in
                let name = ArchiveShelf.name(record.first, record.last)
                do {
                    let file = try storage.shelf.archive(record)
                    if byDigest, try file.digest() != record.digest { throw file.isAnother(than: record) }
                    return ArchiveStanding(
                        record: record, name: name, state: .there, byteCount: file.byteCount, remark: "")
                } catch let error as LogError {
                    let state: ArchiveStanding.State = error.code == .notFound ? .missing : .damaged
                    return ArchiveStanding(
                        record: record, name: name, state: state, byteCount: nil, remark: error.description)
                }
            }
        }
    }
}
