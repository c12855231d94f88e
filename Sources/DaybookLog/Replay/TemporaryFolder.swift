internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where temporary files go: what does not fit into memory and can be made again.
package enum TemporaryFolder {
    package static var path: String {
        guard let named = getenv("TMPDIR") else { return "/tmp" }
        let path = String(cString: named)
        return path.isEmpty ? "/tmp" : path
    }

    /// The system refused a temporary file: that is nothing about the store, and there may be room elsewhere.
    static func failure(_ code: Int32, in folder: String) -> LogError {
        let sentence = "A temporary file is needed in \(folder): \(systemMessage(code))."
        return switch code {
        case ENOSPC, EDQUOT:
            LogError(.diskFull, sentence + " Make room there, or set TMPDIR to a folder that has some.")
        case EFBIG: LogError(.diskFull, sentence + " Raise the limit (ulimit -f).")
        default: LogError(.unusable, sentence + " Set TMPDIR to a folder that can be written.")
        }
    }

    /// LMDB says of a write that came out short that the disk has failed.
    static func failure(_ error: LMDBError, in folder: String) -> LogError {
        guard error.isDiskFull else { return LogError(error, doing: "use a temporary file in \(folder)") }
        return failure(DiskSpace.isFull(folder) ? ENOSPC : error.code, in: folder)
    }
}
