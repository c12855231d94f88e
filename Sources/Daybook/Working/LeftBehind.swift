// A run's command has a process group of its own, and the group is killed when the command has ended. Whoever has left
// the group (`setsid`, a shell with job control) is not reached by that. On Linux this process asks to be the parent of
// all whose own parents have ended; so they turn up among its children, where each is told by its mark, killed, and
// waited for. A process that has cleared its environment has no mark: it is ended when no run is going on.

internal import CDaybookPlatform

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The processes that runs of this process have left behind.
package struct LeftBehind: Sendable {
    /// Nobody can keep a killed process for long, but for a disk that does not answer.
    private static let patienceNanoseconds: UInt64 = 5_000_000_000
    private static let pauseNanoseconds: UInt64 = 1_000_000

    /// From now on they come here. Nil where the system has nothing of the kind.
    package init?() {
        guard daybook_adopt_orphans() == 0 else { return nil }
    }

    /// Ends what is left of a run whose command has ended, and returns when it is gone. False if somebody else is left.
    package func end(_ mark: RunMark, group: Int32) -> Bool {
        let session = getsid(0)
        var killed: Set<Int32> = []
        var isEmpty = true
        waitUntilOver {
            var isOver = true
            let adopted = ProcessFacts.adopted()
            isEmpty = adopted.isEmpty
            for pid in adopted {
                guard let facts = ProcessFacts(pid) else { continue }
                let isMeant = killed.contains(pid) || facts.group == group || mark.isOn(pid)
                // Others wait for what this process has started itself: each of those leads a group.
                if facts.isOver, isMeant || facts.session != session || facts.group != pid {
                    waitpid(pid, nil, WNOHANG)
                } else if isMeant {
                    kill(pid, SIGKILL)
                    killed.insert(pid)
                }
                // Once it is gone, its own children have come here.
                if isMeant { isOver = false }
            }
            return isOver
        }
        return isEmpty
    }

    /// Kills all there are and names those to wait for. To be called while no run is going on.
    package func killAll() -> Set<Int32> {
        var killed: Set<Int32> = []
        for pid in ProcessFacts.adopted() where waitpid(pid, nil, WNOHANG) == 0 && kill(pid, SIGKILL) == 0 {
            killed.insert(pid)
        }
        return killed
    }

    /// Returns when these have ended.
    package func wait(for killed: Set<Int32>) {
        var left = killed
        waitUntilOver {
            left = left.filter { waitpid($0, nil, WNOHANG) == 0 }
            return left.isEmpty
        }
    }

    private func waitUntilOver(_ isOver: () -> Bool) {
        // As a rule nobody is there.
        guard !isOver() else { return }
        let deadline = daybook_monotonic_nanoseconds() + LeftBehind.patienceNanoseconds
        while !isOver(), daybook_monotonic_nanoseconds() < deadline {
            MonotonicClock.pause(nanoseconds: LeftBehind.pauseNanoseconds)
        }
    }
}
