// What the operating system and LMDB say, turned into sentences for whoever has to do something about it.

internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LogError {
    /// The system refused something; `action` completes "cannot …".
    init(errno code: Int32, doing action: String) {
        switch code {
        case EMFILE, ENFILE:
            self.init(
                .unusable,
                "Cannot \(action): too few file descriptors. Raise the limit (ulimit -n) or close what is not needed.")
        case EACCES, EPERM:
            self.init(
                .unusable, "Cannot \(action): no permission. Run as the owner of the folder, or give the owner access.")
        case EROFS:
            self.init(
                .unusable,
                "Cannot \(action): the file system is read-only. Commands that only read work; to write, remount it.")
        case ENOSPC, EDQUOT:
            self.init(.diskFull, "Cannot \(action): the disk is full. Free some space and try again.")
        case EFBIG:
            self.init(
                .diskFull,
                "Cannot \(action): a file would be larger than files may be here. Raise the limit (ulimit -f).")
        case ENOMEM:
            self.init(
                .unusable,
                "Cannot \(action): not enough memory or address space. Raise the limit (ulimit -v) or free some.")
        case ELOOP:
            self.init(
                .unusable,
                "Cannot \(action): it is a symbolic link, which could lead anywhere. Replace it by a real file.")
        default:
            self.init(.unusable, "Cannot \(action): \(systemMessage(code)) (errno \(code)). See to it and try again.")
        }
    }

    /// Whatever was thrown below this module, as an error of the log.
    init(_ error: any Error, doing action: String) {
        switch error {
        case let error as LogError: self = error
        case let error as LMDBError: self.init(error, doing: action)
        case is LedgerError, is EventDamage:
            self.init(
                .damaged,
                "Cannot \(action), because of damage: \(FoldCheck.sentence(error)) Run `daybook log verify`.")
        default: self.init(.unusable, "Cannot \(action): \(error).")
        }
    }

    /// A write that failed. What came from the commit itself may have reached the disk or not, and nobody can say
    /// before the store has been opened anew; anything else has changed nothing.
    init(writing error: LMDBError, to path: String) {
        let shortage = error.isDiskFull ? DiskSpace.shortage(of: path) : nil
        if error.isFromCommit, !error.isMapFull, !error.isTransactionFull {
            self.init(
                .unknownOutcome,
                """
                A commit to \(path) failed on its way to the disk\(shortage?.clause ?? ""), and it may be \
                there or not: \(systemMessage(error.code)). Open the store anew and look before doing it again.
                """)
        } else if error.isEnvironmentDead {
            self.init(
                .unusable,
                "\(path) is no longer written by this process, since an earlier commit failed. Open the store anew.")
        } else if let shortage {
            self.init(errno: shortage.code, doing: "write to \(path)")
        } else {
            self.init(error, doing: "write to \(path)")
        }
    }

    init(_ error: LMDBError, doing action: String) {
        if let finding = error.finding {
            self.init(finding, doing: action)
        } else if error.isCorrupted {
            self.init(.damaged, "Cannot \(action): \(error). Run `daybook log verify`; see `daybook recover`.")
        } else if error.code > 0 {
            self.init(errno: error.code, doing: action)
        } else {
            self.init(.unusable, "Cannot \(action): \(error).")
        }
    }
}

extension LogError {
    /// What a look at `data.mdb` found wrong.
    init(_ finding: DataFileFinding, doing action: String) {
        switch finding {
        case .foreign:
            self.init(.unusable, "Cannot \(action): \(finding)")
        case .unreadable(let code):
            self.init(errno: code, doing: action)
        case .missing, .empty, .notADataFile, .metaPageDamaged, .metaPagesDisagree, .truncated, .sound:
            self.init(.damaged, "Cannot \(action): \(finding)")
        }
    }
}

/// The system's own words for an `errno`.
func systemMessage(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    _ = strerror_r(code, &buffer, buffer.count)
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
