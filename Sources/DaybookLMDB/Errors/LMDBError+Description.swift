internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LMDBError: CustomStringConvertible {
    @usableFromInline package var description: String {
        "\(operation.phrase): \(finding.map(String.init(describing:)) ?? ownSentence ?? librarySentence) (code \(code))"
    }

    private var ownSentence: String? {
        switch code {
        case Self.environmentDeadCode:
            """
            an earlier commit failed in a way that leaves its outcome open, so this environment is no longer used. \
            Close it, \
            look after the disk, and open it again
            """
        case Self.environmentClosedCode:
            "the environment is closed"
        case Self.alreadyOpenCode:
            """
            this folder is open in this process already. Use that environment, or close it first: a second one \
            would cost \
            both their locks
            """
        case Self.nestedWriteCode:
            "this thread is inside a write transaction already. Use that transaction"
        case Self.readOnlyCode:
            "the environment was opened for reading only"
        case Self.growthBlockedCode:
            """
            the map must grow, which takes a moment without open transactions in this process, and there was none. \
            End the \
            transaction that this thread, or a stuck one, holds open, and try again
            """
        case Self.malformedValueCode:
            "a stored row is not of the form that this program reads"
        case Self.fileMissingCode:
            "data.mdb is missing, and creating it was not allowed. Is this the right folder?"
        case Self.fileSystemWritableCode:
            """
            reading without a lock is only correct where nothing can write, and this file system is writable. Open it \
            read-only, with the lock
            """
        default:
            nil
        }
    }

    private var librarySentence: String {
        switch code {
        case MDB_NOTFOUND: "there is no such row"
        case MDB_KEYEXIST: "there is such a row already, or the key appended is not the greatest"
        case MDB_MAP_FULL: "the map is full and the address space holds no larger one. Raise the limit (ulimit -v)"
        case MDB_READERS_FULL:
            """
            all reader slots are taken. Look for stuck readers with `mdb_stat -r`; a larger readersMax counts once \
            no process \
            has the folder open
            """
        case EAGAIN:
            """
            another process with the same process number has the folder open. Do two containers, each with process \
            numbers \
            of its own, share it? They must not
            """
        case MDB_BAD_VALSIZE: "a key must have 1 to 511 bytes"
        case MDB_BAD_DBI: "the database is one of another environment"
        case MDB_BAD_TXN: "the transaction failed earlier and cannot go on"
        case MDB_TXN_FULL: "the transaction changes too many pages. Split it"
        case MDB_DBS_FULL: "more databases than databasesMax allows"
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND:
            "the data file is damaged: \(libraryMessage). Verify it, and restore it from a backup"
        case MDB_INVALID:
            """
            data.mdb or lock.mdb is not what LMDB expects. If data.mdb is sound and no process has the folder open, \
            delete \
            lock.mdb
            """
        case MDB_VERSION_MISMATCH:
            "lock.mdb or data.mdb belongs to another version of LMDB than \(LinkedLibrary.version)"
        case MDB_PANIC: "LMDB gave up after a failed write of its meta page. Close the environment and open it again"
        case EIO: "the disk failed, or is full (LMDB reports a short write this way). Look at free space first"
        case ENOMEM where operation == .open:
            "there is not enough address space for the map. Raise the limit (ulimit -v)"
        case ENOENT where operation == .open: "the folder is missing. Create it first"
        case EACCES where operation == .open:
            "no permission for the folder or one of its files (a reader writes lock.mdb too)"
        default: code > 0 ? systemMessage(code) : libraryMessage
        }
    }

    private var libraryMessage: String {
        guard let message = unsafe mdb_strerror(code) else { return "unknown error" }
        return unsafe String(cString: message)
    }
}

extension LMDBError.Operation {
    /// What could not be done, to begin a sentence with.
    fileprivate var phrase: String {
        switch self {
        case .open: "Cannot open the environment"
        case .close: "Cannot close the environment"
        case .beginRead: "Cannot begin to read"
        case .beginWrite: "Cannot begin to write"
        case .get: "Cannot look up a row"
        case .put: "Cannot put a row"
        case .delete: "Cannot delete a row"
        case .clear: "Cannot clear a database"
        case .commit: "Cannot commit"
        case .cursor: "Cannot move in a database"
        case .statistics: "Cannot take statistics"
        case .grow: "Cannot grow the map"
        case .copy: "Cannot copy the environment"
        case .reap: "Cannot free the slots of dead readers"
        case .decode: "Cannot decode a row"
        }
    }
}

/// The system's own words for an `errno`.
func systemMessage(_ errno: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    _ = unsafe strerror_r(errno, &buffer, buffer.count)
    return unsafe buffer.withUnsafeBufferPointer { unsafe String(cString: $0.baseAddress!) }
}
