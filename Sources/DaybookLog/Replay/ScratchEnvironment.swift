internal import DaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// LMDB environments for what can be made again: never flushed, and without names as soon as they are open, so that
/// their files are gone with the process, however it ends.
enum ScratchEnvironment {
    static func open(in folder: String, databases: [String]) throws(LogError) -> LMDBEnvironment {
        var path = Array((folder + "/daybook-scratch-XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else { throw TemporaryFolder.failure(errno, in: folder) }
        let made = path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer {
            for name in ["/data.mdb", "/lock.mdb"] { unlink(made + name) }
            rmdir(made)
        }
        var options = EnvironmentOptions()
        options.durability = .scratch
        do throws(LMDBError) {
            return try LMDBEnvironment(at: made, databases: databases, options: options)
        } catch {
            throw TemporaryFolder.failure(error, in: folder)
        }
    }
}
