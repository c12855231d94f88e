// Callers that enqueue one job after the other are answered together, and come back one after the other: whoever is
// first would have a commit of his own, and all others the next. A commit costs the same for one as for eight, so the
// writer waits for them a moment, if they were worth it the last time.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Only on the writer's thread.
struct ReturningCallers {
    private let inbox: Inbox
    private let clock: EngineClock
    /// So many turns are not waited for, since waiting was in vain before.
    private var pause = 0
    private var nextPause = 1

    /// Half of what a commit takes on a quick disk.
    private static let patienceNanoseconds: UInt64 = 80_000
    private static let pauseMax = 256

    init(_ inbox: Inbox, _ clock: EngineClock) {
        (self.inbox, self.clock) = (inbox, clock)
    }

    /// Waits until as many have come back as the last turn answered, but not for long. Not at all where there is
    /// something to do at once.
    mutating func wait(for answered: Int, atMostNanoseconds limit: UInt64) {
        guard answered > 1, limit > 0 else { return }
        guard pause == 0 else {
            pause -= 1
            return
        }
        let end = clock.monotonicNanoseconds() + min(ReturningCallers.patienceNanoseconds, limit)
        while inbox.count < answered, clock.monotonicNanoseconds() < end { sched_yield() }
        if inbox.count > 1 {
            nextPause = 1
        } else {
            pause = nextPause
            nextPause = min(nextPause * 2, ReturningCallers.pauseMax)
        }
    }
}
