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

    /// What a file takes of the disk, with what lies ready behind its end.
    static func allocatedBytes(_ path: String) -> Int {
        var found = stat()
        return stat(path, &found) == 0 ? Int(found.st_blocks) * 512 : 0
    }

    /// Whether there is so little left that a write may have come out short for that.
    package static func isFull(_ folder: String) -> Bool { freeBytes(folder) < 1 << 20 }

    /// Why a write to the store in `folder` came out short, which LMDB reports as EIO; nil if there is room enough.
    static func shortage(of folder: String) -> Shortage? {
        if isFull(folder) { return .disk }
        var found = stat()
        guard stat("\(folder)/\(StoreFile.data)", &found) == 0 else { return nil }
        return FileSizeLimit.bytes - Int(found.st_size) < 1 << 20 ? .fileSize : nil
    }

    enum Shortage {
        case disk, fileSize

        var code: Int32 { self == .disk ? ENOSPC : EFBIG }

        var clause: String {
            self == .disk ? ", which is full" : ", since files may not be larger here (ulimit -f)"
        }
    }
}

/// How large this process may make a file.
enum FileSizeLimit {
    static var bytes: Int {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    #if canImport(Glibc)
        private static let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
        private static let kind = RLIMIT_FSIZE
    #endif
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
