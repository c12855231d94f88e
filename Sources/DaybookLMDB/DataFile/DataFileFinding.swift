/// What a look at a data file without LMDB found.
package enum DataFileFinding: Equatable, Sendable {
    /// There is no such file.
    case missing
    /// Zero bytes. LMDB would make a new database of it.
    case empty
    /// Not an LMDB data file: neither of its first two pages is marked as one.
    case notADataFile
    /// An LMDB data file that the linked library cannot read.
    case foreign(Format)
    /// One of the two meta pages (0 or 1) is destroyed. LMDB does not open such a file, though the other page may
    /// be good.
    case metaPageDamaged(page: Int, intact: MetaPage)
    /// Both meta pages can be read, and the transactions that they name cannot be those of one file.
    case metaPagesDisagree(UInt64, UInt64)
    /// The file ends before pages that are in use. LMDB would open it and the process would die at the first touch.
    case truncated(neededBytes: UInt64, fileBytes: UInt64, MetaPage)
    /// The system did not let it be read.
    case unreadable(errno: Int32)
    /// Nothing wrong was seen. The page is the newer one.
    case sound(MetaPage)

    package enum Format: Equatable, Sendable {
        case lmdb09
        case lmdb10(dataVersion: UInt32)
        case unknown(dataVersion: UInt32)
        case otherByteOrder
        case otherWordSize
    }

    /// Whether reads before and after a commit, taken together, look like this.
    var mayBeOfTwoCommits: Bool {
        switch self {
        case .truncated, .metaPagesDisagree: true
        default: false
        }
    }

    package var isSound: Bool {
        if case .sound = self { true } else { false }
    }
}

extension DataFileFinding: CustomStringConvertible {
    /// A sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .missing:
            "data.mdb is missing. If this folder held a database, restore it from a backup."
        case .empty:
            "data.mdb is empty (0 bytes). Its content is gone; restore it from a backup."
        case .notADataFile:
            "data.mdb is not an LMDB data file, or its beginning is destroyed. Restore it from a backup."
        case .foreign(let format):
            "data.mdb \(format.sentence)"
        case .metaPageDamaged(let page, let intact):
            """
            Meta page \(page) of data.mdb is destroyed; the other one, of transaction \(intact.transactionID), is \
            intact. \
            Copy the folder before anything else, then restore it from a backup or have it repaired.
            """
        case .metaPagesDisagree(let first, let second):
            """
            A meta page of data.mdb is damaged: the two name transactions \(first) and \(second), which do not fit \
            each other, so nobody can say which is the newest. \
            Copy the folder before anything else, then restore it from a backup or run `daybook recover`.
            """
        case .truncated(let neededBytes, let fileBytes, let meta):
            """
            data.mdb is cut off: transaction \(meta.transactionID) needs \(neededBytes) bytes, the file has \
            \(fileBytes). \
            Restore it from a backup.
            """
        case .unreadable(let errno):
            "data.mdb cannot be read: \(systemMessage(errno))."
        case .sound(let meta):
            "data.mdb is sound as far as its meta pages tell (transaction \(meta.transactionID))."
        }
    }
}

extension DataFileFinding.Format {
    fileprivate var sentence: String {
        let portable = "Export it with a program that can read it, and import the export here."
        return switch self {
        case .lmdb09:
            "was written by LMDB 0.9; this program is linked with LMDB 1.0, which cannot read it. \(portable)"
        case .lmdb10(let dataVersion):
            """
            was written by LMDB 1.0 (data version \(dataVersion)); this program is linked with LMDB 0.9, which \
            cannot read it. \
            \(portable)
            """
        case .unknown(let dataVersion):
            "has data version \(dataVersion), which this program does not know. \(portable)"
        case .otherByteOrder:
            "was written on a machine with the other byte order. \(portable)"
        case .otherWordSize:
            "was written by a 32-bit program. \(portable)"
        }
    }
}
