internal import CDaybookPlatform
package import DaybookLog
package import DaybookModel

/// Time as the engine sees it. A test, or a simulation, can make it pass as it likes.
package struct EngineClock: Sendable {
    /// The wall clock, which somebody may set.
    package var now: @Sendable () -> Instant
    /// The clock that nobody can set and that stands still while the machine is suspended.
    package var monotonicNanoseconds: @Sendable () -> UInt64
    /// A clock that nobody can set and that goes on while the machine is suspended: what the wall clock is compared
    /// with.
    package var elapsedNanoseconds: @Sendable () -> UInt64
    /// The writer's sleep: until there were more commits than `seen`, at most so long.
    package var sleep: @Sendable (_ bell: any CommitBell, _ seen: UInt32, _ nanoseconds: UInt64) -> Void
    /// A job's sleep; ends early, by throwing, when its task is cancelled.
    package var pause: @Sendable (_ duration: Duration) async throws -> Void = { duration in
        try await Task.sleep(for: duration)  // tidy: the one place where a run sleeps in real time
    }

    package init(
        now: @escaping @Sendable () -> Instant, monotonicNanoseconds: @escaping @Sendable () -> UInt64,
        elapsedNanoseconds: (@Sendable () -> UInt64)? = nil,
        sleep: @escaping @Sendable (any CommitBell, UInt32, UInt64) -> Void
    ) {
        self.now = now
        self.monotonicNanoseconds = monotonicNanoseconds
        self.elapsedNanoseconds = elapsedNanoseconds ?? monotonicNanoseconds
        self.sleep = sleep
    }

    /// The machine's own.
    package static func real(_ host: HostFacts) -> EngineClock {
        EngineClock(
            now: host.now, monotonicNanoseconds: { daybook_monotonic_nanoseconds() },
            elapsedNanoseconds: { daybook_elapsed_nanoseconds() },
            sleep: { bell, seen, nanoseconds in _ = bell.waitAsWriter(after: seen, timeoutNanoseconds: nanoseconds) })
    }
}
