// A backup is built in a folder beside its place, `DEST.unfinished`, and gets its name in one step when it is whole,
// verified and flushed. So a folder of that name is always a complete store; what an interrupted backup left is
// cleared by the next one.

internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension StoreFolder {
    /// Copies the store to `destination`, a folder that is not there yet or empty, while others go on writing. The
    /// copy is a complete store with the same identity, as of one commit, and is verified before it gets its name.
    ///
    ///     let summary = try folder.backUp(to: "/mnt/backups/2026-07-01")
    ///
    /// Archives are copied too. One that is missing or damaged ends it, unless it `mayLackArchives`. Keys are left out
    /// unless it is asked for them: with them, whoever has the copy can read everything.
    package func backUp(
        to destination: String, withKeys: Bool = false, mayLackArchives: Bool = false,
        _ control: CopyControl = CopyControl()
    ) throws(LogError) -> CopySummary {
        try OutsideFolder.require(destination, of: path, why: "is lost with that")
        let keys = withKeys ? try keysToCopy() : nil
        let place = try BackupPlace(destination)
        return try place.fill { (unfinished) throws(LogError) in
            do {
                let summary = try copy(to: unfinished, mayLackArchives, control)
                // Every key is kept safe before an event needs it, so those are there that the copy needs.
                try keys?.copy(to: unfinished)
                return summary
            } catch {
                throw LogError(copying: error, to: unfinished.path, doing: "back up \(path) to \(destination)")
            }
        }
    }

    private func copy(
        to folder: FolderDescriptor, _ mayLackArchives: Bool, _ control: CopyControl
    ) throws -> CopySummary {
        let target = try StoreFiles(folder: folder, options: Options()).openEnvironment(
            .readWrite, isBeingMade: true, durability: .scratch)
        defer { target.close() }
        let pace = CopyPace(wake)
        let copy = StoreCopy(source: storage.environment, target: target, control: control, pace: pace) {
            try folder.openFile(StoreFile.data, .toChange).flush()
        }
        _ = try copy.run()
        let leftOut = try storage.copyArchives(to: folder, mayLackSome: mayLackArchives, control)
        let report = try CopyCheck(control: control, pace: pace).verify(
            try LMDBStorage(target, turnstile: nil, versions: storage.versions))
        let byteCount = try target.usedBytes()
        target.close()
        try folder.remove(StoreFile.lock)
        try folder.openFile(StoreFile.data, .toChange).flush()
        try IdentityFile(identity: identity).write(StoreFile.identity, in: folder)
        return CopySummary(report, identity: identity, byteCount: byteCount, archivesLeftOut: leftOut)
    }
}

/// Where a backup is to be.
private struct BackupPlace {
    let path: String
    private var unfinishedPath: String { path + ".unfinished" }
    private static let names = [StoreFile.data, StoreFile.lock, StoreFile.identity]

    init(_ destination: String) throws(LogError) {
        var path = destination
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        var found = stat()
        guard lstat(path, &found) == 0 else {
            guard errno == ENOENT else { throw LogError(errno: errno, doing: "look at \(path)") }
            return
        }
        let isEmpty = found.st_mode & S_IFMT == S_IFDIR ? try FolderDescriptor(opening: path).entries().isEmpty : false
        guard isEmpty else {
            throw LogError(.badInput, "There is something in \(path) already; name a folder that is new or empty.")
        }
    }

    func fill<R>(_ body: (FolderDescriptor) throws(LogError) -> R) throws(LogError) -> R {
        if mkdir(unfinishedPath, 0o700) != 0 {
            guard errno == EEXIST else { throw LogError(errno: errno, doing: "create the folder \(unfinishedPath)") }
        }
        let folder = try FolderDescriptor(opening: unfinishedPath)
        // Another backup to the same place would hold it.
        return try FolderLock.with(folder, patienceMilliseconds: 0, busy: "A backup to \(path) is being made") {
            () throws(LogError) in
            try clear(folder)
            do throws(LogError) {
                try folder.setMode(0o700)
                let result = try body(folder)
                try folder.flush()
                guard rename(unfinishedPath, path) == 0 else {
                    throw LogError(errno: errno, doing: "give the backup its name \(path)")
                }
                try folder.flushParent()
                return result
            } catch {
                // What cannot be cleared now is cleared by the next backup to this place.
                try? clear(folder)
                rmdir(unfinishedPath)
                throw error
            }
        }
    }

    private func clear(_ folder: FolderDescriptor) throws(LogError) {
        for name in BackupPlace.names { try folder.remove(name) }
        try ArchiveShelf.clear(in: folder)
        try KeyFolder.clear(in: folder)
    }
}
