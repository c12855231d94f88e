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
    private static let serving = 24

    /// Makes sure of enough for so many jobs at a time, by raising the limit as far as this user may.
    static func require(jobs: Int) throws(Failure) {
        try require(
            own + perJob * jobs, for: "Running \(jobs) \(jobs == 1 ? "job" : "jobs") at a time",
            or: "lower --concurrency")
    }

    /// The same for the dashboard and some who look at it, and for so many jobs.
    static func requireServing(jobs: Int) throws(Failure) {
        try require(own + serving + perJob * jobs, for: "Serving", or: jobs > 0 ? "run jobs elsewhere" : nil)
    }

    private static func require(_ needed: Int, for what: String, or otherwise: String?) throws(Failure) {
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < rlim_t(needed) else { return }
        let before = limit.rlim_cur
        limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
        guard limit.rlim_cur >= rlim_t(needed), setrlimit(kind, &limit) == 0 else {
            throw .unusable(
                "\(what) takes \(needed) file descriptors, and \(before) are allowed; raise the limit (ulimit -n)"
                    + (otherwise.map { " or \($0)." } ?? "."))
        }
    }

    #if canImport(Glibc)
        private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let kind = RLIMIT_NOFILE
    #endif
}
