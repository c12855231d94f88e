internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LMDBEnvironment {
    /// Copies a snapshot to `directory`/data.mdb while others go on writing, and flushes it. The folder must exist
    /// and hold no data.mdb. Compacting leaves free pages out; it takes twice as long and disturbs writers less.
    ///
    /// This is the only way to copy an open environment: reading the files yields no snapshot, and closing
    /// `lock.mdb` after reading it drops this process's locks.
    package func copy(to directory: String, compacting: Bool) throws(LMDBError) {
        let thread = ThreadIdentity.current
        try gate.enter(thread, for: .copy)
        defer { gate.leave(thread) }
        let path = directory + "/data.mdb"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(options.fileMode))
        guard descriptor >= 0 else { throw LMDBError(code: errno, operation: .copy) }
        var code = unsafe mdb_env_copyfd2(handle.pointer, descriptor, compacting ? UInt32(MDB_CP_COMPACT) : 0)
        if code == 0, fsync(descriptor) != 0 { code = errno }
        let closing = closeDescriptor(descriptor)
        if code == 0 { code = closing }
        if code == 0 { code = flush(directory) }
        guard code == 0 else {
            _ = unsafe unlink(path)
            throw LMDBError(code: code, operation: .copy)
        }
    }
}
