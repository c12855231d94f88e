internal import CDaybookPlatform

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The clock that no one can set and that stands still while the machine is suspended.
package enum MonotonicClock {
    package static var nowNanoseconds: UInt64 { daybook_monotonic_nanoseconds() }

    /// Blocks the thread for so long, or less; for looking again at what nothing waits for. Less than a second.
    package static func pause(nanoseconds: UInt64) {
        var wish = timespec(tv_sec: 0, tv_nsec: Int(min(nanoseconds, 999_999_999)))
        _ = nanosleep(&wish, nil)
    }
}
