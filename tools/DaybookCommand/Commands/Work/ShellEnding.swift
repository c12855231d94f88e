import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends a job's processes before they end by themselves: SIGTERM at once, SIGKILL to what is left after a while.
final class ShellEnding: Sendable {
    private struct State {
        /// 0 while there are none, before the start and after the end.
        var group: pid_t = 0
        var killsFromSeconds: Int?
    }

    private let state = Mutex(State())
    private static let patienceSeconds = 5

    /// Asks them to end, now or as soon as they start.
    func begin() {
        state.withLock { state in
            guard state.killsFromSeconds == nil else { return }
            state.killsFromSeconds = ShellEnding.nowSeconds + ShellEnding.patienceSeconds
            if state.group != 0 { kill(-state.group, SIGTERM) }
        }
    }

    func start(_ group: pid_t) {
        state.withLock { state in
            state.group = group
            if state.killsFromSeconds != nil { kill(-group, SIGTERM) }
        }
    }

    /// To be called now and then while they run.
    func look() {
        state.withLock { state in
            guard state.group != 0, let from = state.killsFromSeconds, ShellEnding.nowSeconds >= from else { return }
            kill(-state.group, SIGKILL)
        }
    }

    /// They are gone; their number may soon be somebody else's.
    func end() { state.withLock { $0.group = 0 } }

    private static var nowSeconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int(time.tv_sec)
    }
}
