private import CDaybookLMDB

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Darwin)
    private import Darwin
#endif

/// What LMDB, the operating system or this module refused, and during which operation.
///
/// `code` is LMDB's (−30799 … −30776), an `errno` (positive), or one of this module's own (see
/// `LMDBError+Codes.swift`).
@usableFromInline
package struct LMDBError: Error, Equatable, Sendable {
    package let code: Int32
    package let operation: Operation
    /// What the look at the data file found, when that is why an environment was refused.
    package let finding: DataFileFinding?

    package init(code: Int32, operation: Operation, finding: DataFileFinding? = nil) {
        self.code = code
        self.operation = operation
        self.finding = finding
    }

    /// What was being done when it failed.
    @usableFromInline
    package enum Operation: String, Sendable {
        case open, close, beginRead, beginWrite, get, put, delete, clear, commit, cursor, statistics, grow, copy, reap
        case decode
    }
}

extension LMDBError {
    package var isNotFound: Bool { code == MDB_NOTFOUND }
    package var isKeyExisting: Bool { code == MDB_KEYEXIST }
    package var isMapFull: Bool { code == MDB_MAP_FULL }
    package var isMapResized: Bool { code == MDB_MAP_RESIZED }
    package var isVersionMismatch: Bool { code == MDB_VERSION_MISMATCH }
    package var isCorrupted: Bool { code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND }
    package var isInvalid: Bool { code == MDB_INVALID }
    package var isReadersFull: Bool { code == MDB_READERS_FULL }
    package var isTransactionFull: Bool { code == MDB_TXN_FULL }
    package var isPanic: Bool { code == MDB_PANIC }
    package var isBadTransaction: Bool { code == MDB_BAD_TXN }
    package var isBadSize: Bool { code == MDB_BAD_VALSIZE }

    /// LMDB reports a short write, which is what a full disk looks like to it, as EIO; whether the disk is really
    /// full is for the caller to ask the file system.
    package var isDiskFull: Bool {
        code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO
    }

    /// The error came from the commit itself. Unless `isMapFull` or `isTransactionFull`, nobody can say whether the
    /// transaction will be there after a crash; within this process the environment is dead.
    package var isFromCommit: Bool { operation == .commit }
}
