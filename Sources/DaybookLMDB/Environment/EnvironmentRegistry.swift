// POSIX record locks belong to a process and a file, not to a descriptor: when one of two environments on the same
// folder closes its lock file, the kernel drops the locks of both, and the next process to open believes it is
// alone and wipes the reader table under live readers. So each file may be open once in a process, and this
// registry is where that is kept.

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Which file a path leads to, whatever the path is called.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let number: UInt64

    /// The identity of what lies at `path`, or nil if nothing does.
    static func of(_ path: String) -> FileIdentity? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return FileIdentity(
            device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(truncatingIfNeeded: status.st_ino))
    }
}

enum EnvironmentRegistry {
    private static let openFiles = Mutex<Set<FileIdentity>>([])

    /// Runs `open` unless one of the files at `paths` is open in this process already, and registers the files that are
    /// there afterwards. One opening at a time: two threads that create the same folder must not both find it empty.
    static func register<Result: Sendable>(
        _ paths: [String], opening open: () throws(LMDBError) -> Result
    ) throws(LMDBError) -> (result: Result, files: Set<FileIdentity>) {
        try openFiles.withLock { (registered) throws(LMDBError) in
            guard registered.isDisjoint(with: paths.compactMap(FileIdentity.of)) else {
                throw LMDBError(code: LMDBError.alreadyOpenCode, operation: .open)
            }
            let result = try open()
            let files = Set(paths.compactMap(FileIdentity.of))
            registered.formUnion(files)
            return (result, files)
        }
    }

    /// Runs `close` and forgets the files, as one step: the number of a file that was deleted is given to a new one
    /// as soon as the last descriptor is closed.
    static func unregister(_ files: Set<FileIdentity>, closing close: () -> Void) {
        openFiles.withLock { registered in
            close()
            registered.subtract(files)
        }
    }
}
