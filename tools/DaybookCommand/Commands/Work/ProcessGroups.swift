import Daybook

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process groups of running jobs, for the moment when they have to end at once.
// Unchecked because a plain lock guards the set: the signal thread and the job threads meet here.
final class ProcessGroups: @unchecked Sendable {
    private let leftBehind: LeftBehind?
    /// Whether nobody but jobs has processes here.
    private let isAlone: Bool
    private var identity = ""
    private var groups: Set<pid_t> = []
    private var isEnding = false
    private let startLock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    /// Without jobs to run, who leaves what behind is nobody's business.
    init(isAlone: Bool, hasJobs: Bool = true) {
        leftBehind = hasJobs ? LeftBehind() : nil
        self.isAlone = isAlone
        for lock in [lock, startLock] { pthread_mutex_init(lock, nil) }
    }

    deinit {
        for lock in [lock, startLock] {
            pthread_mutex_destroy(lock)
            lock.deallocate()
        }
    }

    /// The identity of the store that the jobs are of.
    var store: String {
        get { locked { identity } }
        set { locked { identity = newValue } }
    }

    /// One start at a time: between making a pipe and marking it as not to be inherited, another child would
    /// inherit it.
    func starting<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(startLock)
        defer { pthread_mutex_unlock(startLock) }
        return body()
    }

    func add(_ group: pid_t) {
        locked {
            groups.insert(group)
            if isEnding { kill(-group, SIGKILL) }
        }
    }

    /// The group's command has ended. Returns when nothing of it is left.
    func remove(_ group: pid_t, _ mark: RunMark) {
        let isEmpty = leftBehind?.end(mark, group: group) ?? true
        locked { groups.remove(group) }
        if isAlone, !isEmpty { endUnmarked() }
    }

    /// After the last of them.
    func end() { endUnmarked() }

    /// What has taken its mark off can be told from nobody's while no run is going on. None begins before it is in the
    /// set, so nothing that is here then belongs to one.
    private func endUnmarked() {
        guard let leftBehind else { return }
        var known: Set<pid_t> = []
        while true {
            let killed = locked { groups.isEmpty ? leftBehind.killAll() : [] }
            // Who was killed before and is still there waits for a disk.
            guard !killed.isSubset(of: known) else { return }
            known.formUnion(killed)
            // Their own children come here next.
            leftBehind.wait(for: killed)
        }
    }

    /// Ends them all, and those still to come.
    func killAll() {
        locked {
            isEnding = true
            for group in groups { kill(-group, SIGKILL) }
        }
    }

    /// Whether jobs were cut off, so that what they come to means nothing.
    var wereKilled: Bool { locked { isEnding } }

    @discardableResult
    private func locked<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
