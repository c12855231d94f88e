internal import CDaybookPlatform
internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What a file system has left.
package enum DiskSpace {
    /// Bytes that this user may still write; 0 if the file system cannot be asked.
    package static func freeBytes(_ path: String) -> Int {
        var found = statvfs()
        guard statvfs(path, &found) == 0 else { return 0 }
        let (bytes, isTooLarge) = Int(found.f_bavail).multipliedReportingOverflow(by: Int(found.f_frsize))
        return isTooLarge ? .max : bytes
    }

    /// LMDB reports a write that came out short as EIO. With so little left it was the disk that was full.
    static func isExhausted(_ path: String) -> Bool { freeBytes(path) < 1 << 20 }
}

extension DataFileSpace {
    init(_ environment: LMDBEnvironment) {
        path = environment.directory
        usedBytes = { () throws(LogError) in
            do {
                return try environment.usedBytes()
            } catch {
                throw LogError(error, doing: "look at \(environment.directory)/data.mdb")
            }
        }
        preallocate = { offset, length in
            let code = try? environment.withDataFileDescriptor {
                daybook_preallocate($0, off_t(offset), off_t(length))
            }
            return code ?? EIO
        }
        freeBytes = { DiskSpace.freeBytes(environment.directory) }
    }
}
