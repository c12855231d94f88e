#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many files and pipes this process may have open.
///
/// Without enough of them the runtime's own threads trap, and a job that cannot be started burns an attempt. So it is
/// looked at before any work is claimed.
enum DescriptorLimit {
    /// For the store, the runtime and what was open at the start.
    private static let own = 24
    /// The six ends of three pipes.
    private static let perJob = 6

    /// Makes sure of enough for so many jobs at a time, by raising the limit as far as this user may.
    static func require(jobs: Int) throws(Failure) {
        let needed = own + perJob * jobs
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < rlim_t(needed) else { return }
        let before = limit.rlim_cur
        limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
        guard limit.rlim_cur >= rlim_t(needed), setrlimit(kind, &limit) == 0 else {
            throw .unusable(
                "Running \(jobs) \(jobs == 1 ? "job" : "jobs") at a time takes \(needed) file descriptors, and "
                    + "\(before) are allowed; raise the limit (ulimit -n) or lower --concurrency.")
        }
    }

    #if canImport(Glibc)
        private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let kind = RLIMIT_NOFILE
    #endif
}
