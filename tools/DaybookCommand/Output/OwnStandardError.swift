// LMDB and the Swift runtime print to standard error before they end a process, and neither knows what a command may
// say there. So descriptor 2 is given to the void, and a copy of what it was is kept for our own sentences, the last
// words of a crash included.

import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where standard error really leads.
enum OwnStandardError {
    static var descriptor: Int32 { kept.load(ordering: .relaxed) }

    /// From now on only what this program says itself reaches standard error. A failure to arrange that changes
    /// nothing.
    static func keep() {
        let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { return }
        let void = open("/dev/null", O_WRONLY | O_CLOEXEC)
        guard void >= 0 else {
            close(copy)
            return
        }
        kept.store(copy, ordering: .relaxed)
        dup2(void, STDERR_FILENO)
        close(void)
    }
}

private let kept = Atomic<Int32>(STDERR_FILENO)
