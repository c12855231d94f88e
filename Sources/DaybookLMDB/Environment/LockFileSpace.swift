internal import CDaybookPlatform

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Room on the disk for `lock.mdb`. LMDB makes it as one hole, maps it and writes to it through the map; where the disk
/// has no block for that, the process dies of SIGBUS. So the blocks are asked for before. Its size stays as it is: that
/// tells LMDB how many readers the others reckon with.
struct LockFileSpace {
    let path: String
    let options: EnvironmentOptions

    /// A reader slot takes a line of the processor's cache; what stands before them takes less than a page.
    private var byteCount: Int { 4_096 + options.readersMax * 64 }

    /// To be called while this process has no environment open on the file: closing it would drop the locks.
    func secure() throws(LMDBError) {
        guard options.access != .readOnlyWithoutLock else { return }
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(options.fileMode))
        // What keeps it from being opened keeps LMDB from it as well, which knows when it can do without.
        guard descriptor >= 0 else { return }
        defer { _ = closeDescriptor(descriptor) }
        var code = daybook_preallocate(descriptor, 0, off_t(byteCount))
        // One that was made while nobody asked for its blocks has its first page, which serves some sixty readers.
        if code == ENOSPC { code = daybook_preallocate(descriptor, 0, 4_096) }
        guard code == ENOSPC || code == EDQUOT || code == EFBIG else { return }
        throw LMDBError(code: code, operation: .open)
    }
}
